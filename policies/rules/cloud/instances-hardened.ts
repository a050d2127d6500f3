import { defineRule } from '../../rule.ts'
import { resource } from './views.examples.ts'

const good = {
  metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
  blockDeviceMappings: [
    { deviceName: '/dev/xvda', ebs: { encrypted: 'true', kmsKeyId: `\${data-key.arn}` } },
  ],
}
const template = (changes: object = {}) => resource('ec2.aws/LaunchTemplate', { ...good, ...changes })

export default defineRule({
  id: 'instances-hardened',
  title: 'Machines ask for their credentials by token (IMDSv2) and have encrypted disks',
  why: 'One request forged through a program (SSRF) reads the credentials of the machine from the old metadata service.',
  mend: 'In the launch template: metadataOptions with httpTokens required and a hop limit of 1, and encrypted block devices with a key of ours.',
  controls: ['PCI DSS 2.2.6', 'PCI DSS 3.5.1', 'SOC 2 CC6.1', 'ISO 27001 A.8.9', 'ISO 27001 A.8.24'],
  scope: 'cloud',
  match: { kinds: ['ec2.aws/LaunchTemplate', 'ec2.aws/Instance'] },
  validations: [
    {
      cel: `object.spec.?metadataOptions.?httpTokens.orValue('optional') == 'required'`,
      message: 'the metadata service answers without a token (IMDSv1)',
    },
    {
      cel: `object.spec.?metadataOptions.?httpPutResponseHopLimit.orValue(2) == 1`,
      message: "pods reach the machine's credentials: the hop limit is not 1",
    },
    {
      cel: `(object.spec.?blockDeviceMappings.orValue([]).map(b, b.?ebs.orValue({})) + (has(object.spec.rootBlockDevice) ? [object.spec.rootBlockDevice] : [])).size() > 0 &&
(object.spec.?blockDeviceMappings.orValue([]).map(b, b.?ebs.orValue({})) + (has(object.spec.rootBlockDevice) ? [object.spec.rootBlockDevice] : []))
.all(e, string(e.?encrypted.orValue(false)) == 'true' && e.?kmsKeyId.orValue('').matches('^(\\\\$\\\\{|arn:)'))`,
      message: 'a disk is not encrypted with a key of ours',
    },
  ],
  pass: [template()],
  fail: [
    template({ metadataOptions: { httpTokens: 'optional', httpPutResponseHopLimit: 1 } }),
    template({ metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 2 } }),
    template({ blockDeviceMappings: [] }),
    template({ blockDeviceMappings: [{ ebs: { encrypted: 'true' } }] }),
  ],
  mutations: [
    {
      on: 'ec2.aws/LaunchTemplate',
      change: [{ path: '/spec/metadataOptions/httpTokens', value: 'optional' }],
    },
    {
      on: 'ec2.aws/LaunchTemplate',
      change: [{ path: '/spec/metadataOptions/httpPutResponseHopLimit', value: 3 }],
    },
    {
      on: 'ec2.aws/LaunchTemplate',
      change: [{ path: '/spec/blockDeviceMappings/0/ebs/encrypted', value: 'false' }],
    },
  ],
})
