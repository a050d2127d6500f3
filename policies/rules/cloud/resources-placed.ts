import { defineRule } from '../../rule.ts'
import { inIreland, resource } from './views.examples.ts'

const provider = (changes: object = {}) =>
  resource(
    'pulumi/Provider',
    {
      region: 'eu-west-1',
      allowedAccountIds: ['123456789012'],
      defaultTags: { tags: inIreland.tags },
      ...changes,
    },
    { name: 'eu-west-1', provider: null },
  )
const bucket = (region: string | undefined, tags: object = inIreland.tags, spec: object = {}) =>
  resource('s3.aws/Bucket', spec, {
    provider: region === undefined ? null : { name: region, region, tags: { ...tags } },
  })

export default defineRule({
  id: 'resources-placed',
  title: "Every resource of AWS lies in one of our account's three regions and carries the tags of its owner",
  why: 'What lies elsewhere nobody watches, and what has no owner nobody mends; personal data must not leave its regions.',
  mend: 'Give it awsProvider(stack.name, region, fleet) from platform/aws/provider.ts, by itself or by its component.',
  controls: ['PCI DSS 12.5.1', 'SOC 2 CC6.1', 'ISO 27001 A.5.9', 'ISO 27001 A.5.23', 'GDPR 44'],
  scope: 'cloud',
  match: { kinds: ['*/*'] },
  variables: [
    { name: 'aws', cel: `object.apiVersion.endsWith('.aws/v1') || object.apiVersion == 'aws/v1'` },
    // SPEC.md: Places.
    { name: 'regions', cel: `['us-east-1', 'eu-west-1', 'ap-southeast-1']` },
    {
      name: 'missing',
      cel: `['platform', 'owner', 'data', 'stack'].filter(k, !(k in object.graph.?provider.?tags.orValue({})))`,
    },
  ],
  validations: [
    {
      cel: `!variables.aws || object.graph.?provider.?region.orValue('') in variables.regions`,
      message: 'it is made by no provider of ours: nobody says in which region and account it lies',
    },
    {
      cel: `!variables.aws || object.spec.?region.orValue(object.graph.?provider.?region.orValue('')) in variables.regions`,
      message: 'it lies in a region that is none of ours',
      messageCel: `'it lies in a region that is none of ours: ' + object.spec.?region.orValue('')`,
    },
    {
      cel: `!variables.aws || variables.missing.size() == 0`,
      message: 'it has not all the tags that a stack gives',
      messageCel: `'tags are missing: ' + variables.missing.join(', ')`,
    },
    {
      cel: `object.kind != 'Provider' || !(object.metadata.name in variables.regions) || (object.spec.?allowedAccountIds.orValue([]).size() == 1 && object.spec.region == object.metadata.name)`,
      message: 'the provider would work in another account, or in another region than it is named after',
    },
  ],
  pass: [bucket('us-east-1'), provider(), resource('cloudflare/Zone', {}, { provider: null })],
  fail: [
    bucket(undefined),
    bucket('eu-central-1'),
    bucket('eu-west-1', inIreland.tags, { region: 'cn-north-1' }),
    bucket('eu-west-1', { platform: 'meridian' }),
    provider({ allowedAccountIds: [] }),
    provider({ region: 'us-east-1' }),
  ],
  mutations: [
    { on: 's3.aws/Bucket', change: [{ path: '/options/provider', remove: true }] },
    { on: 's3.aws/Bucket', change: [{ path: '/spec/region', value: 'eu-central-1' }] },
    { on: 'pulumi/Provider', change: [{ path: '/spec/defaultTags/tags/owner', remove: true }] },
    { on: 'pulumi/Provider', change: [{ path: '/spec/allowedAccountIds', remove: true }] },
  ],
})
