import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { loadFleet } from '../clusters/fleet.ts'
import { readBirth } from '../ops/cluster/bootstrap.ts'
import { type ControlPlane, startControlPlane } from '../ops/control-plane/control-plane.ts'
import { nodeFlags } from '../ops/control-plane/flags.ts'
import { must } from '../ops/control-plane/kubectl.ts'
import { crdFolder } from '../ops/engines/crd-folder.ts'
import { type Lab, openLab } from '../ops/lab/lab.ts'

const root = join(import.meta.dirname, '..')
const name = 'akl1'

/** What the API server says to an object, warnings included; it is not kept. */
export interface Verdict {
  readonly code: number
  /** Of a refusal. */
  readonly message: string
  readonly warnings: readonly string[]
}

export interface ApiServer extends ControlPlane {
  readonly lab: Lab
  /** @param type of the body. @returns what a dry run comes to */
  judge(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<Verdict>
}

/** A control plane with the flags of a site of the fleet, every kind that the fleet uses, and nothing else. */
export async function startApiServer(): Promise<ApiServer> {
  const lab = await openLab(() => {})
  try {
    const cluster = loadFleet(join(root, 'clusters')).clusters.find((facts) => facts.name === name)
    if (!cluster) throw new Error(`clusters/fleet/ has no ${name}`)
    const { variant } = readBirth(join(root, 'rendered'), cluster)
    const flags = (logs: string) => nodeFlags(variant, logs)
    const plane = await startControlPlane(lab, { name, flags, stages: [] })
    await must(plane.kubectl, ['apply', '--server-side', '--filename', crdFolder])
    await must(plane.kubectl, ['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s'])
    const pki = (file: string) => readFileSync(join(lab.folder, name, 'pki', file))
    const agent = new Agent({
      keepAlive: true,
      maxSockets: 4,
      ca: pki('ca.crt'),
      cert: pki('admin.crt'),
      key: pki('admin.key'),
    })
    lab.onClose(() => agent.destroy())
    const judge: ApiServer['judge'] = (method, path, body) =>
      ask(agent, new URL(`${path}?dryRun=All&fieldValidation=Strict`, plane.server), method, body)
    return { ...plane, lab, judge }
  } catch (error) {
    await lab.close()
    throw error
  }
}

function ask(agent: Agent, url: URL, method: string, body: unknown): Promise<Verdict> {
  const type = method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json'
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method, headers: { 'content-type': type } }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('error', reject)
      response.on('end', () => {
        const { statusCode: code = 0, rawHeaders } = response
        // A Status of the API server, where it refuses.
        const { message } = JSON.parse(text) as { message?: string }
        resolve({ code, message: code < 400 ? '' : (message ?? text), warnings: warningsIn(rawHeaders) })
      })
    })
    sent.on('error', reject)
    sent.end(JSON.stringify(body))
  })
}

/** `299 - "text"`, with quotes and backslashes escaped (RFC 7234, section 5.5). */
function warningsIn(headers: readonly string[]): string[] {
  return headers
    .filter((_, index) => index % 2 === 1 && headers[index - 1]?.toLowerCase() === 'warning')
    .map((value) => value.replace(/^299 - "([\s\S]*)"$/, '$1').replaceAll(/\\(.)/g, '$1'))
}
