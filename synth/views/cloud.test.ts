import test from 'ava'
import type { CloudView } from '../../policies/views.ts'
import { cloudResources, cloudViews } from './cloud.ts'

/** Views of stacks, each a text of documents, by `<stack>/<name>`. */
function views(stacks: Readonly<Record<string, string>>): Readonly<Record<string, CloudView>> {
  const documents = Object.entries(stacks).flatMap(([stack, text]) =>
    text.split(/^---\n/m).map((part) => ({ text: part, files: [`cloud/${stack}.yaml`] })),
  )
  const made = cloudViews(cloudResources(documents)).map(({ text }): CloudView => JSON.parse(text))
  return Object.fromEntries(made.map((view) => [`${view.metadata.namespace}/${view.metadata.name}`, view]))
}

const resource = (kind: string, name: string, spec: string, provider = 'eu-west-1') => {
  const [group, short] = kind.split('/')
  const options = provider === '' ? '' : `options: { provider: ${provider} }\n`
  return `apiVersion: ${group}/v1\nkind: ${short}\nmetadata: { name: ${name} }\n${options}spec: ${spec}\n`
}
const stack = (name: string, outputs = '{}') =>
  resource('pulumi/Stack', name, `{ program: x, needs: [], outputs: ${outputs} }`, '')
const provider = (region: string) =>
  resource('pulumi/Provider', region, `{ region: ${region}, defaultTags: { tags: { owner: us } } }`, '')
const names = (list: readonly { readonly stack: string; readonly name: string }[] = []) =>
  list.map((one) => `${one.stack}/${one.name}`)

test('a reference leads to a resource of the stack, and the other way back', (t) => {
  const found = views({
    core: [
      stack('core'),
      resource('kms.aws/Key', 'data-key', '{}'),
      resource('sns.aws/Topic', 'alarms', `{ kmsMasterKeyId: "\${data-key.arn}" }`),
    ].join('---\n'),
  })
  t.deepEqual(names(found['core/alarms']?.graph.references), ['core/data-key'])
  t.deepEqual(names(found['core/data-key']?.graph.referrers), ['core/alarms'])
  t.deepEqual(found['core/data-key']?.graph.references, [])
})

test('an output of another stack is followed to what it comes from, through a third one too', (t) => {
  const found = views({
    core: [
      stack('core', `{ key.eu-west-1: "\${data-key.arn}" }`),
      resource('kms.aws/Key', 'data-key', '{}'),
    ].join('---\n'),
    region: stack('region', `{ key: "\${core.outputs.key.eu-west-1}" }`),
    watch: [
      stack('watch'),
      resource('sns.aws/Topic', 'a', `{ kmsMasterKeyId: "\${core.outputs.key.eu-west-1}" }`),
      resource('sns.aws/Topic', 'b', `{ kmsMasterKeyId: "\${region.outputs.key}" }`),
      resource('sns.aws/Topic', 'c', `{ kmsMasterKeyId: "\${core.outputs.none}" }`),
    ].join('---\n'),
  })
  t.deepEqual(names(found['watch/a']?.graph.references), ['core/data-key'])
  t.deepEqual(names(found['watch/b']?.graph.references), ['core/data-key'])
  t.deepEqual(names(found['watch/c']?.graph.references), [])
  t.deepEqual(names(found['core/data-key']?.graph.referrers), ['watch/a', 'watch/b'])
})

test('a name that is known already leads to what has it: with the same provider, where several have', (t) => {
  const found = views({
    core: [
      stack('core', '{ bucket: meridian-models }'),
      provider('eu-west-1'),
      resource('s3.aws/Bucket', 'models', '{ bucket: meridian-models }'),
      resource('s3.aws/BucketPolicy', 'models-policy', '{ bucket: meridian-models }'),
      resource('backup.aws/Vault', 'here', '{ name: meridian }'),
      resource('backup.aws/Vault', 'there', '{ name: meridian }', 'us-east-1'),
      resource('backup.aws/VaultLockConfiguration', 'lock', '{ backupVaultName: meridian }', 'us-east-1'),
      resource('sns.aws/Topic', 'other', '{ displayName: meridian-models }'),
    ].join('---\n'),
    models: [
      stack('models'),
      resource('sagemaker.aws/Model', 'vision', `{ bucketName: "\${core.outputs.bucket}" }`),
    ].join('---\n'),
  })
  t.deepEqual(names(found['core/models']?.graph.referrers), ['core/models-policy', 'models/vision'])
  t.deepEqual(names(found['core/there']?.graph.referrers), ['core/lock'])
  t.deepEqual(names(found['core/here']?.graph.referrers), [])
  t.deepEqual(names(found['core/other']?.graph.references), [])
})

test('region and tags are those of the provider; a stack lists what is in it', (t) => {
  const found = views({
    core: [
      stack('core'),
      provider('eu-west-1'),
      resource('kms.aws/Key', 'data-key', '{}'),
      resource('cloudflare/Zone', 'zone', '{}', ''),
    ].join('---\n'),
  })
  t.deepEqual(found['core/data-key']?.graph.provider, {
    name: 'eu-west-1',
    region: 'eu-west-1',
    tags: { owner: 'us' },
  })
  t.is(found['core/zone']?.graph.provider, undefined)
  t.deepEqual(
    found['core/core']?.graph.resources.map(({ name, region }) => [name, region]),
    [
      ['eu-west-1', undefined],
      ['data-key', 'eu-west-1'],
      ['zone', undefined],
    ],
  )
})

test('statements of a policy have one form, wherever the policy stands and whatever it leaves out', (t) => {
  const found = views({
    core: [
      stack('core'),
      resource(
        'iam.aws/Role',
        'role',
        `{ assumeRolePolicy: { Statement: { Effect: Allow, Principal: { Service: [a, b] }, Action: 'sts:AssumeRole',
  Condition: { StringEquals: { 'aws:SourceAccount': '1' } } } },
  inlinePolicies: [{ policy: { Statement: [{ Effect: Deny, Principal: '*', NotAction: x, Resource: [r] }] } }] }`,
      ),
    ].join('---\n'),
  })
  const [trust, deny, ...more] = found['core/role']?.graph.statements ?? []
  t.like(trust, {
    at: '/assumeRolePolicy/Statement/0',
    allow: true,
    actions: ['sts:AssumeRole'],
    resources: [],
    principals: ['Service:a', 'Service:b'],
    conditions: [{ operator: 'StringEquals', key: 'aws:SourceAccount', values: ['1'] }],
  })
  t.like(deny, {
    at: '/inlinePolicies/0/policy/Statement/0',
    allow: false,
    actions: [],
    notActions: ['x'],
    principals: ['*'],
    resources: ['r'],
  })
  t.deepEqual(more, [])
})

test('every string is there with its place', (t) => {
  const found = views({
    core: [stack('core'), resource('x.aws/Any', 'any', '{ a: { b: [one, 2, { c: two }] } }')].join('---\n'),
  })
  t.deepEqual(found['core/any']?.graph.texts, [
    { at: '/a/b/0', text: 'one' },
    { at: '/a/b/2/c', text: 'two' },
  ])
})
