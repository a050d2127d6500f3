import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { openClients } from './clients.ts'
import { CloudError, readGraph } from './graph.ts'
import { openLive } from './live.ts'
import { readState } from './state.ts'

/** A folder of files, gone after the test. */
function folder(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'meridian-graph-'))
  t.teardown(() => rmSync(path, { recursive: true }))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content)
  return path
}

function stack(
  name: string,
  outputs: Readonly<Record<string, string>>,
  ...documents: readonly object[]
): string {
  const own = {
    apiVersion: 'pulumi/v1',
    kind: 'Stack',
    metadata: { name },
    spec: { program: 'x', needs: [], outputs },
  }
  return [own, ...documents].map((document) => JSON.stringify(document)).join('\n---\n')
}

function resource(kind: string, name: string, spec: object, options: object = {}): object {
  return {
    apiVersion: `${kind.split(' ')[0]}/v1`,
    kind: kind.split(' ')[1],
    metadata: { name },
    options,
    spec,
  }
}

const exported = (stackName: string, name: string, outputs: object) =>
  JSON.stringify({
    version: 3,
    deployment: {
      resources: [
        {
          urn: `urn:pulumi:${stackName}::meridian::a:b/c:C::${name}`,
          type: 'a:b/c:C',
          id: `${name}-id`,
          outputs,
        },
      ],
    },
  })

test('a resource lies where it says, else where its provider works, else its component, else its stack', (t) => {
  const path = folder(t, {
    'aws-eu-west-1.yaml': stack(
      'aws-eu-west-1',
      {},
      {
        apiVersion: 'pulumi/v1',
        kind: 'Provider',
        metadata: { name: 'abroad' },
        spec: { region: 'us-east-1' },
      },
      {
        apiVersion: 'pulumi/v1',
        kind: 'Provider',
        metadata: { name: 'home' },
        spec: { region: 'eu-west-1' },
      },
      resource('meridian Region', 'component', {}, { provider: 'abroad' }),
      resource('a.aws A', 'says', { region: 'ap-southeast-1' }, { provider: 'abroad' }),
      resource('a.aws A', 'provided', {}, { provider: 'abroad' }),
      resource('a.aws A', 'child', {}, { parent: 'component' }),
      resource('a.aws A', 'plain', {}),
    ),
  })
  const regions = Object.fromEntries(readGraph(path).resources.map(({ name, region }) => [name, region]))
  t.deepEqual(regions, {
    component: 'us-east-1',
    says: 'ap-southeast-1',
    provided: 'us-east-1',
    child: 'us-east-1',
    plain: 'eu-west-1',
  })
})

test('references are filled in across stacks, from nested outputs too; what is unknown says which and why', async (t) => {
  const path = folder(t, {
    'one.yaml': stack(
      'one',
      { host: `\${balancer.dnsName}`, lost: `\${balancer.nothing}` },
      resource('a.aws A', 'balancer', {}),
    ),
    'two.yaml': stack(
      'two',
      {},
      resource('a.aws A', 'certificate', {}),
      resource('acm.aws Certificate', 'none', {}),
    ),
  })
  const states = folder(t, {
    'one.json': exported('one', 'balancer', { dnsName: 'lb.example' }),
    'two.json': exported('two', 'certificate', { options: [{ name: '_proof.example' }] }),
  })
  const clients = openClients({ all: 'http://127.0.0.1:9' })
  t.teardown(() => clients.close())
  const live = openLive(readGraph(path), clients, readState([states]))
  t.is(await live.resolve('two', `https://\${one.outputs.host}/`), 'https://lb.example/')
  t.is(await live.resolve('two', `\${certificate.options[0].name}`), '_proof.example')
  t.is(await live.resolve('one', `\${balancer.id}`), 'balancer-id')
  t.is(await live.resolve('one', 'plain'), 'plain')
  t.is(await live.resolve('two', `\${one.outputs.lost}`), undefined)
  t.deepEqual(await live.explain('two', `\${one.outputs.lost}`), { what: 'balancer of one', missing: false })
  t.is(await live.resolve('two', `\${secret}`), undefined)
  // A certificate without a domain cannot be looked for.
  t.deepEqual(await live.explain('two', `\${none.arn}`), { what: 'none of two', missing: true })
})

test('what cannot be read says which file, and what would mend it', (t) => {
  const wrong = folder(t, { 'one.yaml': 'apiVersion: pulumi/v1\nkind: Stack\n', 'two.json': '{}' })
  const empty = join(wrong, 'empty')
  mkdirSync(empty)
  const error = t.throws(() => readGraph(wrong), { instanceOf: CloudError })
  t.regex(error?.message ?? '', /one\.yaml/)
  t.throws(() => readGraph(empty), {
    instanceOf: CloudError,
    message: /no rendered stacks\n {2}npx meridian synth/,
  })
  t.throws(() => readGraph(join(wrong, 'none')), { instanceOf: CloudError, message: /no rendered stacks/ })
  t.throws(() => readState([join(wrong, 'none')]), {
    message: /no such file or folder\n {2}pulumi stack export/,
  })
  t.throws(() => readState([join(wrong, 'two.json')]), {
    message: /two\.json: not what pulumi stack export writes/,
  })
})
