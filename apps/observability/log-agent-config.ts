import { files, telemetryUrl } from './telemetry.ts'

export const logAgentPorts = { metrics: 9598 } as const

/** Where the node's folders appear in the container. */
export const folders = {
  /** Kubernetes's logs of all containers. */
  pods: '/var/log/pods',
  /** The API server's audit log, and the records of break-glass shells; K3s nodes only. */
  audit: '/var/log/kubernetes/audit',
  /** What is read and not yet acknowledged. */
  state: '/var/lib/vector',
  proc: '/host/proc',
  sys: '/host/sys',
} as const

export interface LogAgentConfigProps {
  readonly telemetryHost: string
  /** The node writes an audit log. */
  readonly auditLog: boolean
  /** What may wait on disk while the link is cut; at least 256 MiB, as Vector demands. */
  readonly bufferMiB: number
}

/**
 * Vector's `vector.json` (0.59): logs of all containers, the audit log and the node's own metrics. Logs wait in a
 * bounded buffer on disk and are ticked off only when the other end has them; what looks like a secret never
 * leaves the node.
 */
export function logAgentConfig(props: LogAgentConfigProps): string {
  const sources = {
    pods: {
      type: 'kubernetes_logs',
      glob_minimum_cooldown_ms: 5_000,
      max_line_bytes: 262_144,
      rotate_wait_secs: 60,
      use_apiserver_cache: true,
      insert_namespace_fields: false,
    },
    ...(props.auditLog
      ? { audit: { type: 'file', include: [`${folders.audit}/*.log`], max_line_bytes: 1_048_576 } }
      : {}),
    node: { type: 'host_metrics', collectors: ['cpu', 'disk', 'load', 'memory', 'network', 'filesystem'] },
    self: { type: 'internal_metrics' },
  }
  const logs = Object.keys(sources).filter((source) => source === 'pods' || source === 'audit')
  const config = {
    data_dir: folders.state,
    sources,
    transforms: { clean: { type: 'remap', inputs: logs, source: clean } },
    sinks: {
      telemetry: {
        type: 'http',
        inputs: ['clean'],
        uri: telemetryUrl(props.telemetryHost, 'logs'),
        method: 'post',
        acknowledgements: { enabled: true },
        compression: 'zstd',
        encoding: { codec: 'json' },
        framing: { method: 'newline_delimited' },
        // Vector watches the two files and makes the sink anew when a certificate is renewed.
        tls: {
          crt_file: files.certificate,
          key_file: files.key,
          ca_file: files.authority,
          verify_certificate: true,
          verify_hostname: true,
        },
        batch: { max_bytes: 1_048_576, timeout_secs: 2 },
        request: { retry_max_duration_secs: 60, timeout_secs: 30 },
        // Full: stop reading. The files stay where they are until the node rotates them away.
        buffer: { type: 'disk', max_size: props.bufferMiB * 1_048_576, when_full: 'block' },
      },
      metrics: {
        type: 'prometheus_exporter',
        inputs: ['node', 'self'],
        address: `0.0.0.0:${logAgentPorts.metrics}`,
      },
    },
  }
  return `${JSON.stringify(config, null, 2)}\n`
}

/**
 * Patterns of what gives access: bearer and basic credentials, JSON web tokens, AWS access keys, private keys, and
 * values beside a name that says so. Rust's regular expressions, without look-around.
 */
const secretPatterns = [
  '(?i)\\b(?:bearer|basic)\\s+[a-z0-9._~+/=-]{8,}',
  '\\beyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*',
  '\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b',
  '-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]+-----END [A-Z ]*PRIVATE KEY-----',
  '(?i)\\b(?:password|passwd|secret|token|api[_-]?key)=[^\\s&;,]+',
] as const

/** A member of a JSON object whose name says that its value gives access. */
const secretMember =
  '(?i)"[^"]*(?:password|passwd|secret|token|authorization|cookie|api[_-]?key)[^"]*"\\s*:\\s*"(?:[^"\\\\]|\\\\.)*"'

/**
 * Vector Remap Language: redact first, then lift fields out of JSON, then say whose line it is. The environment is
 * read by the program itself, not put into the text.
 */
const clean = `text = to_string(.message) ?? ""
text = replace(text, r'${secretMember}', s'"redacted": "[REDACTED]"')
text = redact(text, filters: [
${secretPatterns.map((pattern) => `  r'${pattern}'`).join(',\n')}
])
.message = text
parsed = parse_json(text) ?? null
if is_object(parsed) {
  .fields = parsed
  del(.message)
}
.cluster = get_env_var("CLUSTER") ?? "unknown"
.node = get_env_var("VECTOR_SELF_NODE_NAME") ?? "unknown"
`
