import { defineRule } from '../../rule.ts'
import { workload } from './views.examples.ts'

const claim = (storageClass?: object) =>
  workload({
    claims: [
      { name: 'data', mountPaths: ['/data'], ...(storageClass ? { storageClass: { ...storageClass } } : {}) },
    ],
  })
const local = { provisioner: 'rancher.io/local-path' }
const ebs = { provisioner: 'ebs.csi.aws.com', parameters: { encrypted: 'true' } }
const eks = { distribution: 'eks', nodes: 0, highlyAvailable: true } as const
const hostPath = (path: string, readOnly: boolean, name = 'agent') =>
  workload(
    {
      pod: {
        containers: [{ name: 'agent', volumeMounts: [{ name: 'host', mountPath: path, readOnly }] }],
        volumes: [{ name: 'host', hostPath: { path } }],
      },
    },
    name,
  )

/** The other half, that a K3s node's own disk is encrypted, is the rule node-data-encrypted. */
export default defineRule({
  id: 'data-on-encrypted-volumes',
  title: 'What a workload writes lies on an encrypted volume, whatever class and cluster it is in',
  why: 'A disk that is taken out of a rack or a snapshot that is shared must show nothing.',
  mend: 'Claim volumes of the class encrypted (apps/baseline/classes.ts); let a node agent write below /var/lib/meridian.',
  controls: ['PCI DSS 3.5.1', 'SOC 2 CC6.1', 'ISO 27001 A.8.24', 'GDPR 32(1)(a)', 'CCPA 1798.150'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Workload'] },
  variables: [
    {
      name: 'bare',
      cel: `object.spec.claims.filter(v, !has(v.storageClass) || !(object.spec.cluster.distribution == 'k3s' ?
v.storageClass.provisioner == 'rancher.io/local-path' :
v.storageClass.provisioner == 'ebs.csi.aws.com' && v.storageClass.?parameters.?encrypted.orValue('') == 'true')).map(v, v.name)`,
    },
    {
      name: 'written',
      cel: `object.spec.pod.?volumes.orValue([]).filter(v, has(v.hostPath) && object.spec.pod.containers.exists(c,
c.?volumeMounts.orValue([]).exists(m, m.name == v.name && !m.?readOnly.orValue(false)))).map(v, v.hostPath.path)`,
    },
    {
      name: 'stray',
      cel: `variables.written.filter(p, !['/var/lib/meridian/', '/var/lib/rancher/', '/var/lib/kubelet/'].exists(d, p.startsWith(d)) &&
!(object.metadata.name == 'spiffe-csi-driver' && p == '/tmp/cert-manager-csi-driver'))`,
    },
  ],
  validations: [
    {
      cel: 'variables.bare.size() == 0',
      message: 'a claim has no storage class that encrypts in this sort of cluster',
      messageCel: `'not encrypted in a cluster of ' + object.spec.cluster.distribution + ': claim ' + variables.bare.join(', ')`,
    },
    {
      cel: 'variables.stray.size() == 0',
      message: "it writes to a folder of the node that is not on the node's encrypted disk",
      messageCel: `'not on the encrypted disk of the node: ' + variables.stray.join(', ')`,
    },
  ],
  permissions: [
    {
      where: 'node-agents/spiffe-csi-driver',
      allows: ['to write to /tmp/cert-manager-csi-driver'],
      why: "It is the mount point of the driver's own file system in memory, which holds the keys.",
      instead: 'Nothing of it reaches a disk: nodes have no swap (node-data-encrypted).',
    },
  ],
  pass: [
    workload(),
    claim(local),
    workload({ cluster: eks, claims: [{ name: 'data', mountPaths: ['/data'], storageClass: ebs }] }),
    hostPath('/var/lib/meridian/vector', false),
    hostPath('/var/log/pods', true),
    hostPath('/tmp/cert-manager-csi-driver', false, 'spiffe-csi-driver'),
  ],
  fail: [
    claim(),
    claim({ provisioner: 'driver.example' }),
    workload({ cluster: eks, claims: [{ name: 'data', mountPaths: ['/data'], storageClass: local }] }),
    workload({
      cluster: eks,
      claims: [{ name: 'data', mountPaths: ['/data'], storageClass: { ...ebs, parameters: {} } }],
    }),
    hostPath('/opt/data', false),
    hostPath('/tmp/cert-manager-csi-driver', false),
  ],
  mutations: [
    {
      on: 'apps/StatefulSet',
      where: { namespace: 'cache' },
      change: [{ path: '/spec/volumeClaimTemplates/0/spec/storageClassName', value: 'plain' }],
    },
    {
      on: 'storage.k8s.io/StorageClass',
      where: { name: 'encrypted' },
      change: [{ path: '/provisioner', value: 'driver.example' }],
    },
  ],
})
