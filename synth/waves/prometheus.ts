import { z } from 'zod'

/** Prometheus gave no answer that can be used: why, in one line. */
export class PrometheusError extends Error {
  override readonly name = 'PrometheusError'
}

/** One number a cluster. */
export type ByCluster = ReadonlyMap<string, number>

const Answer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.object({
      resultType: z.literal('vector'),
      result: z.array(
        z.object({
          metric: z.object({ cluster: z.string().optional() }),
          value: z.tuple([z.number(), z.string()]),
        }),
      ),
    }),
  }),
  z.object({ status: z.literal('error'), error: z.string() }),
])

export interface Prometheus {
  /** Its address, as it was given, without what could be secret in it. */
  readonly name: string
  /**
   * An instant query that gives one number a cluster (HTTP API, `/api/v1/query`).
   *
   * @throws {PrometheusError}
   */
  query(promql: string): Promise<ByCluster>
}

export interface Access {
  /** Sent as a bearer token. */
  readonly token?: string | undefined
  /** @default 10,000 */
  readonly timeoutMs?: number
}

export function openPrometheus(address: URL, { token, timeoutMs = 10_000 }: Access = {}): Prometheus {
  const name = `${address.origin}${address.pathname.replace(/\/$/, '')}`
  const endpoint = `${name}/api/v1/query`
  return {
    name,
    async query(promql) {
      const { status, text } = await post(name, endpoint, promql, token, timeoutMs)
      const answer = Answer.safeParse(json(text))
      if (!answer.success) {
        const start = JSON.stringify(text.trim().slice(0, 60))
        throw new PrometheusError(`${name} answers ${status} and no Prometheus result: ${start}`)
      }
      if (answer.data.status === 'error') throw new PrometheusError(`${name} says: ${answer.data.error}`)
      const numbers = new Map<string, number>()
      for (const { metric, value } of answer.data.data.result) {
        const number = Number(value[1])
        if (metric.cluster !== undefined && Number.isFinite(number)) numbers.set(metric.cluster, number)
      }
      return numbers
    },
  }
}

async function post(
  name: string,
  endpoint: string,
  promql: string,
  token: string | undefined,
  timeoutMs: number,
): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      body: new URLSearchParams({ query: promql }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    return { status: response.status, text: await response.text() }
  } catch (error) {
    throw new PrometheusError(`${name} cannot be reached: ${reasonOf(error)}`)
  }
}

/** Node hides the reason of a failed fetch in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'no answer in time'
  if (error.cause instanceof Error) {
    const code: unknown = Reflect.get(error.cause, 'code')
    return typeof code === 'string' ? code : error.cause.message
  }
  return error.message
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
