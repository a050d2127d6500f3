import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { Live } from '../control-plane/api.ts'
import type { Stage } from './stand-in.ts'

interface Pod extends Live {
  readonly spec: {
    readonly containers: readonly {
      readonly name: string
      readonly resources?: { readonly requests?: Readonly<Record<string, string>> }
    }[]
  }
}

const groupVersion = 'metrics.k8s.io/v1beta1'

/**
 * The metrics API that autoscalers ask, as metrics-server gives it: every container uses exactly what it requests,
 * less a half.
 */
export async function metrics({ api, certificate }: Stage): Promise<() => Promise<void>> {
  const server = createServer(
    { cert: readFileSync(certificate.cert), key: readFileSync(certificate.key) },
    (request, response) => {
      const url = new URL(request.url ?? '/', 'https://localhost')
      const [, namespace] = /\/namespaces\/([^/]+)\/pods$/.exec(url.pathname) ?? []
      const answer = namespace === undefined ? Promise.resolve(resources) : podMetrics(namespace, url.search)
      answer.then(
        (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
        () => response.writeHead(503).end(),
      )
    },
  )

  async function podMetrics(namespace: string, search: string) {
    const list = await api.get<{ items: Pod[] }>(`/api/v1/namespaces/${namespace}/pods${search}`)
    const timestamp = new Date().toISOString()
    return {
      kind: 'PodMetricsList',
      apiVersion: groupVersion,
      metadata: {},
      items: (list?.items ?? []).map(({ metadata, spec }) => ({
        metadata: { name: metadata.name, namespace: metadata.namespace, labels: metadata.labels },
        timestamp,
        window: '15s',
        containers: spec.containers.map(({ name, resources: wanted }) => ({
          name,
          usage: { cpu: half(wanted?.requests?.cpu), memory: half(wanted?.requests?.memory) },
        })),
      })),
    }
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  await register(api, address.port)
  return async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
}

const resources = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion,
  resources: [
    { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] },
  ],
}

/** K3s brings metrics-server as a Service of kube-system; here its name leads to a port of this machine. */
async function register(api: Stage['api'], port: number): Promise<void> {
  await api.post('/api/v1/namespaces/kube-system/services', {
    metadata: { name: 'metrics-server' },
    spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port }] },
  })
  await api.post('/apis/apiregistration.k8s.io/v1/apiservices', {
    metadata: { name: 'v1beta1.metrics.k8s.io' },
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { namespace: 'kube-system', name: 'metrics-server', port },
    },
  })
}

/** Half of a quantity: `500m` → `250m`, `96Mi` → `48Mi`. */
function half(quantity = '0'): string {
  const [, number = '0', suffix = ''] = /^([0-9.]+)(.*)$/.exec(quantity) ?? []
  // Whole numbers only, in the next smaller unit.
  return suffix === '' ? `${Math.round(Number(number) * 500)}m` : `${Math.round(Number(number) / 2)}${suffix}`
}
