import { defineRule } from '../rule.ts'

const service = (spec: object) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'app', namespace: 'example' },
  spec,
})

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
      cel: `object.spec.?type.orValue('ClusterIP') == 'ExternalName' ? [] :
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
  pass: [
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
})
