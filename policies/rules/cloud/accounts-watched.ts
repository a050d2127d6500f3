import { defineRule } from '../../rule.ts'
import { resource } from './views.examples.ts'

const regions = ['us-east-1', 'eu-west-1', 'ap-southeast-1']
const everywhere = ['guardduty.aws/Detector', 'cfg.aws/Recorder', 'ebs.aws/EncryptionByDefault']
const once = ['s3.aws/AccountPublicAccessBlock', 'cloudtrail.aws/Trail']
const here = (kind: string, region: string) => {
  const [group, name = ''] = kind.split('/')
  return { apiVersion: `${group}/v1`, kind: name, name: 'example', region }
}
const all = [
  ...everywhere.flatMap((kind) => regions.map((region) => here(kind, region))),
  ...once.map((kind) => here(kind, 'eu-west-1')),
]
const stack = (resources: typeof all) => resource('pulumi/Stack', {}, { name: 'aws-core', resources })
const trail = (changes: object = {}) =>
  resource('cloudtrail.aws/Trail', {
    isMultiRegionTrail: true,
    enableLogFileValidation: true,
    includeGlobalServiceEvents: true,
    ...changes,
  })

export default defineRule({
  id: 'accounts-watched',
  title:
    'Who did what in the account is recorded, what is there is recorded, and both are watched for attackers',
  why: 'What nobody records nobody can find out: neither an intruder nor a mistake.',
  mend: 'aws-core has a trail over all regions with file validation, a GuardDuty detector, a Config recorder and default disk encryption in each region, and the account-wide block of public access.',
  controls: [
    'PCI DSS 10.2.1',
    'PCI DSS 10.3.4',
    'PCI DSS 11.5.1',
    'SOC 2 CC7.1',
    'SOC 2 CC7.2',
    'ISO 27001 A.8.15',
    'ISO 27001 A.8.16',
  ],
  scope: 'cloud',
  match: { kinds: ['pulumi/Stack', 'cloudtrail.aws/Trail'] },
  variables: [
    {
      name: 'missing',
      cel: `object.kind == 'Stack' && object.metadata.name == 'aws-core' ? [['guardduty.aws/v1', 'Detector'], ['cfg.aws/v1', 'Recorder'], ['ebs.aws/v1', 'EncryptionByDefault']].filter(w,
!['us-east-1', 'eu-west-1', 'ap-southeast-1'].all(r, object.graph.resources.exists(o, o.apiVersion == w[0] && o.kind == w[1] && o.?region.orValue('') == r))).map(w, w[1]) +
['AccountPublicAccessBlock', 'Trail'].filter(k, !object.graph.resources.exists(o, o.kind == k)) : []`,
    },
  ],
  validations: [
    {
      cel: 'variables.missing.size() == 0',
      message: 'the account is not watched in every region',
      messageCel: `'not in the account, or not in each of its regions: ' + variables.missing.join(', ')`,
    },
    {
      cel: `object.kind != 'Trail' || (object.spec.?isMultiRegionTrail.orValue(false) == true && object.spec.?includeGlobalServiceEvents.orValue(true) == true)`,
      message: 'the trail misses regions or global services',
    },
    {
      cel: `object.kind != 'Trail' || object.spec.?enableLogFileValidation.orValue(false) == true`,
      message: 'files of the trail could be changed unnoticed: no validation',
    },
  ],
  pass: [stack(all), resource('pulumi/Stack', {}, { name: 'fastly' }), trail()],
  fail: [
    stack(all.filter(({ kind, region }) => kind !== 'Detector' || region !== 'us-east-1')),
    stack(all.filter(({ kind }) => kind !== 'AccountPublicAccessBlock')),
    trail({ isMultiRegionTrail: false }),
    trail({ enableLogFileValidation: false }),
  ],
  mutations: [
    { on: 'guardduty.aws/Detector', change: 'delete' },
    { on: 'cfg.aws/Recorder', change: 'delete' },
    { on: 's3.aws/AccountPublicAccessBlock', change: 'delete' },
    { on: 'cloudtrail.aws/Trail', change: [{ path: '/spec/isMultiRegionTrail', value: false }] },
    { on: 'cloudtrail.aws/Trail', change: [{ path: '/spec/enableLogFileValidation', value: false }] },
  ],
})
