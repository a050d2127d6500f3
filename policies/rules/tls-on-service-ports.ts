import { granted } from '../pods.ts'
import { defineRule, type Permission } from '../rule.ts'

const service = (spec: object, name = 'app', namespace = 'example') => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec,
})

const unsaid = 'a port that does not say TLS'

/** Services of official charts, which set no appProtocol; what the pull request renders is never among them. */
const permissions: Permission[] = [
  ...[
    'argocd/argocd-repo-server',
    'cert-manager/cert-manager-webhook',
    'external-secrets/external-secrets-webhook',
  ].map((where) => ({
    where,
    allows: [unsaid],
    why: 'The official chart cannot say appProtocol on this port.',
    instead:
      'The port carries TLS by a certificate of its own, and only its clients reach it (NetworkPolicy).',
  })),
  {
    where: 'argocd/argocd-redis',
    allows: [unsaid],
    why: "The official chart offers no TLS for Argo CD's cache, which starts before there are identities.",
    instead:
      'It asks for a password, only the pods of Argo CD reach it, and between nodes WireGuard encrypts.',
  },
  ...['argocd/argocd-applicationset-controller', 'argocd/argocd-server'].map((where) => ({
    where,
    allows: [unsaid],
    why: 'The official chart always makes this Service.',
    instead: 'No pod stands behind it: its Deployment is told to run none.',
  })),
]

/** Probe and metrics ports are not on Services, so no port here is excused. */
export default defineRule({
  id: 'tls-on-service-ports',
  title: 'Every Service port carries TLS',
  why: 'Whatever one service sends another must be encrypted and both ends known, inside a cluster as outside.',
  mend: "Serve TLS on the port and say so: appProtocol https, or meridian/mtls for what is not HTTP; a probe's or a metrics port comes off the Service.",
  controls: ['PCI DSS 4.2.1', 'SOC 2 CC6.7', 'ISO 27001 A.8.24', 'GDPR 32(1)(a)', 'CCPA 1798.150'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: ['Service'] },
  variables: [
    {
      name: 'plain',
      // An ExternalName is an alias in DNS: its ports carry nothing.
      cel: `object.spec.?type.orValue('ClusterIP') == 'ExternalName' ||
(object.metadata.?namespace.orValue('') + '/' + object.metadata.name) in ${granted(permissions)} ? [] :
object.spec.?ports.orValue([]).filter(p, !(p.?appProtocol.orValue('') in ['https', 'meridian/mtls']))`,
    },
  ],
  validations: [
    {
      cel: 'variables.plain.size() == 0',
      message: 'a port has no appProtocol https or meridian/mtls',
      messageCel: `'no appProtocol https or meridian/mtls on port ' +
variables.plain.map(p, string(p.port) + (has(p.appProtocol) ? ' (' + p.appProtocol + ')' : '')).join(', ')`,
    },
  ],
  permissions,
  pass: [
    service({ ports: [{ port: 443 }] }, 'cert-manager-webhook', 'cert-manager'),
    service({ ports: [{ name: 'https', port: 443, appProtocol: 'https' }] }),
    service({
      clusterIP: 'None',
      ports: [
        { name: 'redis', port: 6379, appProtocol: 'meridian/mtls' },
        { name: 'bus', port: 16379, appProtocol: 'meridian/mtls' },
      ],
    }),
    service({ type: 'ExternalName', externalName: 'sts.amazonaws.com', ports: [{ port: 443 }] }),
    service({ clusterIP: 'None' }),
  ],
  fail: [
    service({ ports: [{ port: 80 }] }),
    service({ ports: [{ port: 443 }] }, 'cert-manager-webhook'),
    service({ type: 'LoadBalancer', ports: [{ port: 443, appProtocol: 'http' }] }),
    service({
      ports: [
        { name: 'https', port: 443, appProtocol: 'https' },
        { name: 'metrics', port: 9090 },
      ],
    }),
    service({ ports: [{ port: 443, appProtocol: 'HTTPS' }] }),
    service({ type: 'NodePort', ports: [{ port: 443, appProtocol: 'kubernetes.io/h2c' }] }),
  ],
  mutations: [
    {
      on: 'Service',
      where: { name: 'router' },
      change: [{ path: '/spec/ports/0/appProtocol', remove: true }],
    },
    {
      on: 'Service',
      where: { name: 'cache' },
      change: [{ path: '/spec/ports/-', value: { name: 'metrics', port: 9121 } }],
    },
  ],
})
