import { defineRule } from '../rule.ts'

const service = (spec: object, name = 'app', namespace = 'example') => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec,
})
const gateway = (spec: object = {}) =>
  service(
    {
      type: 'LoadBalancer',
      selector: { 'app.kubernetes.io/name': 'gateway' },
      ports: [{ port: 443 }, { port: 443, protocol: 'UDP' }],
      ...spec,
    },
    'gateway',
    'gateway',
  )

const telemetry = (ports: readonly object[] = [{ port: 443, appProtocol: 'https' }]) =>
  service({ type: 'NodePort', ports }, 'telemetry', 'telemetry')

/** Beside Ingresses and Services a pod could take a port of the host: restricted-security-context forbids that. */
export default defineRule({
  id: 'public-entrance-is-the-gateway',
  title: 'The gateway is the only way in',
  why: 'The web application firewall, the rate limits and the check of tokens stand in the gateway: another entrance goes round them.',
  mend: 'Make the Service a ClusterIP and give the gateway a route to it (apps/gateway/gateway-config.ts).',
  controls: ['PCI DSS 1.4.2', 'PCI DSS 6.4.2', 'SOC 2 CC6.6', 'ISO 27001 A.8.20', 'ISO 27001 A.8.21'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: ['Service', 'networking.k8s.io/Ingress'] },
  variables: [
    { name: 'type', cel: `object.spec.?type.orValue('ClusterIP')` },
    {
      name: 'entrance',
      cel: `object.kind == 'Service' && object.metadata.?namespace.orValue('') == 'gateway' && object.metadata.name == 'gateway'`,
    },
    {
      name: 'telemetry',
      cel: `object.kind == 'Service' && object.metadata.?namespace.orValue('') == 'telemetry' && object.metadata.name == 'telemetry' &&
object.spec.?ports.orValue([]).all(p, p.port == 443 && p.?appProtocol.orValue('') == 'https')`,
    },
  ],
  validations: [
    { cel: `object.kind != 'Ingress'`, message: 'an Ingress is an entrance that no firewall of ours guards' },
    {
      cel: `object.kind == 'Ingress' || variables.type in ['ClusterIP', 'ExternalName'] ||
(variables.type == 'LoadBalancer' && variables.entrance) || (variables.type == 'NodePort' && variables.telemetry)`,
      message: 'the Service can be reached from outside',
      messageCel: `'type ' + variables.type + ' can be reached from outside'`,
    },
    {
      cel: `object.kind == 'Ingress' || object.spec.?externalIPs.orValue([]).size() == 0`,
      message: 'the Service takes addresses of the outside (externalIPs)',
    },
    {
      cel: `!variables.entrance || (object.spec.?ports.orValue([]).all(p, p.port == 443) &&
object.spec.?selector['app.kubernetes.io/name'].orValue('') == 'gateway')`,
      message: 'the public Service opens another port than 443, or leads elsewhere than to the gateway',
    },
  ],
  permissions: [
    {
      where: 'telemetry/telemetry',
      allows: ['a port of the machines'],
      why: "Sites send what they observed to a network load balancer, which knows the cluster's machines and not its pods.",
      instead:
        'TLS 1.3 with a SPIFFE certificate of a site alone, each sender bound to its path; security groups admit the balancer, and it the sites.',
    },
  ],
  pass: [
    gateway(),
    telemetry(),
    service({ ports: [{ port: 8443 }] }),
    service({ type: 'ExternalName', externalName: 'a.example' }),
  ],
  fail: [
    service({ type: 'LoadBalancer', ports: [{ port: 443 }] }),
    service({ type: 'LoadBalancer', ports: [{ port: 443 }] }, 'other', 'gateway'),
    service({ type: 'NodePort', ports: [{ port: 443 }] }, 'gateway', 'gateway'),
    telemetry([{ port: 443, appProtocol: 'https' }, { port: 9090 }]),
    service({ externalIPs: ['192.0.2.1'], ports: [{ port: 443 }] }),
    gateway({ ports: [{ port: 443 }, { port: 9090 }] }),
    gateway({ selector: { 'app.kubernetes.io/name': 'router' } }),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'app', namespace: 'gateway' },
      spec: { rules: [] },
    },
  ],
  mutations: [
    { on: 'Service', where: { name: 'router' }, change: [{ path: '/spec/type', value: 'LoadBalancer' }] },
    { on: 'Service', where: { name: 'cache' }, change: [{ path: '/spec/type', value: 'NodePort' }] },
    {
      on: 'Service',
      where: { name: 'gateway' },
      change: [{ path: '/spec/ports/-', value: { name: 'admin', port: 9090, appProtocol: 'https' } }],
    },
  ],
})
