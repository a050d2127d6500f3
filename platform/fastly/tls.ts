import * as aws from '@pulumi/aws'
import * as fastly from '@pulumi/fastly'
import type * as pulumi from '@pulumi/pulumi'
import type { PublicHost } from '../aws/_lib/hosts.ts'

export interface CertificatesArgs {
  /** The id of Route 53's zone. */
  readonly authority: pulumi.Input<string>
  /** Of Route 53. */
  readonly provider: aws.Provider
  /** Fastly gives certificates for the hosts of services only. */
  readonly services: readonly pulumi.Resource[]
}

/**
 * A certificate for each host, from Fastly's own authority, which renews it as long as the record that proves the host
 * stands. It is served by the TLS configuration that speaks TLS 1.3 and nothing older: with an account that has none,
 * nothing is deployed. (Fastly sets such a configuration up on request.)
 */
export function declareCertificates(
  hosts: readonly PublicHost[],
  { authority, provider, services }: CertificatesArgs,
): void {
  const configuration = fastly.getTlsConfigurationOutput({ tlsService: 'CUSTOM', tlsProtocols: ['1.3'] })
  for (const { label, host } of hosts) {
    const subscription = new fastly.TlsSubscription(
      `certificate-${label}`,
      { domains: [host], certificateAuthority: 'certainly', configurationId: configuration.id },
      { dependsOn: [...services] },
    )
    const proof = subscription.managedDnsChallenges.apply(([first]) => ({
      name: first?.recordName ?? '',
      type: first?.recordType ?? '',
      value: first?.recordValue ?? '',
    }))
    const record = new aws.route53.Record(
      `certificate-${label}-proof`,
      { zoneId: authority, name: proof.name, type: proof.type, records: [proof.value], ttl: 300 },
      { provider },
    )
    new fastly.TlsSubscriptionValidation(
      `certificate-${label}-issued`,
      { subscriptionId: subscription.id },
      { dependsOn: record },
    )
  }
}
