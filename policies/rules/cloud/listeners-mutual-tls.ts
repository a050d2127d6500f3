import { defineRule } from '../../rule.ts'
import { related, resource } from './views.examples.ts'

const good = {
  port: 443,
  protocol: 'HTTPS',
  certificateArn: `\${certificate.arn}`,
  sslPolicy: 'ELBSecurityPolicy-TLS13-1-3-2021-06',
  mutualAuthentication: { mode: 'verify', trustStoreArn: `\${edges.arn}` },
}
const listener = (changes: object = {}, loadBalancer: object = {}) =>
  resource(
    'lb.aws/Listener',
    { ...good, ...changes },
    { references: [related('lb.aws/LoadBalancer', loadBalancer)] },
  )
const health = (changes: object = {}, values: readonly string[] = ['/healthz']) => {
  const { mutualAuthentication: _, ...rest } = good
  return resource(
    'lb.aws/Listener',
    { ...rest, port: 8444, defaultActions: [{ type: 'fixed-response' }], ...changes },
    { referrers: [related('lb.aws/ListenerRule', { conditions: [{ pathPattern: { values } }] })] },
  )
}
const network = { loadBalancerType: 'network' }

export default defineRule({
  id: 'listeners-mutual-tls',
  title: "Every region's listener takes TLS 1.3 alone, from clients whose certificate our trust store knows",
  why: 'The regions answer our own edges and nobody else; a certificate proves that, an address does not.',
  mend: 'Give the listener protocol HTTPS, a policy of the ELBSecurityPolicy-TLS13-1-3 family, and mutualAuthentication with mode verify and the trust store.',
  controls: [
    'PCI DSS 4.2.1',
    'SOC 2 CC6.6',
    'SOC 2 CC6.7',
    'ISO 27001 A.8.24',
    'GDPR 32(1)(a)',
    'CCPA 1798.150',
  ],
  scope: 'cloud',
  match: { kinds: ['lb.aws/Listener'] },
  variables: [
    {
      name: 'passes',
      cel: `object.graph.references.exists(r, r.kind == 'LoadBalancer' && r.spec.?loadBalancerType.orValue('application') == 'network') &&
object.spec.?protocol.orValue('') == 'TCP' && object.graph.references.all(r, r.kind != 'TargetGroup' || r.spec.?targetType.orValue('') == 'alb' || r.name == 'telemetry-targets')`,
    },
    {
      name: 'checks',
      cel: `object.spec.?port.orValue(443) != 443 && object.spec.?defaultActions.orValue([]).all(a, a.type == 'fixed-response') &&
object.graph.referrers.all(r, r.kind != 'ListenerRule' || (r.spec.?conditions.orValue([]).size() > 0 &&
r.spec.conditions.exists(c, c.?pathPattern.?values.orValue([]) == ['/healthz'])))`,
    },
  ],
  validations: [
    {
      cel: `variables.passes || (object.spec.?protocol.orValue('HTTP') in ['HTTPS', 'TLS'] && has(object.spec.certificateArn))`,
      message: 'the listener takes plain text',
    },
    {
      cel: `variables.passes || object.spec.?sslPolicy.orValue('').matches('^ELBSecurityPolicy-TLS13-1-3-') ||
(variables.checks && object.spec.?mutualAuthentication.?mode.orValue('off') == 'off' && object.spec.?sslPolicy.orValue('').matches('^ELBSecurityPolicy-TLS13-1-2-'))`,
      message: 'TLS older than 1.3 is not ruled out',
      messageCel: `'TLS older than 1.3 is not ruled out by the policy ' + object.spec.?sslPolicy.orValue('that stands for none')`,
    },
    {
      cel: `variables.passes || variables.checks || (object.spec.?mutualAuthentication.?mode.orValue('off') == 'verify' &&
object.spec.mutualAuthentication.?trustStoreArn.orValue('') != '' && object.spec.mutualAuthentication.?ignoreClientCertificateExpiry.orValue(false) == false)`,
      message: 'clients need no valid certificate: mutualAuthentication is not verify with our trust store',
    },
  ],
  permissions: [
    {
      where: "listeners that answer Route 53's health checks",
      allows: ['no client certificate', 'TLS 1.2'],
      why: "The checkers have none and speak 1.2 at most. It is another port than the edges', and answers /healthz and nothing else.",
      instead:
        "Nothing secret passes: a fixed answer to every other path, and a security group that admits the checkers' addresses.",
    },
    {
      where: 'aws-eu-west-1/telemetry-listener',
      allows: ['no TLS of its own'],
      why: "It passes the sites' connections on to the telemetry gateway in the EKS cluster, where their TLS ends.",
      instead:
        'The gateway takes TLS 1.3 with a SPIFFE certificate of a site alone (apps/telemetry; tls-13-only and encrypted-upstreams judge it).',
    },
    {
      where: 'TCP listeners of a network load balancer that leads to an application load balancer',
      allows: ['no TLS of its own'],
      why: 'It gives the entrance fixed addresses and passes connections on as they are.',
      instead:
        'TLS and the client certificate end at the application load balancer behind it, whose listener this rule judges.',
    },
  ],
  pass: [
    health(),
    health({ sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' }),
    listener(),
    listener({ sslPolicy: 'ELBSecurityPolicy-TLS13-1-3-PQ-2025-09' }),
    listener({ protocol: 'TCP', sslPolicy: '', mutualAuthentication: {} }, network),
  ],
  fail: [
    health({ port: 443 }),
    health({}, ['/healthz', '/*']),
    health({ sslPolicy: 'ELBSecurityPolicy-2016-08' }),
    listener({ protocol: 'HTTP' }),
    listener({ protocol: 'TCP' }),
    listener({ sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' }),
    listener({ sslPolicy: '', mutualAuthentication: {} }),
    listener({ mutualAuthentication: { mode: 'passthrough' } }),
    listener({ mutualAuthentication: { ...good.mutualAuthentication, ignoreClientCertificateExpiry: true } }),
  ],
  mutations: [
    { on: 'lb.aws/Listener', change: [{ path: '/spec/protocol', value: 'HTTP' }] },
    {
      on: 'lb.aws/Listener',
      change: [
        { path: '/spec/protocol', value: 'HTTPS' },
        { path: '/spec/sslPolicy', value: 'ELBSecurityPolicy-2016-08' },
      ],
    },
    {
      on: 'lb.aws/Listener',
      change: [
        { path: '/spec/protocol', value: 'HTTPS' },
        { path: '/spec/mutualAuthentication', value: { mode: 'off' } },
      ],
    },
  ],
})
