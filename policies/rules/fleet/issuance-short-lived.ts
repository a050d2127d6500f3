import { defineRule } from '../../rule.ts'
import { workload } from './views.examples.ts'

const good = {
  'csi-driver-name': 'spiffe.csi.cert-manager.io',
  'certificate-request-duration': '1h',
  'issuer-name': 'spiffe-ca',
  'issuer-kind': 'ClusterIssuer',
  'issuer-group': 'cert-manager.io',
}
const driver = (changes: object = {}) =>
  workload({ containers: [{ name: 'driver', flags: { ...good, ...changes } }] }, 'spiffe-csi-driver')

export default defineRule({
  id: 'issuance-short-lived',
  title: "Service certificates live a day at most and come from the cluster's own CA",
  why: 'A stolen certificate is of use until it ends, and one of another issuer is outside what a site can revoke.',
  mend: 'Give driver and approver the same issuance: apps/identities/issuance.ts (24 hours at most, ClusterIssuer spiffe-ca).',
  controls: ['PCI DSS 3.7.4', 'PCI DSS 4.2.1', 'SOC 2 CC6.1', 'ISO 27001 A.8.24'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Workload'] },
  variables: [
    {
      name: 'issuers',
      cel: `object.spec.containers.filter(c, 'csi-driver-name' in c.flags || 'certificate-request-duration' in c.flags).map(c, c.flags)`,
    },
  ],
  validations: [
    {
      cel: `variables.issuers.all(f, duration(f[?'certificate-request-duration'].orValue('0s')) > duration('0s') &&
duration(f['certificate-request-duration']) <= duration('24h'))`,
      message: 'certificates live longer than 24 hours, or as long as a default says',
    },
    {
      cel: `variables.issuers.all(f, f[?'issuer-name'].orValue('') == 'spiffe-ca' &&
f[?'issuer-kind'].orValue('') == 'ClusterIssuer' && f[?'issuer-group'].orValue('') == 'cert-manager.io')`,
      message: "certificates come from another issuer than the cluster's own (ClusterIssuer spiffe-ca)",
    },
    {
      cel: `variables.issuers.all(f, f[?'csi-driver-name'].orValue('') == 'spiffe.csi.cert-manager.io')`,
      message: 'it serves another driver than spiffe.csi.cert-manager.io, which workloads name',
    },
  ],
  pass: [workload(), driver(), driver({ 'certificate-request-duration': '24h' })],
  fail: [
    driver({ 'certificate-request-duration': '2160h' }),
    workload({
      containers: [{ name: 'driver', flags: { 'csi-driver-name': 'spiffe.csi.cert-manager.io' } }],
    }),
    driver({ 'issuer-name': 'self-signed' }),
    driver({ 'issuer-kind': 'Issuer' }),
    driver({ 'csi-driver-name': 'csi.cert-manager.io' }),
  ],
  mutations: [
    {
      on: 'apps/DaemonSet',
      where: { name: 'spiffe-csi-driver' },
      change: [
        { path: '/spec/template/spec/containers/0/args/2', value: '--certificate-request-duration=720h' },
      ],
    },
    {
      on: 'apps/Deployment',
      where: { name: 'spiffe-approver' },
      change: [{ path: '/spec/template/spec/containers/0/args/3', value: '--issuer-name=other' }],
    },
  ],
})
