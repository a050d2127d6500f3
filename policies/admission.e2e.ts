import test from 'ava'
import { waitFor } from '../ops/cluster/wait.ts'
import { must } from '../ops/control-plane/kubectl.ts'
import { bindings, denying, policiesFolder, renderedObjects, surroundings } from './admission.fixture.ts'
import { type ApiServer, startApiServer, type Verdict } from './api-server.fixture.ts'
import { evaluate } from './evaluate.ts'
import type { Finding } from './finding.ts'
import { binary } from './rule.fixture.ts'
import type { Rule } from './rule.ts'
import { rules } from './rules.ts'
import { type Example, pathOf, wholeObject } from './whole-object.fixture.ts'

const judged = rules.filter(({ scope, admission }) => scope === 'object' && admission)
/** The one rule that refuses an object which has this label; all others warn, as they do in production. */
const refusedBy = 'admission-test/refused-by'
const mayDeny = bindings().filter(({ spec }) => !spec.policyName.endsWith('-warning'))
let server: ApiServer

test.before(async () => {
  server = await startApiServer()
  await must(server.kubectl, ['apply', '--filename', policiesFolder])
  const denials = mayDeny.map((binding) =>
    denying(binding, 'its-own', { [refusedBy]: binding.spec.policyName.replace('meridian-', '') }),
  )
  const wholes = judged.flatMap(({ pass, fail }) => [...pass, ...fail]).map((example) => wholeObject(example))
  await must(server.kubectl, ['apply', '--filename=-'], list([...denials, ...surroundings(wholes)]))
  for (const rule of judged) await untilRefusing(rule)
})
test.after.always(() => server?.lab.close())

for (const rule of judged) {
  test.serial(`${rule.id}: API server and pull request say the same of every example`, async (t) => {
    const seen = new Set<number>()
    for (const [side, examples] of Object.entries({ pass: rule.pass, fail: rule.fail })) {
      for (const [index, example] of examples.entries()) {
        const { findings, verdict, impossible } = await judge(rule, example)
        const place = `${side}[${index}]`
        if (impossible) {
          t.is(side, 'fail', place)
          t.log(`${place} cannot be asked: ${impossible}`)
          const alone = await evaluate([rule], [{ text: JSON.stringify(example) }], { binary })
          for (const { validation } of alone) seen.add(validation)
          continue
        }
        t.is(findings.length === 0, side === 'pass', place)
        t.deepEqual(warningsOf(rule, verdict), expected(findings, verdict), `${place}: ${verdict.message}`)
        const refusal = findings.find(({ severity }) => severity === 'error')
        if (refusal) t.true(verdict.message.endsWith(`denied request: ${refusal.message}`), place)
        else t.true(isAccepted(verdict), `${place}: ${verdict.message}`)
        for (const { validation } of findings) seen.add(validation)
      }
    }
    t.deepEqual(
      rule.validations.flatMap(({ message }, index) => (seen.has(index) ? [] : [message])),
      [],
      'no example asks about these',
    )
  })
}

test.serial('whatever the fleet renders is accepted with every rule at deny', async (t) => {
  await denyAll(async () => {
    let count = 0
    for (const object of renderedObjects(judged)) {
      const verdict = await server.judge('POST', pathOf(object), object)
      const broken = verdict.warnings.filter(
        (text) => /Policy 'meridian-/.test(text) && !/-warning'/.test(text),
      )
      t.true(isAccepted(verdict), `${object.kind} ${object.metadata.name}: ${verdict.message}`)
      t.deepEqual(broken, [])
      count++
    }
    t.true(count > 300)
    t.log(`${count} objects`)
  })
})

test.serial(
  'a manual change that breaks a rule is refused with its message, kube-system is left alone',
  async (t) => {
    const image = 'docker.io/library/nginx:latest'
    const create = (namespace: string) =>
      server.kubectl(['create', 'deployment', 'by-hand', `--image=${image}`, `--namespace=${namespace}`])
    const warned = await create('example')
    t.is(warned.code, 0)
    t.regex(warned.stderr, /Warning: .*not named by a sha256 digest: docker\.io\/library\/nginx:latest/)
    await must(server.kubectl, ['delete', 'deployment', 'by-hand', '--namespace=example'])
    await denyAll(async () => {
      const refused = await create('example')
      t.not(refused.code, 0)
      // Of several rules that deny, the API server names the first that answers.
      t.regex(refused.stderr, /ValidatingAdmissionPolicy 'meridian-[a-z-]+' .* denied request: \S+ \S+/)
      t.is(await server.api.get('/apis/apps/v1/namespaces/example/deployments/by-hand'), undefined)
      const left = await create('kube-system')
      t.is(left.code, 0, left.stderr)
      t.notRegex(left.stderr, /meridian-/)
    })
  },
)

interface Judgement {
  /** The pull request's. */
  readonly findings: readonly Finding[]
  /** The API server's. */
  readonly verdict: Verdict
  /** Why no API server can be asked about it. */
  readonly impossible?: string
}

/** Both judge the same object: the example, made whole. */
async function judge(rule: Rule, example: Example): Promise<Judgement> {
  const whole = wholeObject(example, { [refusedBy]: rule.id })
  const findings = await evaluate([rule], [{ text: JSON.stringify(whole) }], { binary })
  const spoilt = findings.length === 0 && rule.fail.includes(example)
  const asked = spoilt ? { ...whole, spec: example.spec } : whole
  const verdict = await askServer(asked)
  if (/ is invalid: /.test(verdict.message) && !/denied request/.test(verdict.message))
    return { findings, verdict, impossible: `Kubernetes refuses it by itself: ${verdict.message}` }
  if (spoilt && whole.kind === 'Namespace')
    return { findings, verdict, impossible: 'no rule is bound to a namespace without our label' }
  return { findings, verdict }
}

async function askServer(object: ReturnType<typeof wholeObject>): Promise<Verdict> {
  const { ephemeralContainers, ...spec } = { ephemeralContainers: undefined, ...Object(object.spec) }
  if (ephemeralContainers === undefined) return server.judge('POST', pathOf(object), object)
  // They can only be put into a pod that is there.
  const { name } = object.metadata
  const path = `${pathOf(object)}/${name}`
  await server.api.post(pathOf(object), { ...object, spec })
  try {
    return await server.judge('PATCH', `${path}/ephemeralcontainers`, { spec: { ephemeralContainers } })
  } finally {
    await server.api.delete(path)
  }
}

function isAccepted({ code }: Verdict): boolean {
  // Admission comes before the store, which may have one of that name.
  return code < 400 || code === 409
}

/** The warnings that a rule's findings must bring, by policy. */
function expected(findings: readonly Finding[], { message }: Verdict): readonly string[] {
  const warnings = findings.map((finding) => `${finding.severity}: ${finding.message}`)
  // The API server itself puts a token into a pod that does not refuse it, before it asks.
  const token = 'a volume brings a service account token in by itself'
  const mounted = /^pods ".*meridian-no-service-account-token/.test(message)
  return [...warnings, ...(mounted ? [`error: ${token}`] : [])].sort()
}

function warningsOf({ id }: Rule, { warnings }: Verdict): readonly string[] {
  return warnings
    .flatMap((text) => {
      const [, policy, message] = warning.exec(text) ?? []
      if (policy === `meridian-${id}`) return [`error: ${message}`]
      return policy === `meridian-${id}-warning` ? [`warning: ${message}`] : []
    })
    .sort()
}

const warning = /^Validation failed for ValidatingAdmissionPolicy '(.+?)' with binding '.+?': ([\s\S]*)$/

/** An API server compiles policies and learns of bindings in its own time. */
async function untilRefusing(rule: Rule): Promise<void> {
  const refuses = async (example: Example) =>
    /denied request/.test((await askServer(wholeObject(example, { [refusedBy]: rule.id }))).message)
  const check = async () => {
    for (const example of rule.fail) if (await refuses(example)) return true
    return false
  }
  await waitFor(check, { timeoutMs: 60_000, onTimeout: () => `${rule.id} refuses nothing after 60 s` })
}

/** While `work` runs, production's bindings deny whatever they warn of otherwise. */
async function denyAll(work: () => Promise<void>): Promise<void> {
  const denials = list(mayDeny.map((binding) => denying(binding, 'all', {})))
  const until = (refused: boolean) =>
    waitFor(
      async () => {
        for (const rule of judged) {
          const [example] = rule.fail
          if (!example) continue
          const { message } = await askServer(wholeObject(example))
          if (/denied request/.test(message) !== (refused && !/ is invalid: /.test(message))) return false
        }
        return true
      },
      { timeoutMs: 60_000, onTimeout: () => `refusing: ${!refused} after 60 s` },
    )
  await must(server.kubectl, ['apply', '--filename=-'], denials)
  try {
    await until(true)
    await work()
  } finally {
    await must(server.kubectl, ['delete', '--filename=-'], denials)
    await until(false)
  }
}

function list(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
}
