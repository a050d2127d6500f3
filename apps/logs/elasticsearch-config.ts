/** HTTP on the pod's loopback, where the proxy carries mutual TLS; the nodes' own port has TLS of its own. */
export const ports = { http: 9200, nodes: 9300, ready: 9399, metrics: 9114 } as const

export const nodes = [0, 1, 2].map((ordinal) => `elasticsearch-${ordinal}`)

export const folders = {
  /** ES_PATH_CONF: it must be writable, since the keystore is made there at each start. */
  config: '/usr/share/elasticsearch/config',
  /** The certificate a second time: Elasticsearch reads keys only below its own folder. */
  certificate: '/usr/share/elasticsearch/config/spiffe',
  data: '/usr/share/elasticsearch/data',
  passwords: '/etc/elasticsearch-users',
} as const

/** `elasticsearch.yml` (8.19). JSON, which it reads as YAML. */
export function elasticsearchConfig(region: string): string {
  const config = {
    'cluster.name': 'meridian',
    // Elasticsearch fills in its environment.
    'node.name': variable('HOSTNAME'),
    // Three nodes, each with every tier: what is hot, warm or cold is an index's own state, see lifecycle.ts.
    'node.roles': ['master', 'data_content', 'data_hot', 'data_warm', 'data_cold', 'ingest'],
    'path.data': folders.data,
    'http.host': '127.0.0.1',
    'http.port': ports.http,
    'transport.host': '0.0.0.0',
    'transport.publish_host': variable('POD_IP'),
    'transport.port': ports.nodes,
    'readiness.port': ports.ready,
    'discovery.seed_hosts': nodes.map((node) => `${node}.elasticsearch-pods.logs.svc.cluster.local`),
    'cluster.initial_master_nodes': nodes,
    // Mapped memory would need a setting of the host's kernel that pods here may not change.
    'node.store.allow_mmap': false,
    'xpack.security.enabled': true,
    'xpack.security.autoconfiguration.enabled': false,
    'xpack.security.transport.ssl': {
      enabled: true,
      // Both ends show a certificate; a SPIFFE one has no host name to compare.
      verification_mode: 'certificate',
      client_authentication: 'required',
      supported_protocols: ['TLSv1.3'],
      certificate: `${folders.certificate}/tls.crt`,
      key: `${folders.certificate}/tls.key`,
      certificate_authorities: [`${folders.certificate}/ca.crt`],
    },
    // The proxy beside it speaks TLS; this port answers on the loopback alone.
    'xpack.security.http.ssl.enabled': false,
    'xpack.ml.enabled': false,
    'action.destructive_requires_name': true,
    's3.client.default.region': region,
  }
  return `${JSON.stringify(config, null, 2)}\n`
}

/**
 * The start, a POSIX shell script: settings into the writable folder, the first password into the keystore (a later
 * one is the keeper's), and the token of the IAM role to where the S3 client may read it.
 */
export const start = `set -eu
cp /etc/elasticsearch/elasticsearch.yml /etc/elasticsearch/log4j2.properties /etc/elasticsearch/jvm.options "$ES_PATH_CONF"/
rm -f "$ES_PATH_CONF"/elasticsearch.keystore
elasticsearch-keystore create --silent
elasticsearch-keystore add --silent --stdin bootstrap.password < ${folders.passwords}/elastic
if [ -n "\${AWS_WEB_IDENTITY_TOKEN_FILE:-}" ]; then
  mkdir -p "$ES_PATH_CONF"/repository-s3
  ln -sfn "$AWS_WEB_IDENTITY_TOKEN_FILE" "$ES_PATH_CONF"/repository-s3/aws-web-identity-token-file
fi
exec elasticsearch
`

/** Logs to the console, as JSON lines; the log agent takes them from there. */
export const log4j2 = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = ECSJsonLayout
appender.console.layout.dataset = elasticsearch.server
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
`

/** @param heapGiB half of the container's memory: the other half is the file system's cache */
export function jvmOptions(heapGiB: number): string {
  return `-Xms${heapGiB}g
-Xmx${heapGiB}g
-XX:+UseG1GC
-XX:+ExitOnOutOfMemoryError
`
}

function variable(name: string): string {
  return ['$', `{${name}}`].join('')
}
