import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import type { StackContext } from '../../stack.ts'

/**
 * A public certificate for a host. AWS renews it as long as its record stands in the zone.
 *
 * @returns its ARN, once it is issued
 */
export function declareCertificate(
  name: string,
  domainName: string,
  zoneId: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const certificate = new aws.acm.Certificate(
    name,
    { domainName, validationMethod: 'DNS', keyAlgorithm: 'EC_prime256v1' },
    opts,
  )
  const record = (part: 'Name' | 'Type' | 'Value') =>
    certificate.domainValidationOptions.apply(([option]) => option?.[`resourceRecord${part}`] ?? '')
  const proof = new aws.route53.Record(
    `${name}-proof`,
    { zoneId, name: record('Name'), type: record('Type'), records: [record('Value')], ttl: 300 },
    opts,
  )
  return new aws.acm.CertificateValidation(
    `${name}-issued`,
    { certificateArn: certificate.arn, validationRecordFqdns: [proof.fqdn] },
    opts,
  ).certificateArn
}

/** What CloudFront shows the regions: issued by Vault for clients alone, and known to their trust stores. */
export function declareClientCertificate(
  { secret }: StackContext,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  return new aws.acm.Certificate(
    'origin-client',
    {
      certificateBody: secret('originClientCertificate'),
      certificateChain: secret('originClientChain'),
      privateKey: secret('originClientKey'),
    },
    opts,
  ).arn
}
