import * as aws from '@pulumi/aws'
import * as cloudflare from '@pulumi/cloudflare'
import * as pulumi from '@pulumi/pulumi'
import type { Fleet } from '../../clusters/fleet.ts'
import { zoneSettings } from './settings.ts'

export interface EdgeZoneArgs {
  readonly fleet: Pick<Fleet, 'platform' | 'cloud'>
  /** The id of Route 53's zone, which is the domain's authority. */
  readonly authority: pulumi.Input<string>
  /** Of Route 53. */
  readonly provider: aws.Provider
}

/**
 * The domain at Cloudflare, in the partial (CNAME) setup: Route 53 stays its authority, DNSSEC with it, and sends
 * Cloudflare those users who are to enter there. An outage of Cloudflare's DNS takes no other network with it.
 */
export class EdgeZone extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>

  constructor(name: string, { fleet, authority, provider }: EdgeZoneArgs) {
    super('meridian:EdgeZone', name)
    const { domain } = fleet.platform
    const { account, certificateDelegation } = fleet.cloud.cloudflare
    const inside = { parent: this }
    const zone = new cloudflare.Zone(
      'zone',
      { account: { id: account }, name: domain, type: 'partial' },
      { ...inside, protect: true },
    )
    this.id = zone.id
    const prove = (what: string, type: string, at: string, value: pulumi.Input<string>) =>
      new aws.route53.Record(
        `${what}-proof`,
        { zoneId: authority, name: `${at}.${domain}`, type, records: [value], ttl: 300 },
        { ...inside, provider },
      )
    prove('zone', 'TXT', 'cloudflare-verify', zone.verificationKey)
    // Delegated, so that each renewal proves itself. The name is the domain's alone: those of the single hosts are
    // left to the networks that cannot delegate.
    const delegated = `${domain}.${certificateDelegation}.dcv.cloudflare.com`
    const proof = prove('certificate', 'CNAME', '_acme-challenge', delegated)
    new cloudflare.CertificatePack(
      'certificate',
      {
        zoneId: zone.id,
        type: 'advanced',
        hosts: [domain, `*.${domain}`],
        certificateAuthority: 'google',
        validationMethod: 'txt',
        validityDays: 90,
      },
      { ...inside, dependsOn: proof },
    )
    for (const [setting, value] of Object.entries(zoneSettings)) {
      const label = setting.replaceAll('_', '-')
      new cloudflare.ZoneSetting(`set-${label}`, { zoneId: zone.id, settingId: setting, value }, inside)
    }
    // Both ends have X25519MLKEM768 (see the load balancers' policy): what somebody records today stays closed.
    new cloudflare.OriginTlsComplianceModes('quantum-safe', { zoneId: zone.id, values: ['pqh'] }, inside)
    this.registerOutputs()
  }
}
