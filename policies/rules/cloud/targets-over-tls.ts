import { defineRule } from '../../rule.ts'
import { resource } from './views.examples.ts'

const target = (changes: object = {}) =>
  resource('lb.aws/TargetGroup', {
    port: 8443,
    protocol: 'HTTPS',
    targetType: 'ip',
    healthCheck: { protocol: 'HTTPS', path: '/readyz' },
    ...changes,
  })

export default defineRule({
  id: 'targets-over-tls',
  title: 'Behind a load balancer traffic goes on over TLS',
  why: 'TLS that ends at the load balancer leaves everything in plain text for the rest of its way.',
  mend: 'Give the target group and its health check protocol HTTPS.',
  controls: ['PCI DSS 4.2.1', 'SOC 2 CC6.7', 'ISO 27001 A.8.24', 'GDPR 32(1)(a)', 'CCPA 1798.150'],
  scope: 'cloud',
  match: { kinds: ['lb.aws/TargetGroup'] },
  variables: [
    {
      name: 'passes',
      cel: `object.spec.?protocol.orValue('') == 'TCP' && (object.spec.?targetType.orValue('') == 'alb' || object.metadata.name == 'telemetry-targets')`,
    },
  ],
  validations: [
    {
      cel: `variables.passes || object.spec.?protocol.orValue('HTTP') == 'HTTPS'`,
      message: 'the targets are reached in plain text',
    },
    {
      cel: `variables.passes && object.metadata.name == 'telemetry-targets' || object.spec.?healthCheck.?protocol.orValue('HTTP') == 'HTTPS'`,
      message: 'the health check goes in plain text',
    },
  ],
  permissions: [
    {
      where: 'aws-eu-west-1/telemetry-targets',
      allows: ['TCP, and a TCP health check'],
      why: "The sites' connections go on to the telemetry gateway as they are, TLS included.",
      instead:
        'TLS 1.3 with the certificate of a site ends at the gateway (apps/telemetry), which the fleet rules judge.',
    },
    {
      where: "target groups of the regions' entrances",
      allows: ['TLS without a client certificate of the load balancer'],
      why: 'An application load balancer presents none to its targets, and does not verify theirs (ELB, Target groups).',
      instead:
        "The targets' security group admits the load balancer's group and nothing else; security-groups-closed holds that.",
    },
  ],
  pass: [target(), target({ protocol: 'TCP', targetType: 'alb' })],
  fail: [
    target({ protocol: 'HTTP' }),
    target({ protocol: 'TCP' }),
    target({ healthCheck: { protocol: 'HTTP' } }),
    target({ healthCheck: {} }),
  ],
  mutations: [
    { on: 'lb.aws/TargetGroup', change: [{ path: '/spec/protocol', value: 'HTTP' }] },
    { on: 'lb.aws/TargetGroup', change: [{ path: '/spec/healthCheck/protocol', value: 'HTTP' }] },
  ],
})
