import { workload } from '../pods.examples.ts'
import { CONTAINERS, POD_KINDS, POD_SPEC } from '../pods.ts'
import { defineRule } from '../rule.ts'

/** Schemes without TLS, and the ways in which programs here are told not to check a certificate. */
const PLAIN = String.raw`t.contains('://') && t.matches(r'(?i)\b(amqp|ftp|grpc|h2c|http|ldap|mongodb|mqtt|nats|redis|ws)://')`
const UNCHECKED = String.raw`['nsecure', 'NSECURE', 'erify', 'ERIFY'].exists(w, t.contains(w)) && t.matches(r'(?i)(insecure[_-]?skip[_-]?(tls[_-]?)?verify|skip[_-]?tls[_-]?verify|tls[_-]?insecure)\x22?\s*[:=]\s*\x22?true|verify_(certificate|hostname)\x22?\s*[:=]\s*false')`

const settings = (text: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'example' },
  data: { 'app.json': text },
})
const args = (...list: readonly string[]) => workload({ containers: [{ name: 'app', args: list }] })

/** What a program is told beside this (versions, peers' names) fleet rules read, from its parsed settings. */
export default defineRule({
  id: 'no-plain-addresses',
  title: 'No setting leads to a peer without TLS',
  why: 'One plain address in a setting sends in clear what everything else takes care to encrypt.',
  mend: 'Use the scheme with TLS (https, rediss, grpcs) and check the certificate; plain text is for loopback alone.',
  controls: ['PCI DSS 4.2.1', 'PCI DSS 2.2.7', 'SOC 2 CC6.7', 'ISO 27001 A.8.24', 'GDPR 32(1)(a)'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: [...POD_KINDS, 'ConfigMap'] },
  variables: [
    POD_SPEC,
    CONTAINERS,
    {
      name: 'texts',
      cel: `(object.kind == 'ConfigMap' ? object.?data.orValue({}).map(k, string(object.data[k])) :
variables.containers.map(c, (c.?command.orValue([]) + c.?args.orValue([]) +
  c.?env.orValue([]).filter(e, has(e.value)).map(e, e.value)).map(a, string(a)).join('\\n')))
  .map(t, t.replace('http://127.0.0.1', '').replace('http://localhost', '').replace('http://[::1]', ''))`,
    },
  ],
  validations: [
    { cel: `!variables.texts.exists(t, ${PLAIN})`, message: 'an address without TLS' },
    { cel: `!variables.texts.exists(t, ${UNCHECKED})`, message: 'a certificate is not checked' },
  ],
  pass: [
    settings('{"url": "https://router.router.svc:8443", "health": "http://127.0.0.1:9090/livez"}'),
    settings('{"tls": {"insecure_skip_verify": false, "verify_certificate": true}}'),
    args('--redis.addr=rediss://127.0.0.1:6379'),
  ],
  fail: [
    settings('{"url": "http://router.router.svc:8080"}'),
    settings('url: HTTP://router'),
    settings('{"tls": {"insecure_skip_verify": true}}'),
    settings('{"tls": {"verify_certificate": false}}'),
    args('--upstream=redis://cache:6379'),
    args('--insecure-skip-verify=true'),
  ],
  mutations: [
    {
      on: 'ConfigMap',
      where: { name: 'router-config' },
      change: [
        { path: '/data/router.json', value: '{"inference": {"url": "http://inference.inference.svc:8080"}}' },
      ],
    },
    {
      on: 'apps/StatefulSet',
      where: { name: 'cache' },
      change: [{ path: '/spec/template/spec/containers/0/args/-', value: '--upstream=redis://cache:6379' }],
    },
  ],
})
