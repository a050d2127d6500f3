import { certificatePath } from './identity.ts'
import { listener, toLoopback, upstream } from './proxy-config.ts'
import type { ProxyProps } from './proxy-props.ts'
import type { Sidecar } from './workload-props.ts'

/** Where the proxy answers probes and metrics in plain HTTP; no Service exposes it. */
export const proxyAdminPort = 9902

/** The port of everything that a proxy serves for other workloads. */
export const proxyPort = 8443

/**
 * Envoy beside a program (or alone) that carries its mutual TLS: the program listens on the pod's loopback, and
 * the proxy checks by SPIFFE id who calls and who is called. It is for programs that compare host names, which a
 * SPIFFE certificate does not have. TLS 1.3 only, X25519MLKEM768 first; a new certificate needs no restart.
 *
 * Trust domains are matched by form, since no variant knows its cluster; which pods reach a proxy at all, the
 * network policy says.
 *
 * @see https://www.envoyproxy.io/docs/envoy/v1.40.0/api-v3/bootstrap/bootstrap
 */
export function proxyConfig(workload: string, props: ProxyProps): Readonly<Record<string, string>> {
  const folder = `/etc/${workload}`
  const { inbound, outbound = [], admin = [] } = props
  const served = inbound?.certificate
  const loopback = [...(inbound?.routes ?? []), ...admin].flatMap(({ to }) =>
    typeof to === 'number' ? [to] : [],
  )
  const bootstrap = {
    // Envoy wants both wherever files bring secrets.
    node: { id: workload, cluster: workload },
    ...(admin.some(({ to }) => to === ownAdmin)
      ? { admin: { address: address('127.0.0.1', ownAdmin) } }
      : {}),
    static_resources: {
      listeners: [
        ...(inbound ? [listener({ folder, port: proxyPort, ...inbound })] : []),
        ...outbound.flatMap(({ name, listen }) =>
          listen === undefined
            ? []
            : [listener({ folder, port: listen, address: '127.0.0.1', routes: [{ prefix: '/', to: name }] })],
        ),
        ...(admin.length > 0 ? [listener({ folder, port: proxyAdminPort, routes: [alive, ...admin] })] : []),
      ],
      clusters: [
        ...[...new Set(loopback)].map(toLoopback),
        ...outbound.map((each) => upstream(folder, each)),
      ],
    },
    overload_manager: {
      resource_monitors: [
        {
          name: 'envoy.resource_monitors.global_downstream_max_connections',
          typed_config: {
            '@type':
              'type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig',
            max_active_downstream_connections: 10_000,
          },
        },
      ],
    },
  }
  return {
    'envoy.json': text(bootstrap),
    'sds-certificate.json': secretFile('certificate', {
      tls_certificate: keyPair(certificatePath),
    }),
    'sds-authority.json': secretFile('authority', {
      validation_context: {
        trusted_ca: { filename: `${certificatePath}/ca.crt` },
        watched_directory: { path: certificatePath },
      },
    }),
    ...(served ? { 'sds-served.json': secretFile('served', { tls_certificate: keyPair(served) }) } : {}),
  }
}

/** Envoy's own administration, on the pod's loopback: give it to `admin` where the proxy is the program. */
export const ownAdmin = 9901

/** How Envoy starts with these files, which a workload mounts at `/etc/<workload>`. */
export function proxyCommand(workload: string): readonly string[] {
  return [
    'envoy',
    '--config-path',
    `/etc/${workload}/envoy.json`,
    '--disable-hot-restart',
    '--log-level',
    'warning',
  ]
}

/** The proxy as a container beside the program of a workload that mounts `proxyConfig` with its own files. */
export function proxySidecar(image: string, workload: string): Sidecar {
  return {
    name: 'proxy',
    image,
    command: proxyCommand(workload),
    secrets: [],
    metrics: { port: proxyAdminPort, path: '/metrics' },
    requests: { cpu: '50m', memory: '64Mi' },
    limits: { cpu: '1', memory: '256Mi' },
  }
}

/** The proxy itself is alive: what the kubelet asks at `/`. */
const alive = { prefix: '/', exact: true as const }

function keyPair(folder: string) {
  return {
    certificate_chain: { filename: `${folder}/tls.crt` },
    private_key: { filename: `${folder}/tls.key` },
    watched_directory: { path: folder },
  }
}

function secretFile(name: string, secret: object): string {
  const type = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret'
  return text({ resources: [{ '@type': type, name, ...secret }] })
}

function address(host: string, port: number) {
  return { socket_address: { address: host, port_value: port } }
}

function text(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
