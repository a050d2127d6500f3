import { defineRule } from '../../rule.ts'
import { related, resource } from './views.examples.ts'

const balancer = (spec: object = {}, ...referrers: ReturnType<typeof related>[]) =>
  resource('lb.aws/LoadBalancer', spec, { referrers })
const association = related('wafv2.aws/WebAclAssociation')
const ruleset = (phase: string) => related('cloudflare/Ruleset', { phase, rules: [{ enabled: true }] })
const phases = ['http_request_firewall_managed', 'http_request_firewall_custom', 'http_ratelimit'].map(
  ruleset,
)
const zone = (...referrers: ReturnType<typeof related>[]) => resource('cloudflare/Zone', {}, { referrers })

export default defineRule({
  id: 'waf-on-every-entrance',
  title: 'Before every entrance stands a web application firewall',
  why: 'One entrance without it is the one that attackers use.',
  mend: 'Associate a web ACL with the load balancer, name it in the distribution, give the zone its three phases of rules, or the Fastly service its rate limiters and lists.',
  controls: [
    'PCI DSS 6.4.2',
    'SOC 2 CC6.6',
    'ISO 27001 A.8.20',
    'ISO 27001 A.8.26',
    'GDPR 32(1)(b)',
    'CCPA 1798.150',
  ],
  scope: 'cloud',
  match: {
    kinds: [
      'lb.aws/LoadBalancer',
      'cloudfront.aws/Distribution',
      'cloudflare/Zone',
      'fastly/ServiceVcl',
      'fastly/ServiceCompute',
      'apigatewayv2.aws/Stage',
    ],
  },
  variables: [
    {
      name: 'phases',
      cel: `['http_request_firewall_managed', 'http_request_firewall_custom', 'http_ratelimit'].filter(p,
!object.graph.referrers.exists(r, r.kind == 'Ruleset' && r.spec.?phase.orValue('') == p && r.spec.?rules.orValue([]).exists(e, e.?enabled.orValue(true) == true)))`,
    },
  ],
  validations: [
    {
      cel: `!(object.kind in ['LoadBalancer', 'Stage']) || object.spec.?loadBalancerType.orValue('application') == 'network' ||
object.graph.referrers.exists(r, r.kind == 'WebAclAssociation')`,
      message: 'no web ACL is associated with it',
    },
    {
      cel: `object.kind != 'Distribution' || object.spec.?webAclId.orValue('') != ''`,
      message: 'the distribution has no web ACL',
    },
    {
      cel: `object.kind != 'Zone' || object.apiVersion != 'cloudflare/v1' || variables.phases.size() == 0`,
      message: 'the zone lacks rules of the firewall',
      messageCel: `'the zone has no rules in: ' + variables.phases.join(', ')`,
    },
    {
      cel: `object.kind != 'ServiceVcl' || (object.spec.?rateLimiters.orValue([]).size() > 0 && object.spec.?acls.orValue([]).size() > 0) ||
object.spec.?productEnablement.?ngwaf.?enabled.orValue(false) == true`,
      message: 'the service limits no rates and knows no threat list',
    },
    {
      cel: `object.kind != 'ServiceCompute' || object.spec.?productEnablement.?ngwaf.?enabled.orValue(false) == true ||
object.spec.?resourceLinks.orValue([]).size() > 0`,
      message: 'the service has no lists that it could refuse clients by',
    },
  ],
  permissions: [
    {
      where: 'fastly: services',
      allows: ['no managed rules (Next-Gen WAF)'],
      why: 'It has no public price: a switch, off by default, as SPEC asks of options that would break their line.',
      instead:
        'Rate limiters and the threat list at the edge; what passes is judged by the web ACL of the region that it goes on to.',
    },
    {
      where: 'network load balancers',
      allows: ['no web ACL of their own'],
      why: 'WAF judges requests; they pass on connections.',
      instead: 'The application load balancer behind them has one.',
    },
  ],
  pass: [
    balancer({}, association),
    balancer({ loadBalancerType: 'network' }),
    resource('cloudfront.aws/Distribution', { webAclId: `\${edge-web-acl.arn}` }),
    zone(...phases),
    resource('fastly/ServiceVcl', { rateLimiters: [{ name: 'rate' }], acls: [{ name: 'threats' }] }),
    resource('fastly/ServiceCompute', { resourceLinks: [{ name: 'threats' }] }),
  ],
  fail: [
    balancer(),
    resource('cloudfront.aws/Distribution'),
    zone(...phases.slice(1)),
    resource('fastly/ServiceVcl', { acls: [{ name: 'threats' }] }),
    resource('fastly/ServiceCompute'),
  ],
  mutations: [
    { on: 'wafv2.aws/WebAclAssociation', change: 'delete' },
    { on: 'cloudfront.aws/Distribution', change: [{ path: '/spec/webAclId', remove: true }] },
    {
      on: 'cloudflare/Ruleset',
      where: { name: 'managed-rules' },
      change: [{ path: '/spec/rules', value: [] }],
    },
    { on: 'fastly/ServiceVcl', change: [{ path: '/spec/rateLimiters', value: [] }] },
    { on: 'fastly/ServiceCompute', change: [{ path: '/spec/resourceLinks', value: [] }] },
  ],
})
