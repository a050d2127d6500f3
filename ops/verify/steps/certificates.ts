import { describe } from '../../cloud/certificates.ts'
import { ofType, type Resource } from '../../cloud/graph.ts'
import { absent, type Check, type Step, type Walk } from '../walk.ts'

const dayMs = 86_400_000

/** Every certificate is issued, and lasts. ACM renews 60 days before the end: a shorter rest is one that it could not renew. */
export const certificates: Step = {
  name: 'certificates',
  run: (walk) =>
    Promise.all(ofType(walk.graph, 'acm.aws Certificate').map((one) => checkCertificate(walk, one))),
}

async function checkCertificate(walk: Walk, resource: Resource): Promise<Check> {
  const { live, clients, now, certificateDays } = walk
  const subject = `certificate ${resource.spec.domainName ?? resource.name} of ${resource.region}`
  const arn = (await live.outputs(resource))?.arn
  if (arn === undefined) return absent(resource, subject)
  const { Status, NotAfter, FailureReason } = await describe(clients, resource.region, arn)
  const days = NotAfter === undefined ? 0 : Math.floor((NotAfter.getTime() - now.getTime()) / dayMs)
  const end =
    NotAfter === undefined ? 'no end yet' : `${days} days left, until ${NotAfter.toISOString().slice(0, 10)}`
  const status = Status === 'ISSUED' && days >= certificateDays ? 'ok' : 'failed'
  const expected = `ISSUED, ${certificateDays} days or more left`
  const reason = FailureReason ?? (days < certificateDays ? 'it was not renewed' : undefined)
  return {
    subject,
    status,
    expected,
    found: `${Status}, ${end}`,
    ...(status === 'failed' && reason !== undefined ? { reason } : {}),
  }
}
