import { defineRule } from '../../rule.ts'
import { related, resource } from './views.examples.ts'

const managed = (name: string, overrideAction: object = { none: {} }) => ({
  name,
  overrideAction,
  statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
})
const rate = { name: 'rate', action: { block: {} }, statement: { rateBasedStatement: { limit: 600 } } }
const threats = {
  name: 'threats',
  action: { block: {} },
  statement: { ipSetReferenceStatement: { arn: 'a' } },
}
const reputation = managed('AWSManagedRulesAmazonIpReputationList')
const common = managed('AWSManagedRulesCommonRuleSet')
const bad = managed('AWSManagedRulesKnownBadInputsRuleSet')
const logging = related('wafv2.aws/WebAclLoggingConfiguration')
const acl = (rules: readonly object[], referrers = [logging]) =>
  resource('wafv2.aws/WebAcl', { scope: 'CLOUDFRONT', rules }, { referrers })

export default defineRule({
  id: 'web-acls-complete',
  title:
    'Every web ACL has the OWASP rules, a rate for each client and the threat list, and logs what it refused',
  why: 'A firewall that only counts, or has half of the rules, looks like protection and is none.',
  mend: 'Declare it by declareWebAcl (platform/aws/_lib/waf.ts), which has them all; set no rule or group to count.',
  controls: [
    'PCI DSS 6.4.2',
    'PCI DSS 10.2.1',
    'SOC 2 CC6.6',
    'SOC 2 CC7.1',
    'ISO 27001 A.8.20',
    'ISO 27001 A.8.26',
  ],
  scope: 'cloud',
  match: { kinds: ['wafv2.aws/WebAcl'] },
  variables: [
    {
      name: 'groups',
      cel: `object.spec.?rules.orValue([]).filter(r, r.?statement.?managedRuleGroupStatement.hasValue())`,
    },
    {
      name: 'wanted',
      cel: `['AWSManagedRulesCommonRuleSet', 'AWSManagedRulesKnownBadInputsRuleSet'] +
(object.spec.scope == 'CLOUDFRONT' ? ['AWSManagedRulesAmazonIpReputationList'] : [])`,
    },
    {
      name: 'missing',
      cel: `variables.wanted.filter(w, !variables.groups.exists(r, r.statement.managedRuleGroupStatement.name == w))`,
    },
    {
      name: 'counting',
      cel: `object.spec.?rules.orValue([]).filter(r, r.?overrideAction.?count.hasValue() || r.?action.?count.hasValue()).map(r, r.name)`,
    },
  ],
  validations: [
    {
      cel: 'variables.missing.size() == 0',
      message: 'managed rules are missing',
      messageCel: `'managed rules are missing: ' + variables.missing.join(', ')`,
    },
    {
      cel: 'variables.counting.size() == 0',
      message: 'rules count and block nothing',
      messageCel: `'rules count and block nothing: ' + variables.counting.join(', ')`,
    },
    {
      cel: `object.spec.?rules.orValue([]).exists(r, r.?statement.?rateBasedStatement.hasValue() && r.?action.?block.hasValue())`,
      message: 'nothing limits the rate of one client',
    },
    {
      cel: `object.spec.?rules.orValue([]).exists(r, r.?statement.?ipSetReferenceStatement.hasValue() && r.?action.?block.hasValue())`,
      message: 'the threat list blocks nobody',
    },
    {
      cel: `object.graph.referrers.exists(r, r.kind == 'WebAclLoggingConfiguration')`,
      message: 'what is refused is not logged',
    },
  ],
  permissions: [
    {
      where: 'web ACLs of scope REGIONAL',
      allows: ["no list of addresses by Amazon's reputation"],
      why: "A region is called by our edges alone: the address that it sees is an edge's, and nobody vouches for a header.",
      instead:
        "Reputation is judged at the edges, each of which has a rule for it; a region lets in clients with an edge's certificate alone.",
    },
  ],
  pass: [
    acl([common, bad, reputation, rate, threats]),
    resource(
      'wafv2.aws/WebAcl',
      { scope: 'REGIONAL', rules: [common, bad, rate, threats] },
      { referrers: [logging] },
    ),
  ],
  fail: [
    acl([bad, reputation, rate, threats]),
    acl([common, bad, rate, threats]),
    acl([managed('AWSManagedRulesCommonRuleSet', { count: {} }), bad, reputation, rate, threats]),
    acl([common, bad, reputation, threats]),
    acl([common, bad, reputation, rate]),
    acl([common, bad, reputation, rate, threats], []),
  ],
  mutations: [
    { on: 'wafv2.aws/WebAcl', change: [{ path: '/spec/rules', value: [] }] },
    { on: 'wafv2.aws/WebAcl', change: [{ path: '/spec/rules/0/action', value: { count: {} } }] },
    { on: 'wafv2.aws/WebAclLoggingConfiguration', change: 'delete' },
  ],
})
