import { defineRule } from '../../rule.ts'
import { workload } from './views.examples.ts'

const tls = (settings: object, file = 'app.json', at = '/tls') =>
  workload({ tls: [{ file, at, settings: { ...settings } }] })
const files = { cert_file: '/tls/tls.crt', key_file: '/tls/tls.key', client_ca_file: '/tls/ca.crt' }
const program = (content: object) =>
  workload({
    configs: [{ configMap: 'app-config', file: 'app.json', format: 'json', content: { ...content } }],
  })

export default defineRule({
  id: 'tls-13-only',
  title: 'Programs are told TLS 1.3 and nothing older, with a certificate, and to verify the other end',
  why: 'A program left to its defaults takes TLS 1.2, and one that does not verify talks to whoever answers.',
  mend: 'Set the least version to 1.3, name certificate and key, name the CA of clients where it listens, and skip no verification.',
  controls: ['PCI DSS 4.2.1', 'SOC 2 CC6.7', 'ISO 27001 A.8.24', 'GDPR 32(1)(a)', 'CCPA 1798.150'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Workload'] },
  variables: [
    {
      name: 'old',
      cel: `object.spec.tls.filter(t, !(t.settings.?minVersion.orValue(t.settings.?min_version.orValue('')) in ['1.3', 'TLS13']) &&
!(t.file == 'vector.json' && t.at.startsWith('/sinks/')))`,
    },
    {
      name: 'nameless',
      cel: `object.spec.tls.filter(t,
!(has(t.settings.cert_file) || has(t.settings.crt_file) || has(t.settings.certificate)) ||
!(has(t.settings.key_file) || has(t.settings.key)))`,
    },
    {
      name: 'trusting',
      cel: `object.spec.tls.filter(t,
['insecure', 'insecure_skip_verify', 'skip_verify'].exists(k, string(t.settings[?k].orValue(false)) == 'true') ||
['verify_certificate', 'verify_hostname'].exists(k, string(t.settings[?k].orValue(true)) == 'false') ||
(t.at.startsWith('/receivers/') && !has(t.settings.client_ca_file)))`,
    },
    {
      name: 'open',
      // Our own programs serve TLS on \`port\`, to \`callers\` only; the one that serves the public has \`tls\` instead.
      cel: `object.spec.configs.filter(c, c.format == 'json' && has(c.content.port) && has(c.content.adminPort) &&
!has(c.content.tls) && (c.content.?callers.orValue([]).size() == 0 ||
!c.content.callers.all(id, string(id).matches('^/ns/[a-z0-9-]+/sa/[a-z0-9-]+$')))).map(c, c.file)`,
    },
  ],
  validations: [
    {
      cel: 'variables.old.size() == 0',
      message: 'TLS older than 1.3 is not ruled out',
      messageCel: `'TLS older than 1.3 is not ruled out at ' + variables.old.map(t, t.file + t.at).join(', ')`,
    },
    {
      cel: 'variables.nameless.size() == 0',
      message: 'TLS without a certificate and a key',
      messageCel: `'no certificate or no key at ' + variables.nameless.map(t, t.file + t.at).join(', ')`,
    },
    {
      cel: 'variables.trusting.size() == 0',
      message: 'the other end is not verified',
      messageCel: `'the other end is not verified at ' + variables.trusting.map(t, t.file + t.at).join(', ')`,
    },
    {
      cel: 'variables.open.size() == 0',
      message: 'a program serves whoever has a certificate: it names no callers by their SPIFFE ids',
      messageCel: `'no callers by their SPIFFE ids in ' + variables.open.join(', ')`,
    },
  ],
  permissions: [
    {
      where: 'node-agents/log-agent: sinks in vector.json',
      allows: ['no least version of TLS'],
      why: "Vector's settings for TLS know none.",
      instead:
        'It sends to our own telemetry entrance alone, which takes TLS 1.3 only, and verifies its certificate and name.',
    },
  ],
  pass: [
    tls({ minVersion: '1.3', certificate: '/tls/tls.crt', key: '/tls/tls.key' }),
    tls({ ...files, min_version: '1.3' }, 'config.json', '/receivers/otlp/protocols/grpc/tls'),
    tls({ ...files, min_version: 'TLS13' }, 'prometheus.yml', '/remote_write/0/tls_config'),
    tls({ ...files, verify_certificate: true }, 'vector.json', '/sinks/telemetry/tls'),
    program({ port: 8443, adminPort: 9090, callers: ['/ns/gateway/sa/gateway'] }),
    program({ port: 8443, adminPort: 9090, tls: {} }),
  ],
  fail: [
    tls(files),
    tls({ ...files, min_version: '1.2' }),
    tls({ min_version: '1.3' }),
    tls({ ...files, min_version: '1.3', insecure_skip_verify: true }),
    tls({ ...files, verify_hostname: false }, 'vector.json', '/sinks/telemetry/tls'),
    tls(
      { min_version: '1.3', cert_file: '/tls/tls.crt', key_file: '/tls/tls.key' },
      'config.json',
      '/receivers/otlp/tls',
    ),
    program({ port: 8443, adminPort: 9090 }),
    program({ port: 8443, adminPort: 9090, callers: ['*'] }),
  ],
  mutations: [
    {
      on: 'ConfigMap',
      where: { namespace: 'observability', name: 'prometheus-config' },
      change: [
        {
          path: '/data/prometheus.yml',
          value:
            '{"remote_write": [{"url": "https://telemetry.example", "tls_config": {"min_version": "TLS12"}}]}',
        },
      ],
    },
    {
      on: 'ConfigMap',
      where: { namespace: 'inference', name: 'inference-config' },
      change: [{ path: '/data/inference.json', value: '{"port": 8443, "adminPort": 9090, "callers": []}' }],
    },
  ],
})
