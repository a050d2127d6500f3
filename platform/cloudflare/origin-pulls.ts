import * as cloudflare from '@pulumi/cloudflare'
import * as pulumi from '@pulumi/pulumi'
import type { PublicHost } from '../aws/_lib/hosts.ts'

/** Our own certificate and its key, in PEM: what Cloudflare shows the regions. */
export interface ClientPair {
  readonly certificate: pulumi.Input<string>
  readonly privateKey: pulumi.Input<string>
}

export interface OriginPullsArgs {
  readonly hosts: readonly PublicHost[]
  readonly zoneId: pulumi.Input<string>
  readonly pair: ClientPair
}

/**
 * Authenticated origin pulls: Cloudflare shows the regions a certificate of our own, which their load balancers ask
 * for. Cloudflare's shared one would let in every customer of Cloudflare. Each host has it, and the zone as well, so
 * that a host which is added elsewhere, and the monitors, have it too.
 */
export class OriginPulls extends pulumi.ComponentResource {
  constructor(name: string, { hosts, zoneId, pair }: OriginPullsArgs) {
    super('meridian:OriginPulls', name)
    const inside = { parent: this }
    const ofZone = new cloudflare.AuthenticatedOriginPullsCertificate(
      'zone-client-certificate',
      { zoneId, ...pair },
      inside,
    )
    new cloudflare.AuthenticatedOriginPullsSettings(
      'zone-client-certificate-shown',
      { zoneId, enabled: true },
      { ...inside, dependsOn: ofZone },
    )
    const ofHosts = new cloudflare.AuthenticatedOriginPullsHostnameCertificate(
      'host-client-certificate',
      { zoneId, ...pair },
      inside,
    )
    new cloudflare.AuthenticatedOriginPulls(
      'host-client-certificate-shown',
      { zoneId, configs: hosts.map(({ host }) => ({ hostname: host, certId: ofHosts.id, enabled: true })) },
      inside,
    )
    this.registerOutputs()
  }
}
