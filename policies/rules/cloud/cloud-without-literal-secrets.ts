import { defineRule } from '../../rule.ts'
import { resource } from './views.examples.ts'

const text = (at: string, value: string) => resource('rds.aws/Instance', {}, { texts: [{ at, text: value }] })

export default defineRule({
  id: 'cloud-without-literal-secrets',
  title: 'No password, token or private key stands in a resource',
  why: 'What is rendered is in git for ever, and so is what stood in it once.',
  mend: "Take it from the stack's config (context.secret), or let the service make and keep it: manageMasterUserPassword, Secrets Manager.",
  controls: [
    'PCI DSS 8.3.2',
    'PCI DSS 8.6.2',
    'SOC 2 CC6.1',
    'ISO 27001 A.5.17',
    'ISO 27001 A.8.24',
    'GDPR 32(1)(a)',
  ],
  scope: 'cloud',
  match: { kinds: ['*/*'] },
  variables: [
    {
      name: 'named',
      // `\${secret}` stands for what is not shown; `\${name.property}` for what only the cloud knows.
      cel: `object.graph.texts.filter(t, !t.text.startsWith('\${') && t.text != '' &&
t.at.matches('(?i)/(master)?(user)?(password|passphrase|secretstring|secretbinary|authtoken|authtokens|apikey|apitoken|privatekey|clientsecret|sslclientkey|accesskey|secretkey|credential|passwords|bearertoken)(wo)?(/[0-9]+)?$')).map(t, t.at)`,
    },
    {
      name: 'shaped',
      cel: `object.graph.texts.filter(t, (t.text.contains('PRIVATE KEY') && t.text.contains('-----BEGIN')) ||
t.text.matches('(^|[^A-Z0-9])(AKIA|ASIA)[A-Z0-9]{16}([^A-Z0-9]|$)|(^|[^a-z])(ghp|gho|ghs|github_pat|xox[abp]|sk_live|hvs)[_.-][A-Za-z0-9]{16}')).map(t, t.at)`,
    },
  ],
  validations: [
    {
      cel: 'variables.named.size() == 0',
      message: 'a credential stands in plain text',
      messageCel: `'a credential stands in plain text at ' + variables.named.join(', ')`,
    },
    {
      cel: 'variables.shaped.size() == 0',
      message: 'what looks like a key stands in plain text',
      messageCel: `'what looks like a key stands in plain text at ' + variables.shaped.join(', ')`,
    },
  ],
  pass: [
    text('/password', `\${secret}`),
    text('/masterPassword', `\${password.result}`),
    text('/secretArn', 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:sites'),
  ],
  fail: [
    text('/password', 'correct horse'),
    text('/authentication/passwords/0', 'correct horse'),
    text('/environment/KEY', `AKIA${'A'.repeat(16)}`),
    text('/pem', '-----BEGIN PRIVATE KEY-----'),
  ],
  mutations: [
    { on: 'rds.aws/Cluster', change: [{ path: '/spec/masterPassword', value: 'correct horse' }] },
    { on: 's3.aws/Bucket', change: [{ path: '/spec/tags', value: { deploy: `AKIA${'B'.repeat(16)}` } }] },
  ],
})
