import { defineRule } from '../../rule.ts'
import { related, resource } from './views.examples.ts'

const distribution = (minimumProtocolVersion: string, viewerProtocolPolicy = 'redirect-to-https') =>
  resource('cloudfront.aws/Distribution', {
    viewerCertificate: { acmCertificateArn: `\${certificate.arn}`, minimumProtocolVersion },
    defaultCacheBehavior: { viewerProtocolPolicy: 'https-only' },
    orderedCacheBehaviors: [{ viewerProtocolPolicy }],
  })
const setting = (settingId: string, value: string) => related('cloudflare/ZoneSetting', { settingId, value })
const zone = (changes: Readonly<Record<string, string>> = {}) =>
  resource(
    'cloudflare/Zone',
    {},
    {
      referrers: Object.entries({
        min_tls_version: '1.3',
        always_use_https: 'on',
        '0rtt': 'off',
        ...changes,
      }).map(([id, value]) => setting(id, value)),
    },
  )

export default defineRule({
  id: 'edges-tls-13',
  title: 'The edges speak TLS 1.3 alone with users, and nothing in plain text',
  why: 'Older TLS can be forced down to ciphers that are broken; plain text can be read and changed on the way.',
  mend: 'CloudFront: a minimumProtocolVersion of TLSv1.3 and https in every behaviour. Cloudflare: min_tls_version 1.3, always_use_https on, 0rtt off. Fastly: a TLS configuration with 1.3 alone.',
  controls: ['PCI DSS 4.2.1', 'SOC 2 CC6.7', 'ISO 27001 A.8.24', 'GDPR 32(1)(a)', 'CCPA 1798.150'],
  scope: 'cloud',
  match: { kinds: ['cloudfront.aws/Distribution', 'cloudflare/Zone', 'fastly/TlsSubscription'] },
  variables: [
    {
      name: 'settings',
      cel: `[['min_tls_version', '1.3'], ['always_use_https', 'on'], ['0rtt', 'off']].filter(w, !object.graph.referrers.exists(r,
r.kind == 'ZoneSetting' && r.spec.settingId == w[0] && string(r.spec.?value.orValue('')) == w[1])).map(w, w[0] + ' is not ' + w[1])`,
    },
  ],
  validations: [
    {
      cel: `object.kind != 'Distribution' || object.spec.?viewerCertificate.?minimumProtocolVersion.orValue('').startsWith('TLSv1.3')`,
      message: 'users may speak TLS older than 1.3',
    },
    {
      cel: `object.kind != 'Distribution' || ([object.spec.defaultCacheBehavior] + object.spec.?orderedCacheBehaviors.orValue([]))
.all(b, b.viewerProtocolPolicy in ['https-only', 'redirect-to-https'])`,
      message: 'users may speak plain text',
    },
    {
      cel: `object.kind != 'Zone' || variables.settings.size() == 0`,
      message: 'the zone takes TLS older than 1.3, plain text or replayed requests',
      messageCel: `'the zone takes TLS older than 1.3, plain text or replayed requests: ' + variables.settings.join(', ')`,
    },
    {
      cel: `object.kind != 'TlsSubscription' || object.spec.?configurationId.orValue('') != ''`,
      message: "the subscription names no TLS configuration: Fastly's default takes 1.2",
    },
  ],
  pass: [
    distribution('TLSv1.3_2025'),
    zone(),
    resource('fastly/TlsSubscription', { configurationId: 'abc' }),
  ],
  fail: [
    distribution('TLSv1.2_2021'),
    distribution('TLSv1.3_2025', 'allow-all'),
    zone({ min_tls_version: '1.2' }),
    zone({ '0rtt': 'on' }),
    resource('fastly/TlsSubscription'),
  ],
  mutations: [
    {
      on: 'cloudfront.aws/Distribution',
      change: [{ path: '/spec/viewerCertificate/minimumProtocolVersion', value: 'TLSv1.2_2021' }],
    },
    {
      on: 'cloudfront.aws/Distribution',
      change: [{ path: '/spec/defaultCacheBehavior/viewerProtocolPolicy', value: 'allow-all' }],
    },
    { on: 'cloudflare/ZoneSetting', change: [{ path: '/spec/value', value: '1.0' }] },
    { on: 'fastly/TlsSubscription', change: [{ path: '/spec/configurationId', remove: true }] },
  ],
})
