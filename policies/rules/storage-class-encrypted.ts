import { granted } from '../pods.ts'
import { defineRule, type Permission } from '../rule.ts'

const permissions: Permission[] = [
  {
    where: 'rancher.io/local-path',
    allows: ['no encryption of its own'],
    why: "A site's volumes are folders on the disk of their node.",
    instead:
      'The disk itself is encrypted with LUKS2 from birth, and its key is bound to the machine (nodes/disk.ts).',
  },
]

const storageClass = (fields: object, name = 'encrypted') => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name },
  ...fields,
})
const ebs = (encrypted?: string) => ({
  provisioner: 'ebs.csi.aws.com',
  parameters: { type: 'gp3', encrypted },
})

export default defineRule({
  id: 'storage-class-encrypted',
  title: 'There is one storage class, and it encrypts',
  why: 'Claims are held to the class named encrypted; that name must mean what it says, and no class may stand beside it.',
  mend: 'Set the parameter encrypted to "true" (apps/baseline/classes.ts), or use the class that is there.',
  controls: ['PCI DSS 3.5.1', 'SOC 2 CC6.1', 'ISO 27001 A.8.24', 'GDPR 32(1)(a)', 'CCPA 1798.150'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: ['storage.k8s.io/StorageClass'] },
  validations: [
    { cel: `object.metadata.name == 'encrypted'`, message: 'another storage class than encrypted' },
    {
      cel: `object.provisioner in ${granted(permissions)} ||
(object.provisioner == 'ebs.csi.aws.com' && object.?parameters.encrypted.orValue('') == 'true')`,
      message: 'nothing encrypts the volumes of this class',
    },
  ],
  permissions,
  pass: [storageClass(ebs('true')), storageClass({ provisioner: 'rancher.io/local-path' })],
  fail: [
    storageClass(ebs()),
    storageClass(ebs('false')),
    storageClass({ provisioner: 'nfs.csi.k8s.io' }),
    storageClass(ebs('true'), 'fast'),
  ],
  mutations: [
    { on: 'storage.k8s.io/StorageClass', change: [{ path: '/provisioner', value: 'nfs.csi.k8s.io' }] },
    { on: 'storage.k8s.io/StorageClass', change: [{ path: '/metadata/name', value: 'fast' }] },
  ],
})
