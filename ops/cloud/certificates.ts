import {
  type CertificateDetail,
  DescribeCertificateCommand,
  ListCertificatesCommand,
} from '@aws-sdk/client-acm'
import type { Clients } from './clients.ts'
import { type Lookup, text } from './lookup.ts'

/** Of several certificates of a domain the one that lasts longest: a renewed one stands beside its predecessor. */
export const findCertificate: Lookup = async (clients, { region, spec }, resolve) => {
  const domain = await resolve(text(spec.domainName))
  if (!domain) return undefined
  const all = await Promise.all(
    (await arnsOf(clients, region, domain)).map((arn) => describe(clients, region, arn)),
  )
  const [found] = all.toSorted((a, b) => endMs(b) - endMs(a))
  if (found?.CertificateArn === undefined) return undefined
  const validations = (found.DomainValidationOptions ?? []).flatMap(({ ResourceRecord }, index) => [
    [`domainValidationOptions[${index}].resourceRecordName`, ResourceRecord?.Name ?? ''],
    [`domainValidationOptions[${index}].resourceRecordType`, ResourceRecord?.Type ?? ''],
    [`domainValidationOptions[${index}].resourceRecordValue`, ResourceRecord?.Value ?? ''],
  ])
  return { id: found.CertificateArn, arn: found.CertificateArn, ...Object.fromEntries(validations) }
}

/** A certificate of ACM as it is now. @throws where there is none */
export async function describe(clients: Clients, region: string, arn: string): Promise<CertificateDetail> {
  const { Certificate } = await clients
    .acm(region)
    .send(new DescribeCertificateCommand({ CertificateArn: arn }))
  return Certificate ?? {}
}

async function arnsOf(clients: Clients, region: string, domain: string): Promise<readonly string[]> {
  const arns: string[] = []
  let token: string | undefined
  do {
    // Without a filter ACM lists RSA 2048 alone.
    const page = await clients.acm(region).send(
      new ListCertificatesCommand({
        NextToken: token,
        Includes: { keyTypes: ['RSA_2048', 'RSA_3072', 'RSA_4096', 'EC_prime256v1', 'EC_secp384r1'] },
      }),
    )
    const own = (page.CertificateSummaryList ?? []).filter(({ DomainName }) => DomainName === domain)
    arns.push(...own.flatMap(({ CertificateArn }) => CertificateArn ?? []))
    token = page.NextToken
  } while (token)
  return arns
}

function endMs({ NotAfter }: CertificateDetail): number {
  return NotAfter?.getTime() ?? 0
}
