import { request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { type Check, type Step, skipped } from '../walk.ts'

const timeoutMs = 10_000
const dayMs = 86_400_000

/** What a host answers to whoever asks as a user does. */
export interface HostAnswer {
  readonly status: number
  readonly tls: string
  readonly certificateEnd: Date
}

export type Ask = (host: string, path: string) => Promise<HostAnswer>

/**
 * Every host of the routes, asked as a user asks it: by its name, over TLS 1.3, with a certificate that lasts. Any
 * status below 500 is an answer, for most routes want a token.
 */
export function answers(ask: Ask = askHost): Step {
  return {
    name: 'answers',
    async run({ fleet, clients, now, certificateDays }) {
      // Of several routes of a host the first.
      const hosts = [...Map.groupBy(fleet.routes.routes, ({ host }) => host)].map(
        ([host, [first]]) => [host, first?.path ?? '/'] as const,
      )
      const expected = `an answer over TLSv1.3, certificate for ${certificateDays} days or more`
      const check = async (host: string, path: string): Promise<Check> => {
        const subject = `https://${host}${path}`
        // What plays AWS answers for its APIs alone.
        if (clients.standIn && ask === askHost) return skipped(subject, expected, 'AWS_ENDPOINT_URL is set')
        try {
          const { status, tls, certificateEnd } = await ask(host, path)
          const days = Math.floor((certificateEnd.getTime() - now.getTime()) / dayMs)
          const good = status < 500 && tls === 'TLSv1.3' && days >= certificateDays
          const found = `${status} over ${tls}, certificate for ${days} days`
          return { subject, status: good ? 'ok' : 'failed', expected, found }
        } catch (error) {
          return {
            subject,
            status: 'failed',
            expected,
            found: error instanceof Error ? error.message : String(error),
          }
        }
      }
      return Promise.all(hosts.map(([host, path]) => check(host, path)))
    },
  }
}

function askHost(host: string, path: string): Promise<HostAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host, path, method: 'GET', agent: false, timeout: timeoutMs }, (response) => {
      // An https request's socket is a TLS socket.
      const socket = response.socket as TLSSocket
      const { valid_to } = socket.getPeerCertificate()
      resolve({
        status: response.statusCode ?? 0,
        tls: socket.getProtocol() ?? 'no TLS',
        certificateEnd: new Date(valid_to),
      })
      response.destroy()
    })
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)))
    sent.on('error', reject)
    sent.end()
  })
}
