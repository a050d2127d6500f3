import { readdirSync } from 'node:fs'
import test from 'ava'
import { evaluate } from './evaluate.ts'
import { exampleProblems } from './examples.ts'
import { binary, ruleWith } from './rule.fixture.ts'
import { registry, rules } from './rules.ts'

test('every example of every rule passes or fails as it says, and every validation can fire', async (t) => {
  t.deepEqual(await exampleProblems(rules, { binary }), [])
})

test('every file of rules is registered under its name, in order', (t) => {
  const files = ['rules/', 'rules/fleet/', 'rules/cloud/']
    .flatMap((folder) => readdirSync(new URL(folder, import.meta.url)))
    .filter((name) => /^[^.]+\.ts$/.test(name))
  t.deepEqual(
    rules.map(({ id }) => `${id}.ts`),
    files.sort(),
  )
})

test('two rules with one id are refused', (t) => {
  t.throws(() => registry([ruleWith(), ruleWith({ id: 'another' }), ruleWith()]), {
    message: 'rule no-plain-key: another rule has the same id',
  })
})

test('an all-zero digest is a warning that names the image, never an error and never silent', async (t) => {
  const image = (digest: string) => `registry.example/app:1@sha256:${digest.repeat(64)}`
  const pod = (digest: string) => ({
    text: `{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: a, image: '${image(digest)}'}]}}`,
  })
  const findings = await evaluate(
    rules.filter(({ id }) => id === 'image-by-digest'),
    [pod('0'), pod('1')],
    { binary },
  )
  t.deepEqual(
    findings.map(({ document, severity, message }) => [document, severity, message]),
    [[0, 'warning', 'not built or not mirrored yet (all-zero digest): registry.example/app:1']],
  )
})

test('every permission says why and what stands instead, and the rule text grants nothing else', (t) => {
  const rule = rules.find(({ id }) => id === 'restricted-security-context')
  const text = rule?.variables.find(({ name }) => name === 'permitted')?.cel ?? ''
  const granted = [...text.matchAll(/'(.+)': \[(.*)\]/g)].map(([, account, rights]) => ({
    where: `node-agents/${account}`,
    allows: rights?.split(', ').map((right) => right.slice(1, -1)),
  }))
  t.true(granted.length > 0)
  t.deepEqual(
    granted,
    rule?.permissions.map(({ where, allows }) => ({ where, allows })),
  )
})

test('every permission of an object rule is granted by the text of the rule', (t) => {
  for (const { id, scope, permissions, variables, validations } of rules) {
    if (scope !== 'object') continue
    const text = [...variables, ...validations].map(({ cel }) => cel).join('\n')
    for (const { where } of permissions) {
      const [name = ''] = where.split('/').slice(-1)
      t.true(text.includes(`'${where}'`) || text.includes(`'${name}'`), `${id}: ${where}`)
    }
  }
})
