import type { Fleet } from '../../clusters/fleet.ts'
import type { Clients } from '../cloud/clients.ts'
import { CloudError, type CloudGraph, type Resource } from '../cloud/graph.ts'
import type { Live, State } from '../cloud/live.ts'

/** What a step of the walk may look at. */
export interface Walk {
  readonly graph: CloudGraph
  readonly live: Live
  /** What Pulumi's state knows; empty where it is not given. */
  readonly state: State
  readonly clients: Clients
  readonly fleet: Fleet
  /** The folder of rendered/. */
  readonly rendered: string
  readonly now: Date
  /** A certificate that ends sooner is a finding. */
  readonly certificateDays: number
  /** Kubeconfigs of the clusters whose Argo CD is asked, by cluster. */
  readonly kubeconfigs: ReadonlyMap<string, string>
}

/** One thing that is compared. */
export interface Check {
  /** `record api.meridian.example A EU` */
  readonly subject: string
  readonly status: 'ok' | 'failed' | 'skipped'
  readonly expected: string
  readonly found: string
  /** Why it is skipped, or what a failure means. */
  readonly reason?: string
}

/** One stretch of the way from DNS to an answer. A later one is another line in ops/verify/steps.ts. */
export interface Step {
  readonly name: string
  run(walk: Walk): Promise<readonly Check[]>
}

export interface StepReport {
  readonly name: string
  readonly ms: number
  readonly checks: readonly Check[]
}

export interface WalkReport {
  readonly steps: readonly StepReport[]
  readonly ok: number
  readonly failed: number
  readonly skipped: number
  readonly ms: number
}

/**
 * Walks the steps in their order. A step that cannot ask fails; the walk goes on.
 * @throws {CloudError} where nothing can be asked at all: no credentials, nobody at the address
 */
export async function walkAll(
  steps: readonly Step[],
  walk: Walk,
  progress: (text: string) => void,
): Promise<WalkReport> {
  const reports: StepReport[] = []
  const started = performance.now()
  for (const step of steps) {
    progress(step.name)
    const begun = performance.now()
    const checks = await step.run(walk).catch((error: unknown) => [unasked(error)])
    reports.push({ name: step.name, ms: Math.round(performance.now() - begun), checks })
  }
  const count = (status: Check['status']) =>
    reports.flatMap(({ checks }) => checks).filter((check) => check.status === status).length
  return {
    steps: reports,
    ok: count('ok'),
    failed: count('failed'),
    skipped: count('skipped'),
    ms: Math.round(performance.now() - started),
  }
}

/** Compares what is rendered with what is there. */
export function compare(
  subject: string,
  expected: string,
  found: string | undefined,
  reason?: string,
): Check {
  const status = expected === found ? 'ok' : 'failed'
  return {
    subject,
    status,
    expected,
    found: found ?? 'nothing',
    ...(status === 'failed' && reason !== undefined ? { reason } : {}),
  }
}

export function skipped(subject: string, expected: string, reason: string): Check {
  return { subject, status: 'skipped', expected, found: 'not asked', reason }
}

/** What is rendered and not there, or cannot be found without Pulumi's state. */
export function absent(resource: Resource, subject: string): Check {
  const named = Object.keys(resource.spec).some((key) =>
    /^(name|.*[iI]dentifier|fqdn|domainName|aliases)$/.test(key),
  )
  if (named) return { subject, status: 'failed', expected: 'there', found: 'nothing' }
  return skipped(subject, 'there', 'it is rendered without a name of its own: --state knows it')
}

/** A text that refers to what is not there, or what only Pulumi's state knows. */
export async function unresolved(live: Live, stack: string, subject: string, text: string): Promise<Check> {
  const { what, missing } = await live.explain(stack, text)
  if (missing) return { subject, status: 'failed', expected: text, found: `${what} is not there` }
  return skipped(subject, text, `only Pulumi's state knows ${what}: --state`)
}

function unasked(error: unknown): Check {
  if (!(error instanceof Error)) throw error
  if (error.name === 'CredentialsProviderError') {
    throw new CloudError(
      `no AWS credentials: ${error.message}\n  as for the AWS CLI: aws sso login, or AWS_PROFILE`,
    )
  }
  if ('code' in error && (error.code === 'ECONNREFUSED' || error.code === 'ENOTFOUND')) {
    throw new CloudError(
      `AWS does not answer: ${error.message}\n  AWS_ENDPOINT_URL is the address that was asked, if set`,
    )
  }
  return {
    subject: 'the API',
    status: 'failed',
    expected: 'an answer',
    found: `${error.name}: ${error.message}`,
  }
}
