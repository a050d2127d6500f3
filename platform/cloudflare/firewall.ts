import * as cloudflare from '@pulumi/cloudflare'
import * as pulumi from '@pulumi/pulumi'
import type { Fleet } from '../../clusters/fleet.ts'
import type { PublicHost } from '../aws/_lib/hosts.ts'
import { customRules, type Rule } from './custom-rules.ts'
import { rateRules } from './rates.ts'

export interface FirewallArgs {
  readonly fleet: Pick<Fleet, 'cloud' | 'routes' | 'threats'>
  readonly hosts: readonly PublicHost[]
  readonly zoneId: pulumi.Input<string>
}

/** Cloudflare's own rule sets, the same for all of its customers. Source: Cloudflare, WAF and DDoS managed rulesets. */
const rulesets = {
  cloudflare: 'efb7b8c949ac4650a09736fc376e9aee',
  owasp: '4814384a9e5d4991b9815dcfc25d2f1f',
  httpDdos: '4d21379b4f9f4bb088e0729962c8b3cf',
}
/** The rule of the OWASP set that refuses: CRS 949110, inbound anomaly score exceeded. */
const owaspVerdict = '6179ae15870a4bb7b2d480d4843b323c'

/** What is refused before the Worker answers: a rule set for each of Cloudflare's phases, in their order. */
export class Firewall extends pulumi.ComponentResource {
  /** Of the rule set with the managed rules. */
  readonly managed: pulumi.Output<string>

  constructor(name: string, { fleet, hosts, zoneId }: FirewallArgs) {
    super('meridian:Firewall', name)
    const threats = new cloudflare.List(
      'threats',
      {
        accountId: fleet.cloud.cloudflare.account,
        kind: 'ip',
        name: 'meridian_threats',
        description: 'clusters/threats.yaml',
        items: fleet.threats.map(({ cidr, reason }) => ({ ip: cidr, comment: reason })),
      },
      { parent: this },
    )
    const phase = (name: string, phase: string, description: string, rules: readonly Rule[]) =>
      new cloudflare.Ruleset(
        name,
        { zoneId, kind: 'zone', phase, name: `meridian ${name}`, description, rules: [...rules] },
        { parent: this },
      )
    phase('floods', 'ddos_l7', 'Floods of requests, as Cloudflare recognizes them', [
      execute('http-ddos', 'Every flood that Cloudflare knows', rulesets.httpDdos, {
        action: 'block',
        sensitivityLevel: 'default',
      }),
    ])
    phase('own-rules', 'http_request_firewall_custom', 'Our rules: for all hosts, then for each', [
      ...customRules(hosts, threats.name),
    ])
    phase('rates', 'http_ratelimit', 'What one address may ask for in a minute', rateRules(fleet, hosts))
    this.managed = phase('managed-rules', 'http_request_firewall_managed', 'OWASP, and new attacks', [
      execute('cloudflare-managed', 'What Cloudflare knows of new attacks', rulesets.cloudflare),
      // Paranoia levels 1 and 2; the score of 40 is Cloudflare's medium, about the gateway's.
      execute('owasp', 'OWASP Core Rule Set', rulesets.owasp, {
        categories: ['paranoia-level-3', 'paranoia-level-4'].map((category) => ({
          category,
          enabled: false,
        })),
        rules: [{ id: owaspVerdict, action: 'block', scoreThreshold: 40 }],
      }),
    ]).id
    this.registerOutputs()
  }
}

type Overrides = cloudflare.types.input.RulesetRuleActionParametersOverrides

/** Every request is put to a rule set of Cloudflare's. */
function execute(ref: string, description: string, id: string, overrides?: Overrides): Rule {
  const actionParameters = { id, ...(overrides ? { overrides } : {}) }
  return { ref, description, expression: 'true', action: 'execute', actionParameters, enabled: true }
}
