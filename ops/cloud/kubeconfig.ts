import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { parse } from 'yaml'
import { z } from 'zod'
import { CloudError } from './graph.ts'

const Kubeconfig = z.object({
  'current-context': z.string(),
  contexts: z.array(
    z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) }),
  ),
  clusters: z.array(
    z.object({
      name: z.string(),
      cluster: z.object({
        server: z.url({ protocol: /^https$/ }),
        'certificate-authority': z.string().optional(),
        'certificate-authority-data': z.string().optional(),
      }),
    }),
  ),
  users: z.array(
    z.object({
      name: z.string(),
      user: z.object({
        token: z.string().optional(),
        'client-certificate': z.string().optional(),
        'client-certificate-data': z.string().optional(),
        'client-key': z.string().optional(),
        'client-key-data': z.string().optional(),
      }),
    }),
  ),
})

const timeoutMs = 10_000

/**
 * Asks the API server of a kubeconfig's current context, with its client certificate or token.
 * @throws {CloudError} where the file cannot be used, or the server does not answer with 200
 */
export async function getFromCluster(file: string, path: string): Promise<unknown> {
  const { server, ca, cert, key, token } = read(file)
  const headers = {
    accept: 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
  const options = { headers, ca, cert, key, timeout: timeoutMs }
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new CloudError(`${server}${path}: ${why}`))
    const sent = request(new URL(path, server), options, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        body += part
      })
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(body))
        else fail(`status ${response.statusCode}`)
      })
    })
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)))
    sent.on('error', (error) => fail(error.message))
    sent.end()
  })
}

function read(file: string) {
  const parsed = Kubeconfig.safeParse(parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new CloudError(`${file}: not a kubeconfig\n${z.prettifyError(parsed.error)}`)
  const { contexts, clusters, users, 'current-context': current } = parsed.data
  const context = contexts.find(({ name }) => name === current)?.context
  const cluster = clusters.find(({ name }) => name === context?.cluster)?.cluster
  const user = users.find(({ name }) => name === context?.user)?.user
  if (!cluster || !user)
    throw new CloudError(`${file}: its context ${current} names no cluster and user of it`)
  return {
    server: cluster.server,
    ca: content(cluster['certificate-authority-data'], cluster['certificate-authority']),
    cert: content(user['client-certificate-data'], user['client-certificate']),
    key: content(user['client-key-data'], user['client-key']),
    token: user.token,
  }
}

function content(data: string | undefined, path: string | undefined): Buffer | undefined {
  if (data !== undefined) return Buffer.from(data, 'base64')
  return path === undefined ? undefined : readFileSync(path)
}
