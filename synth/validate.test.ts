import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { ValidateError, validate } from './validate.ts'

const service = (ports: string) => `apiVersion: v1
kind: Service
metadata:
  name: router
spec:
  ports: ${ports}
`
const application = (source: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: router
spec:
  project: workloads
  destination: { namespace: router, server: https://kubernetes.default.svc }
  source: ${source}
`

const rejected = async (text: string) =>
  (await validate([{ text, files: ['a.yaml'] }])).map(
    ({ object, path, message }) => `${object} ${path}: ${message}`,
  )

test('a good object has no problems', async (t) => {
  t.deepEqual(
    await rejected(service('[{ port: 443, targetPort: https }, { name: b, port: 80, targetPort: 8080 }]')),
    [],
  )
})

test('a field that the API does not know is a problem with its place', async (t) => {
  t.deepEqual(await rejected(service('[{ prot: 1, port: 443 }]')), [
    "Service router /spec/ports/0: additional properties 'prot' not allowed",
  ])
})

test('a value of the wrong type is a problem, and the words do not offer null', async (t) => {
  t.deepEqual(await rejected(service('[{ port: "443", appProtocol: 1 }]')), [
    'Service router /spec/ports/0/appProtocol: got number, want string',
    'Service router /spec/ports/0/port: got string, want integer',
  ])
})

test('a field that must be there may not be null, one that need not be may', async (t) => {
  t.deepEqual(await rejected(service('[{ port: 443, nodePort: null }]')), [])
  t.deepEqual(await rejected(service('[{ port: null }]')), [
    'Service router /spec/ports/0/port: got null, want integer',
  ])
})

test('an object without a name is a problem', async (t) => {
  t.deepEqual(await rejected('apiVersion: v1\nkind: ServiceAccount\nmetadata: { namespace: a }\n'), [
    "ServiceAccount /metadata: missing property 'name'",
  ])
  t.deepEqual(await rejected('apiVersion: v1\nkind: ServiceAccount\n'), [
    "ServiceAccount : missing property 'metadata'",
  ])
})

test('a number beyond the range of its type is a problem', async (t) => {
  const [problem] = await rejected(service('[{ port: 99999999999 }]'))
  t.regex(problem ?? '', /ports\/0\/port: maximum/)
})

test('a quantity must be one', async (t) => {
  const quota = (memory: string) =>
    `apiVersion: v1\nkind: ResourceQuota\nmetadata: { name: all }\nspec: { hard: { memory: ${memory} } }\n`
  for (const good of ['64Mi', '1.5Gi', '1000', '1e9', '100m'])
    t.deepEqual(await rejected(quota(good)), [], good)
  t.is((await rejected(quota('64MB'))).length, 1)
})

test('an object without a schema is a problem, never skipped', async (t) => {
  t.deepEqual(await rejected('apiVersion: example.com/v1\nkind: Gizmo\nmetadata: { name: a }\n'), [
    'Gizmo a : missing schema for example.com/v1 Gizmo',
  ])
  t.deepEqual(await rejected('apiVersion: apps/v1beta1\nkind: Deployment\nmetadata: { name: a }\n'), [
    'Deployment a : missing schema for apps/v1beta1 Deployment',
  ])
})

test('a custom resource is held to its definition, metadata included', async (t) => {
  t.deepEqual(await rejected(application('{ repoURL: https://git.meridian.example/a.git, path: a }')), [])
  t.deepEqual(
    await rejected(application('{ repoURL: a, targetRevison: b, directory: { recurse: "yes" } }')),
    [
      "Application router /spec/source: additional properties 'targetRevison' not allowed",
      'Application router /spec/source/directory/recurse: got string, want boolean',
    ],
  )
  t.deepEqual(await rejected(application('{ repoURL: a }').replace('metadata:', 'metadata:\n  lables: {}')), [
    "Application router /metadata: additional properties 'lables' not allowed",
  ])
})

test('a free-form part of a custom resource stays free', async (t) => {
  const chart = application('{ repoURL: a, chart: b, helm: { valuesObject: { any: { thing: [1] } } } }')
  t.deepEqual(await rejected(chart), [])
})

test('an upgrade plan is held to its hand-written definition and to the API types inside it', async (t) => {
  const plan = (upgrade: string) =>
    `apiVersion: upgrade.cattle.io/v1\nkind: Plan\nmetadata: { name: k3s }\nspec: { concurrency: 1, upgrade: ${upgrade} }\n`
  t.deepEqual(await rejected(plan('{ image: a, securityContext: { privileged: true } }')), [])
  t.deepEqual(await rejected(plan('{ securityContext: { privilegd: true } }')), [
    "Plan k3s /spec/upgrade: missing property 'image'",
    "Plan k3s /spec/upgrade/securityContext: additional properties 'privilegd' not allowed",
  ])
})

test('a node configuration file is held to the Go type that reads it', async (t) => {
  const policy = (level: string) =>
    `apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{ level: ${level} }]\n`
  t.deepEqual(await rejected(policy('Metadata')), [])
  t.deepEqual(await rejected(policy('metadata')), [
    "Policy /rules/0/level: value must be one of 'None', 'Metadata', 'Request', 'RequestResponse'",
  ])
})

test('what an admission plugin embeds is checked too', async (t) => {
  const admission = (enforce: string) => `apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
  - name: PodSecurity
    configuration:
      apiVersion: pod-security.admission.config.k8s.io/v1
      kind: PodSecurityConfiguration
      defaults: { enforce: ${enforce}, enforce-version: latest }
`
  t.deepEqual(await rejected(admission('restricted')), [])
  t.is((await rejected(admission('restrictive'))).length, 1)
})

test('a key that is there twice is a problem', async (t) => {
  const [problem] = await rejected(`${service('[{ port: 443 }]')}  ports: []\n`)
  t.regex(problem ?? '', /key "ports" already set/)
})

test('a document that is empty or no YAML is a problem', async (t) => {
  t.deepEqual(await rejected('# nothing\n'), ['document : holds no object'])
  t.is((await rejected('a: [')).length, 1)
  t.deepEqual(await rejected('apiVersion: v1\nkind: List\nitems: []\n'), ['document : holds no object'])
})

test('the same object in two places is judged once and told with all its files, in the order given', async (t) => {
  const bad = 'apiVersion: v1\nkind: Gizmo\nmetadata: { name: a }\n'
  const documents = [
    { text: bad, files: ['a.yaml', 'b.yaml'] },
    { text: service('[{ port: 443 }]'), files: ['c.yaml'] },
    { text: service('7'), files: ['d.yaml'] },
    { text: bad, files: ['e.yaml'] },
  ]
  const problems = await validate(documents)
  t.deepEqual(
    problems.map((problem) => problem.files),
    [['a.yaml', 'b.yaml', 'e.yaml'], ['d.yaml']],
  )
})

/**
 * Another process writes it: a file that this one has open for writing could leak into a program that another
 * test starts just then, and nobody may run it as long as that holds it (ETXTBSY).
 */
function fakeKubeconform(script: string) {
  const binary = join(mkdtempSync(join(tmpdir(), 'meridian-test-')), 'kubeconform')
  const write = 'printf "#!/bin/sh\\n%s\\n" "$1" > "$0" && chmod +x "$0"'
  spawnSync('/bin/sh', ['-c', write, binary, script])
  return binary
}

const documents = [{ text: service('[{ port: 443 }]'), files: ['a.yaml'] }]

test('a kubeconform that is missing, crashes or babbles is an error and not a verdict', async (t) => {
  const cases = [
    ['/nowhere/kubeconform', /missing. Run: node tools\/setup.mjs/],
    [fakeKubeconform('echo no such flag >&2; exit 1'), /failed \(1\): no such flag/],
    [fakeKubeconform('echo "{}"; exit 2'), /failed \(2\)/],
    [fakeKubeconform('echo "{}"; kill -9 $$'), /failed \(SIGKILL\)/],
    [fakeKubeconform('echo all fine'), /no JSON: all fine/],
    [fakeKubeconform('echo "{}"'), /another form/],
  ] as const
  for (const [binary, message] of cases) {
    const error = await t.throwsAsync(validate(documents, { binary }), { instanceOf: ValidateError })
    t.regex(error?.message ?? '', message)
  }
})

test('an object of which kubeconform says nothing counts as a problem', async (t) => {
  const problems = await validate(documents, { binary: fakeKubeconform(`echo '{"resources":[]}'`) })
  t.is(problems.length, 1)
})
