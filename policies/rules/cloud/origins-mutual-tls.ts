import { defineRule } from '../../rule.ts'
import { related, resource } from './views.examples.ts'

const custom = (changes: object = {}, more: object = {}) =>
  resource('cloudfront.aws/Distribution', {
    origins: [
      {
        originId: 'us-east-1',
        customOriginConfig: {
          originProtocolPolicy: 'https-only',
          originSslProtocols: ['TLSv1.2'],
          originMtlsConfig: { clientCertificateArn: 'arn' },
          ...changes,
        },
        ...more,
      },
    ],
  })
const stored = (more: object = {}) =>
  resource('cloudfront.aws/Distribution', {
    origins: [{ originId: 'assets', originAccessControlId: `\${assets.id}`, ...more }],
  })
const good = {
  name: 'us-east-1',
  useSsl: true,
  sslCheckCert: true,
  sslCertHostname: 'us-east-1.origin.meridian.example',
  sslSniHostname: 'us-east-1.origin.meridian.example',
  minTlsVersion: '1.3',
  sslClientCert: `\${secret}`,
  sslClientKey: `\${secret}`,
}
const fastly = (changes: object = {}) =>
  resource('fastly/ServiceVcl', { backends: [{ ...good, ...changes }] })
const pulls = related('cloudflare/AuthenticatedOriginPullsSettings', { enabled: true })
const strict = related('cloudflare/ZoneSetting', { settingId: 'ssl', value: 'strict' })

export default defineRule({
  id: 'origins-mutual-tls',
  title: 'Every edge shows the regions a certificate of its own, and verifies theirs',
  why: 'Without a client certificate the regions answer whoever found their address, past every edge and its firewall.',
  mend: 'CloudFront: https-only and originMtlsConfig. Fastly: useSsl, sslCheckCert, the host names, minTlsVersion 1.3, sslClientCert and sslClientKey. Cloudflare: ssl strict, authenticated origin pulls, and the mTLS binding of the Worker.',
  controls: [
    'PCI DSS 4.2.1',
    'SOC 2 CC6.6',
    'SOC 2 CC6.7',
    'ISO 27001 A.8.24',
    'GDPR 32(1)(a)',
    'CCPA 1798.150',
  ],
  scope: 'cloud',
  match: {
    kinds: ['cloudfront.aws/Distribution', 'cloudflare/Zone', 'fastly/ServiceVcl', 'fastly/ServiceCompute'],
  },
  variables: [
    { name: 'origins', cel: `object.spec.?origins.orValue([])` },
    {
      name: 'plain',
      cel: `variables.origins.filter(o, has(o.customOriginConfig) && (o.customOriginConfig.originProtocolPolicy != 'https-only' ||
o.customOriginConfig.originSslProtocols.exists(p, p in ['SSLv3', 'TLSv1', 'TLSv1.1']))).map(o, o.originId)`,
    },
    {
      name: 'nameless',
      cel: `variables.origins.filter(o, has(o.customOriginConfig) && o.customOriginConfig.?originMtlsConfig.?clientCertificateArn.orValue('') == '').map(o, o.originId)`,
    },
    {
      name: 'open',
      cel: `variables.origins.filter(o, !has(o.customOriginConfig) && !has(o.originAccessControlId)).map(o, o.originId)`,
    },
    {
      name: 'backends',
      cel: `object.spec.?backends.orValue([]).filter(b, string(b.?useSsl.orValue(false)) != 'true' || string(b.?sslCheckCert.orValue(true)) != 'true' ||
b.?sslCertHostname.orValue('') == '' || b.?minTlsVersion.orValue('') != '1.3')`,
    },
    {
      name: 'strangers',
      cel: `object.spec.?backends.orValue([]).filter(b, b.?sslClientCert.orValue('') == '' || b.?sslClientKey.orValue('') == '')`,
    },
  ],
  validations: [
    {
      cel: 'variables.plain.size() == 0',
      message: 'an origin is reached in plain text or by TLS older than 1.2',
      messageCel: `'reached in plain text or by TLS older than 1.2: ' + variables.plain.join(', ')`,
    },
    {
      cel: 'variables.nameless.size() == 0',
      message: 'an origin is shown no client certificate',
      messageCel: `'shown no client certificate: ' + variables.nameless.join(', ')`,
    },
    {
      cel: 'variables.open.size() == 0',
      message: 'a bucket is read without origin access control',
      messageCel: `'read without origin access control: ' + variables.open.join(', ')`,
    },
    {
      cel: `!object.kind.startsWith('Service') || object.kind.startsWith('Service') && variables.backends.size() == 0`,
      message: 'a backend is reached without TLS 1.3, or its certificate is not verified',
    },
    {
      cel: `!object.kind.startsWith('Service') || variables.strangers.size() == 0`,
      message: 'a backend is shown no client certificate',
    },
    {
      cel: `object.kind != 'Zone' || object.graph.referrers.exists(r, r.kind == 'AuthenticatedOriginPullsSettings' && r.spec.?enabled.orValue(false) == true)`,
      message: 'Cloudflare shows the origins no certificate of ours',
    },
    {
      cel: `object.kind != 'Zone' || object.graph.referrers.exists(r, r.kind == 'ZoneSetting' && r.spec.settingId == 'ssl' && r.spec.?value.orValue('') == 'strict')`,
      message: "Cloudflare does not verify the origins' certificates: ssl is not strict",
    },
  ],
  permissions: [
    {
      where: 'cloudfront: origins',
      allows: ['TLS 1.2 as the least version that is set'],
      why: 'originSslProtocols knows none that is newer; CloudFront offers 1.3 of itself.',
      instead:
        "The regions' listeners take 1.3 alone (listeners-mutual-tls), so that nothing older is ever agreed.",
    },
  ],
  pass: [
    custom(),
    stored(),
    fastly(),
    resource('fastly/ServiceCompute', { backends: [good] }),
    resource('cloudflare/Zone', {}, { referrers: [pulls, strict] }),
  ],
  fail: [
    custom({ originProtocolPolicy: 'http-only' }),
    custom({ originSslProtocols: ['TLSv1', 'TLSv1.2'] }),
    custom({ originMtlsConfig: {} }),
    stored({ originAccessControlId: undefined, s3OriginConfig: {} }),
    fastly({ useSsl: false }),
    fastly({ sslCheckCert: false }),
    fastly({ minTlsVersion: '1.2' }),
    fastly({ sslClientCert: '' }),
    resource('cloudflare/Zone', {}, { referrers: [strict] }),
    resource('cloudflare/Zone', {}, { referrers: [pulls] }),
  ],
  mutations: [
    {
      on: 'cloudfront.aws/Distribution',
      change: [{ path: '/spec/origins/0/customOriginConfig/originProtocolPolicy', value: 'match-viewer' }],
    },
    {
      on: 'cloudfront.aws/Distribution',
      change: [{ path: '/spec/origins/0/customOriginConfig/originMtlsConfig', remove: true }],
    },
    { on: 'fastly/ServiceVcl', change: [{ path: '/spec/backends/0/minTlsVersion', value: '1.2' }] },
    { on: 'fastly/ServiceCompute', change: [{ path: '/spec/backends/0/sslClientCert', remove: true }] },
    { on: 'cloudflare/AuthenticatedOriginPullsSettings', change: [{ path: '/spec/enabled', value: false }] },
    {
      on: 'cloudflare/ZoneSetting',
      where: { name: 'set-ssl' },
      change: [{ path: '/spec/value', value: 'flexible' }],
    },
    {
      on: 'cloudfront.aws/Distribution',
      where: { name: 'assets-distribution' },
      change: [{ path: '/spec/origins/0/originAccessControlId', remove: true }],
    },
  ],
})
