import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { ApiObject, App, Chart } from 'cdk8s'
import { loadFleet } from '../../clusters/fleet.ts'
import { stacks } from '../../platform/stacks.ts'
import { rules } from '../../policies/rules.ts'
import { loadCatalog } from '../catalog.ts'
import { readCloudDocuments, readDocuments } from '../documents.ts'
import { root } from '../sources.ts'
import { planVariants, type Variant } from '../variants.ts'
import { cloudResources } from '../views/cloud.ts'
import { cloudLine } from './cloud-lines.ts'
import { sourceFinder } from './source-lines.ts'

const sourceOf = sourceFinder(root)
const rendered = (kind: string, name: string, file: string, message = '') =>
  sourceOf({ kind, name, message, files: [file] })
const lineAt = (source: string) => {
  const [, path = '', line = '0'] = /^(.*):(\d+)$/.exec(source) ?? []
  return existsSync(join(root, path))
    ? readFileSync(join(root, path), 'utf8').split('\n')[Number(line) - 1]
    : undefined
}

test('it points to the statement that makes an object, as a run of the app shows', async (t) => {
  const fleet = loadFleet(join(root, 'clusters'))
  const catalog = await loadCatalog(join(root, 'apps'), fleet.platform.registry)
  // Objects of namespaces and rules come from lists, which have tests of their own.
  const listed = ['Namespace', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding']
  const all = planVariants(fleet, catalog)
    .variants.flatMap((variant) => makersOf(variant))
    .filter(({ kind }) => !listed.includes(kind))
  t.true(all.length > 200)
  const wrong = all.filter(({ app, kind, name, statements }) => {
    const found = rendered(kind, name, `apps/${app}/any/${kind.toLowerCase()}-${name}.yaml`)
    return !statements.some((statement) => isNear(found, statement))
  })
  // Text is no stack trace: an object whose name the app puts together is found at the app, not at its line.
  t.true(
    wrong.length / all.length < 0.1,
    wrong.map(({ app, kind, name, statements }) => `${app} ${kind} ${name}: ${statements[0]}`).join('\n'),
  )
})

test('every rendered object has a line that exists', (t) => {
  for (const { text, files } of readDocuments(join(root, 'rendered'))) {
    const kind = /^kind: (.*)$/m.exec(text)?.[1] ?? ''
    const name = /^ {2}name: "?(.*?)"?$/m.exec(text)?.[1] ?? ''
    const source = sourceOf({ kind, name, message: '', files })
    t.not(lineAt(source), undefined, `${files[0]}: ${source}`)
  }
})

test("a message that names an image points to the image's line in release.yaml", (t) => {
  const source = rendered(
    'Deployment',
    'otel-collector',
    'apps/observability/small/deployment-otel-collector.yaml',
    'not built or not mirrored yet (all-zero digest): registry.test/mirror/opentelemetry-collector-k8s:0.165.0',
  )
  t.regex(source, /^apps\/observability\/release\.yaml:\d+$/)
  t.regex(lineAt(source) ?? '', /^ {2}otel-collector: \{/)
})

test("a rule's admission objects point to the rule", (t) => {
  for (const { id, scope } of rules) {
    if (scope !== 'object') continue
    for (const name of [`meridian-${id}`, `meridian-${id}-warning`, `meridian-${id}-warning-cluster`]) {
      const source = rendered('ValidatingAdmissionPolicy', name, `apps/policies/all/any-${name}.yaml`)
      t.regex(lineAt(source) ?? '', new RegExp(`id: '${id}'`), name)
    }
  }
})

test('a namespace points to its line in the list of namespaces', (t) => {
  const source = rendered('Namespace', 'cert-manager', 'apps/baseline/k3s-edge/namespace-cert-manager.yaml')
  t.regex(source, /^apps\/_lib\/namespaces\.ts:/)
  t.regex(lineAt(source) ?? '', /^ {2}'cert-manager': \{/)
})

test('a resource of the cloud points into its program, to the call that declares it', (t) => {
  const resources = cloudResources(readCloudDocuments(join(root, 'rendered'))).filter(
    ({ kind }) => kind !== 'Stack',
  )
  t.true(resources.length > 800)
  const wrong = resources.flatMap(({ stack, kind, name }) => {
    const source = rendered(kind, name, `cloud/${stack}.yaml`)
    const folder = stacks.find((one) => one.name === stack)?.program
    const inside = source.startsWith(`platform/${folder}/`) || source.startsWith('platform/aws/')
    const [path = '', line = '0'] = source.split(':')
    const text = inside ? readFileSync(join(root, path), 'utf8').split('\n') : []
    const near = text.slice(Math.max(0, Number(line) - 2), Number(line) + 3).join('\n')
    const stem = name.split('-')[0] ?? name
    return near.includes(`${kind}(`) || near.includes(stem) ? [] : [`${stack} ${kind} ${name}: ${source}`]
  })
  // Text is no stack trace: a name that several functions hand on is found where it is made, not where it began.
  t.true(wrong.length / resources.length < 0.05, wrong.join('\n'))
})

test("a program's own names are found before templates that would fit", (t) => {
  const file = (text: string) => [{ path: 'platform/aws/x/program.ts', lines: text.split('\n') }]
  const shared = file(
    `export function declareRole(name) {\n  new aws.iam.RolePolicy(\`\${name}-policy\`, {})\n}`,
  )
  const own = file(
    `new aws.s3.Bucket('models', {})\nnew aws.s3.Bucket(\n  \`logs-\${region}\`,\n)\ndeclareRole('slack', {})`,
  )
  const line = (kind: string, name: string) => cloudLine(own, shared, kind, name)
  t.is(line('Bucket', 'models'), 'platform/aws/x/program.ts:1')
  t.is(line('Bucket', 'logs-eu-west-1'), 'platform/aws/x/program.ts:2')
  t.is(line('RolePolicy', 'slack-policy'), 'platform/aws/x/program.ts:5')
  t.is(line('Bucket', 'backups'), undefined)
  t.is(line('Queue', 'slack'), undefined)
})

test("what is one cluster's points to its fact: the one that the message speaks of, else its name", (t) => {
  const file = 'clusters/fra1/apps/applications.yaml'
  t.is(lineAt(rendered('Cluster', 'fra1', file)), 'name: fra1')
  t.regex(
    lineAt(rendered('Cluster', 'fra1', file, 'its wave is not the one that it tracks')) ?? '',
    /^(wave|name):/,
  )
})

test('a view of the facts points to the fact itself', (t) => {
  t.regex(lineAt(rendered('Route', 'api-catalog', 'fleet.json')) ?? '', /- \{ id: api-catalog,/)
  t.regex(rendered('Budget', 'platform', 'fleet.json'), /^clusters\/budget\.yaml:\d+$/)
})

test("a node's file points to the file that writes it", (t) => {
  t.regex(rendered('Policy', '', 'nodes/server-ha/audit.yaml'), /^nodes\/audit\.ts:\d+$/)
  t.regex(rendered('Node', 'server-ha', 'nodes/server-ha/sysctl.conf'), /^nodes\/sysctl\.ts:\d+$/)
  t.regex(
    lineAt(rendered('HelmChart', 'argocd', 'nodes/server-ha/manifests/argocd.yaml')) ?? '',
    /argocd|HelmChart/,
  )
})

test('what nothing names points to where its app begins to make objects', (t) => {
  const source = rendered('Service', 'of-no-app', 'apps/router/small/service-of-no-app.yaml')
  t.regex(source, /^apps\/router\/app\.ts:\d+$/)
  t.regex(lineAt(source) ?? '', /^ {2}chart\(/)
})

interface Made {
  readonly app: string
  readonly kind: string
  readonly name: string
  /** The lines of the app's own folder that made it, innermost first: `apps/router/app.ts:41`. */
  readonly statements: readonly string[]
}

/** Runs an app and notes for each object which lines made it. */
function makersOf({ app, props }: Variant): Made[] {
  if (!app.chart) return []
  const chart = new Chart(new App(), app.name, { disableResourceNameHashes: true })
  const makers = new Map<ApiObject, readonly string[]>()
  let frames: readonly string[] = []
  const settle = () => {
    const objects = chart.node.findAll().filter((node) => ApiObject.isApiObject(node))
    const fresh = objects.find((object) => !makers.has(object))
    if (fresh) makers.set(fresh, frames)
  }
  // While it is made, and before it counts as an object, each asks its chart for the labels that all have in common.
  Object.defineProperty(chart, 'labels', {
    get() {
      settle()
      frames = framesIn(`apps/${app.name}/`)
      return {}
    },
  })
  app.chart(chart, props)
  settle()
  return [...makers].map(([{ kind, name }, statements]) => ({ app: app.name, kind, name, statements }))
}

function framesIn(folder: string): string[] {
  Error.stackTraceLimit = 50
  return [...(new Error().stack ?? '').matchAll(/(file:\/\/[^\s:]+):(\d+):\d+/g)].flatMap(
    ([, url = '', line]) => {
      const path = relative(root, fileURLToPath(url)).replaceAll('\\', '/')
      return path.startsWith(folder) ? [`${path}:${line}`] : []
    },
  )
}

/** A frame is where the call stands, which may be some lines into its statement. */
function isNear(found: string, statement: string): boolean {
  const [, path, line] = /^(.*):(\d+)$/.exec(statement) ?? []
  const [, foundPath, foundLine] = /^(.*):(\d+)$/.exec(found) ?? []
  return foundPath === path && Math.abs(Number(foundLine) - Number(line)) <= 6
}
