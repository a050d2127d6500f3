import { X509Certificate } from 'node:crypto'
import * as aws from '@pulumi/aws'
import { PlatformError } from '../../stack.ts'
import type { Account } from './account.ts'
import type { Buckets } from './buckets.ts'

/**
 * The certificates that the regions' load balancers trust in clients, as the object that a trust store is made of.
 *
 * @throws {PlatformError} where one of them is no authority's
 */
export function declareTrust({ home, providers, fleet }: Account, { trust }: Buckets): aws.s3.BucketObjectv2 {
  const content = fleet.cloud.authorities.edges
  checkAuthorities('edges', content)
  return new aws.s3.BucketObjectv2(
    'edge-authorities',
    { bucket: trust.bucket, key: 'edge-authorities.pem', content, contentType: 'application/x-pem-file' },
    { provider: providers[home] },
  )
}

/**
 * Asks of every certificate whether it may sign others: what else stands in a trust store is trusted for nothing.
 *
 * @throws {PlatformError}
 */
export function checkAuthorities(which: string, pem: string): void {
  for (const [text] of pem.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)) {
    const place = 'clusters/cloud.yaml'
    const mend = `put the certificates of the authorities into authorities.${which}`
    let certificate: X509Certificate
    try {
      certificate = new X509Certificate(text)
    } catch {
      throw new PlatformError(place, `authorities.${which} holds what is no certificate`, mend)
    }
    if (!certificate.ca) {
      const subject = certificate.subject.replaceAll('\n', ', ')
      throw new PlatformError(place, `authorities.${which}: ${subject} is no authority's certificate`, mend)
    }
  }
}
