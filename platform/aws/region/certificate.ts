import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import type { Setting } from './setting.ts'

/** A certificate for a name in the platform's zone; AWS renews it as long as the record that proves it stands. */
export function declareCertificate(
  { core, opts }: Setting,
  name: string,
  host: string,
): pulumi.Output<string> {
  const certificate = new aws.acm.Certificate(
    `${name}-certificate`,
    { domainName: host, validationMethod: 'DNS', keyAlgorithm: 'EC_prime256v1' },
    opts,
  )
  const proof = certificate.domainValidationOptions.apply(([first]) => ({
    name: first?.resourceRecordName ?? '',
    type: first?.resourceRecordType ?? '',
    value: first?.resourceRecordValue ?? '',
  }))
  const record = new aws.route53.Record(
    `${name}-proof`,
    {
      zoneId: core('zone'),
      name: proof.name,
      type: proof.type,
      records: [proof.value],
      ttl: 300,
      // AWS asks an account for the same proof of a name in every region.
      allowOverwrite: true,
    },
    opts,
  )
  return new aws.acm.CertificateValidation(
    `${name}-issued`,
    { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
    opts,
  ).certificateArn
}
