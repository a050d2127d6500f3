import type { Live } from '../control-plane/api.ts'
import type { Stage } from './stand-in.ts'

interface Service extends Live {
  readonly spec: { readonly type?: string }
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip: string }[] } }
}

/** Gives every Service of type LoadBalancer the addresses of the nodes, as K3s's ServiceLB does. */
export function loadBalancers({ api, addresses }: Stage): () => void {
  return api.watch<Service>('/api/v1/services', async ({ metadata, spec, status }) => {
    if (spec.type !== 'LoadBalancer' || status?.loadBalancer?.ingress?.length) return
    await api.patch(`/api/v1/namespaces/${metadata.namespace}/services/${metadata.name}/status`, {
      status: { loadBalancer: { ingress: addresses.map((ip) => ({ ip })) } },
    })
  })
}
