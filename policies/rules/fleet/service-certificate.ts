import { defineRule } from '../../rule.ts'
import { workload } from './views.examples.ts'

const volume = (csi: object) => ({ name: 'certificate', csi: { readOnly: true, ...csi } })
const mounted = [{ name: 'app', volumeMounts: [{ name: 'certificate', mountPath: '/tls', readOnly: true }] }]

/** cert-manager's CSI driver for SPIFFE: https://cert-manager.io/docs/usage/csi-driver-spiffe/ */
export default defineRule({
  id: 'service-certificate',
  title: 'Every workload that speaks TLS has a SPIFFE certificate of its own',
  why: 'Both ends of a connection prove who they are by a short-lived certificate whose key never leaves the node.',
  mend: 'Take the certificate from the spiffe.csi.cert-manager.io volume and mount it read-only; apps/_lib/identity.ts makes both.',
  controls: ['PCI DSS 4.2.1', 'PCI DSS 4.2.1.1', 'SOC 2 CC6.1', 'SOC 2 CC6.7', 'ISO 27001 A.8.24'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Workload'] },
  variables: [
    {
      name: 'speaks',
      cel: `object.spec.tls.size() > 0 || object.spec.upstreams.exists(u, u.inCluster) ||
object.spec.services.exists(s, s.?ports.orValue([]).exists(p, p.?appProtocol.orValue('') in ['https', 'meridian/mtls']))`,
    },
    {
      name: 'certificates',
      cel: `object.spec.pod.?volumes.orValue([]).filter(v, has(v.csi) &&
v.csi.driver == 'spiffe.csi.cert-manager.io' && v.csi.?readOnly.orValue(false)).map(v, v.name)`,
    },
  ],
  validations: [
    {
      cel: '!variables.speaks || variables.certificates.size() > 0',
      message: 'it speaks TLS and has no read-only volume of spiffe.csi.cert-manager.io',
    },
    {
      cel: `variables.certificates.all(name, object.spec.pod.containers.exists(c,
c.?volumeMounts.orValue([]).exists(m, m.name == name && m.?readOnly.orValue(false))))`,
      message: 'its certificate is mounted by no container, or not read-only',
    },
  ],
  pass: [workload(), workload({ services: [], pod: { containers: [{ name: 'app' }] } })],
  fail: [
    workload({ pod: { containers: mounted } }),
    workload({ pod: { containers: mounted, volumes: [volume({ driver: 'csi.cert-manager.io' })] } }),
    workload({
      services: [],
      tls: [{ file: 'app.json', at: '/tls', settings: { minVersion: '1.3' } }],
      pod: { containers: [{ name: 'app' }] },
    }),
    workload({
      pod: { containers: [{ name: 'app' }], volumes: [volume({ driver: 'spiffe.csi.cert-manager.io' })] },
    }),
  ],
  mutations: [
    {
      on: 'apps/StatefulSet',
      where: { namespace: 'router' },
      change: [{ path: '/spec/template/spec/volumes', value: [] }],
    },
    {
      on: 'apps/Deployment',
      where: { namespace: 'observability', name: 'otel-collector' },
      change: [{ path: '/spec/template/spec/containers/0/volumeMounts', value: [] }],
    },
  ],
})
