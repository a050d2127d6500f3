import type { Caller, Outbound, Route } from './proxy-props.ts'

/** Envoy's listeners and clusters, as plain data (API v3). */

export interface ListenerProps {
  /** Where the files of Envoy's secret discovery are mounted. */
  readonly folder: string
  readonly port: number
  /** @default 0.0.0.0 */
  readonly address?: string
  readonly routes: readonly (Route | Alive)[]
  /** Who may call; with it the listener takes mutual TLS alone. */
  readonly callers?: readonly Caller[]
  readonly certificate?: string
  readonly senderHeader?: string
}

/** Answered by the proxy itself. */
interface Alive {
  readonly prefix: string
  readonly exact: true
}

export function listener(props: ListenerProps) {
  const { folder, port, address = '0.0.0.0', routes, callers, certificate, senderHeader } = props
  const name = `port-${port}`
  const manager = {
    '@type': `${api}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: name,
    // Envoy's advice for an edge: requests that are stuck must not keep a connection.
    request_headers_timeout: '10s',
    stream_idle_timeout: '120s',
    common_http_protocol_options: { idle_timeout: '300s' },
    // Where rights hang on the path, two ways to write it must not mean two things.
    ...(callers?.some(({ paths }) => paths)
      ? { normalize_path: true, merge_slashes: true, path_with_escaped_slashes_action: 'REJECT_REQUEST' }
      : {}),
    route_config: {
      name,
      virtual_hosts: [{ name: 'all', domains: ['*'], routes: routes.map(route) }],
      ...(senderHeader ? { request_headers_to_add: [named(senderHeader)] } : {}),
    },
    http_filters: [
      ...(callers ? [authorization(callers)] : []),
      { name: 'router', typed_config: { '@type': `${api}.filters.http.router.v3.Router` } },
    ],
  }
  return {
    name,
    address: { socket_address: { address, port_value: port } },
    per_connection_buffer_limit_bytes: 1_048_576,
    filter_chains: [
      {
        filters: [{ name: 'http', typed_config: manager }],
        ...(callers
          ? {
              transport_socket: {
                name: 'tls',
                typed_config: {
                  '@type': `${api}.transport_sockets.tls.v3.DownstreamTlsContext`,
                  require_client_certificate: true,
                  common_tls_context: tls(
                    folder,
                    certificate ? 'served' : 'certificate',
                    callers.map(({ spiffePath }) => spiffePath),
                  ),
                },
              },
            }
          : {}),
      },
    ],
  }
}

/** Who it is, as the certificate says: whatever the caller wrote there is overwritten. */
function named(key: string) {
  return {
    header: { key, value: '%DOWNSTREAM_PEER_URI_SAN%' },
    append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
  }
}

export function toLoopback(port: number) {
  return { ...cluster(`loopback-${port}`, '127.0.0.1', port), type: 'STATIC' }
}

export function upstream(folder: string, { name, host, port, spiffePath }: Outbound) {
  return {
    ...cluster(name, host, port),
    type: 'STRICT_DNS',
    transport_socket: {
      name: 'tls',
      typed_config: {
        '@type': `${api}.transport_sockets.tls.v3.UpstreamTlsContext`,
        sni: host,
        common_tls_context: tls(folder, 'certificate', [spiffePath]),
      },
    },
  }
}

const api = 'type.googleapis.com/envoy.extensions'

/** An id of that path in a trust domain of ours. */
function spiffeId(path: string) {
  return { safe_regex: { regex: `^spiffe://[a-z0-9-]+\\.meridian${path}$` } }
}

function tls(folder: string, certificate: 'certificate' | 'served', peers: readonly string[]) {
  return {
    tls_params: {
      tls_minimum_protocol_version: 'TLSv1_3',
      tls_maximum_protocol_version: 'TLSv1_3',
      ecdh_curves: ['X25519MLKEM768', 'X25519', 'P-256'],
    },
    tls_certificate_sds_secret_configs: [secret(folder, certificate)],
    combined_validation_context: {
      default_validation_context: {
        match_typed_subject_alt_names: peers.map((path) => ({ san_type: 'URI', matcher: spiffeId(path) })),
      },
      validation_context_sds_secret_config: secret(folder, 'authority'),
    },
  }
}

function secret(folder: string, name: string) {
  return {
    name,
    sds_config: {
      path_config_source: { path: `${folder}/sds-${name}.json` },
      resource_api_version: 'V3',
    },
  }
}

function authorization(callers: readonly Caller[]) {
  return {
    name: 'authorization',
    typed_config: {
      '@type': `${api}.filters.http.rbac.v3.RBAC`,
      rules: {
        action: 'ALLOW',
        policies: Object.fromEntries(
          callers.map(({ spiffePath, paths }) => [
            spiffePath,
            {
              permissions: paths
                ? paths.map((prefix) => ({ url_path: { path: { prefix } } }))
                : [{ any: true }],
              principals: [{ authenticated: { principal_name: spiffeId(spiffePath) } }],
            },
          ]),
        ),
      },
    },
  }
}

function route(route: Route | Alive) {
  if ('exact' in route) return { match: { path: route.prefix }, direct_response: { status: 200 } }
  const { prefix, rewrite, to } = route
  return {
    match: { prefix },
    route: {
      cluster: typeof to === 'number' ? `loopback-${to}` : to,
      timeout: '60s',
      // Only what has certainly not arrived is sent again.
      retry_policy: { retry_on: 'connect-failure,refused-stream', num_retries: 2 },
      ...(rewrite === undefined ? {} : { prefix_rewrite: rewrite }),
    },
  }
}

function cluster(name: string, host: string, port: number) {
  return {
    name,
    connect_timeout: '2s',
    load_assignment: {
      cluster_name: name,
      endpoints: [
        {
          lb_endpoints: [{ endpoint: { address: { socket_address: { address: host, port_value: port } } } }],
        },
      ],
    },
  }
}
