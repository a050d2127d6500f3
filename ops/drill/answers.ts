import { setTimeout as sleep } from 'node:timers/promises'
import { type RRType, TestDNSAnswerCommand } from '@aws-sdk/client-route-53'
import type { Clients } from '../cloud/clients.ts'

const pollMs = 500

/**
 * What Route 53 itself answers now, to a resolver in Virginia; undefined where the API has no such question.
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_TestDNSAnswer.html
 */
export async function askRoute53(
  { route53, standIn }: Clients,
  zone: string,
  name: string,
  type: RRType = 'A',
): Promise<readonly string[] | undefined> {
  try {
    const command = new TestDNSAnswerCommand({ HostedZoneId: zone, RecordName: name, RecordType: type })
    return (await route53.send(command)).RecordData ?? []
  } catch (error) {
    // moto has none. Of AWS itself a refusal is an error like any other.
    if (standIn && error instanceof Error) return undefined
    throw error
  }
}

export interface Waiting {
  readonly clients: Clients
  readonly zone: string
  readonly names: readonly string[]
  /** Whether an answer is one that is waited for. */
  readonly until: (values: readonly string[]) => boolean
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** @returns seconds until every name has such an answer, Infinity where it takes too long; undefined: nobody tells */
export async function waitForAnswers({
  clients,
  zone,
  names,
  until,
  timeoutMs,
  signal,
}: Waiting): Promise<number | undefined> {
  const started = performance.now()
  const open = new Set(names)
  for (;;) {
    for (const name of open) {
      const values = await askRoute53(clients, zone, name)
      if (values === undefined) return undefined
      if (until(values)) open.delete(name)
    }
    const passedMs = performance.now() - started
    if (open.size === 0) return passedMs / 1000
    if (passedMs > timeoutMs) return Number.POSITIVE_INFINITY
    await sleep(pollMs, undefined, { signal })
  }
}
