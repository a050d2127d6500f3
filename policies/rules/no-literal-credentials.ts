import { workload } from '../pods.examples.ts'
import { CONTAINERS, POD_KINDS, POD_SPEC } from '../pods.ts'
import { defineRule } from '../rule.ts'

/** Names of environment variables that hold a credential; a path or a reference is none. */
const NAMED = `(has(e.value) && !string(e.value).matches('^(/.*|[$][(][^)]+[)])?$') &&
string(e.name).matches('(?i)(^|_)(password|passwd|passphrase|token|secret|credential|api_?key|access_?key|private_?key)s?(_|$)'))`

/** The same as a flag: `--admin-password=…`, but not `--password-file=…`. */
const FLAG = "string(a).matches('(?i)^--?([a-z0-9.-]*[.-])?(password|passwd|token|secret|api-?key)=[^/$]')"

/**
 * Keys and tokens by their look: PEM, AWS, GitHub, Slack, and a URL with a password. A word that stands in all of a
 * kind is looked for first: expressions over every setting of a fleet are what judging it costs.
 */
const LOOKS: readonly (readonly [words: readonly string[], expression: string])[] = [
  [['-----BEGIN'], '-----BEGIN ([A-Z]+ )*PRIVATE KEY'],
  [['AKIA', 'ASIA'], String.raw`\b(AKIA|ASIA)[0-9A-Z]{16}\b`],
  [['gho_', 'ghp_', 'ghr_', 'ghs_', 'ghu_'], String.raw`\bgh[oprsu]_[0-9A-Za-z]{36}`],
  [['github_pat_'], String.raw`\bgithub_pat_[0-9A-Za-z_]{22}`],
  [['xox'], String.raw`\bxox[abpr]-[0-9A-Za-z-]{10}`],
  [['://'], String.raw`://[^/@:\s\x22\x27]+:[^/@\s\x22\x27]+@`],
]
const LOOK = LOOKS.map(
  ([words, expression]) =>
    `(${words.map((word) => `t.contains('${word}')`).join(' || ')}) && t.matches(r'${expression}')`,
).join(' ||\n')

const settings = (data: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'example' },
  data,
})
const container = (fields: object) => workload({ containers: [{ name: 'app', ...fields }] })
const env = (name: string, value: string) => container({ env: [{ name, value }] })
/** Put together here, so that no scanner takes an example for a key. */
const KEY = ['-----BEGIN', 'EC PRIVATE', 'KEY-----'].join(' ')
const AWS = ['AKIA', 'ABCDEFGHIJ234567'].join('')

export default defineRule({
  id: 'no-literal-credentials',
  title: 'No credential stands in settings, environment or arguments',
  why: 'Settings are read by everyone who may read the namespace or the repository; a credential among them is known to all of these.',
  mend: 'Put the value into the secret manager, fetch it with an ExternalSecret and mount it as a file; change the value that was here.',
  controls: ['PCI DSS 8.6.2', 'PCI DSS 8.3.2', 'SOC 2 CC6.1', 'ISO 27001 A.5.17', 'GDPR 32(1)(b)'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: [...POD_KINDS, 'ConfigMap'] },
  variables: [
    POD_SPEC,
    CONTAINERS,
    {
      name: 'texts',
      cel: `object.kind == 'ConfigMap' ? object.?data.orValue({}).map(k, string(object.data[k])) :
variables.containers.map(c, (c.?command.orValue([]) + c.?args.orValue([]) +
  c.?env.orValue([]).filter(e, has(e.value)).map(e, e.value)).map(a, string(a)).join('\\n'))`,
    },
  ],
  validations: [
    {
      cel: `object.kind == 'ConfigMap' || variables.containers.all(c, !c.?env.orValue([]).exists(e, ${NAMED}))`,
      message: 'a variable of the environment holds a credential',
      messageCel: `'the environment holds a credential: ' + variables.containers.map(c,
  c.?env.orValue([]).filter(e, ${NAMED}).map(e, string(e.name)).join(' ')).filter(n, n != '').join(', ')`,
    },
    {
      cel: `object.kind == 'ConfigMap' ||
variables.containers.all(c, !(c.?command.orValue([]) + c.?args.orValue([])).exists(a, ${FLAG}))`,
      message: 'an argument is a credential',
    },
    {
      cel: `!variables.texts.exists(t, ${LOOK})`,
      message: 'a private key, a token or a URL with a password stands in clear',
    },
  ],
  pass: [
    env('PASSWORD', '/etc/cache-keeper/password'),
    env('TOKEN', '$(FROM_ANOTHER)'),
    env('KEYSPACE', 'sessions'),
    container({
      args: ['--redis.password-file=/etc/passwords.json', '--url=rediss://exporter@127.0.0.1:6379'],
    }),
    container({ env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'app', key: 'password' } } }] }),
    settings({ 'app.json': '{"url": "https://router.router.svc:8443", "user": "a@b.example"}' }),
  ],
  fail: [
    env('DB_PASSWORD', 'hunter2'),
    env('AWS_SECRET_ACCESS_KEY', 'x'),
    env('apiKey_TOKEN', 'x'),
    container({ args: ['--admin.password=hunter2'] }),
    container({ command: ['serve', '--token=abc'] }),
    settings({ 'tls.key': `${KEY}\nMIG` }),
    settings({ 'app.conf': `key = ${AWS}` }),
    settings({ url: 'rediss://default:hunter2@cache:6379' }),
    env('DATABASE', 'postgres://app:hunter2@db/app'),
    env('GITHUB', ['ghp', 'a'.repeat(36)].join('_')),
    env('GITHUB', ['github', 'pat', 'a'.repeat(22)].join('_')),
    env('SLACK', ['xoxb', '0123456789'].join('-')),
  ],
  mutations: [
    {
      on: 'apps/Deployment',
      where: { name: 'gateway' },
      change: [
        { path: '/spec/template/spec/containers/0/env', value: [{ name: 'API_TOKEN', value: 'hunter2' }] },
      ],
    },
    {
      on: 'apps/StatefulSet',
      where: { name: 'router' },
      change: [{ path: '/spec/template/spec/containers/0/args/-', value: '--admin-password=hunter2' }],
    },
    { on: 'ConfigMap', where: { name: 'gateway-config' }, change: [{ path: '/data/tls.key', value: KEY }] },
  ],
})
