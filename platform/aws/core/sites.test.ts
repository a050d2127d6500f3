import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { named, repositoryRoot, statementOf, statementsOf } from './graph.testing.ts'

const read = (file: string) => readFileSync(join(repositoryRoot, file), 'utf8')

test('a site’s session is bound to the site that its certificate names', (t) => {
  const own = '$' + '{aws:PrincipalTag/x509Subject/CN}'
  for (const who of ['node', 'external-secrets']) {
    // The names in docs/runbooks/revoke-a-stolen-site.md.
    const { assumeRolePolicy, name } = named('Role', `site-${who}`).inputs
    t.is(name, `meridian-${who}`)
    const [trust] = statementsOf(assumeRolePolicy)
    t.deepEqual(trust?.Principal, { Service: ['rolesanywhere.amazonaws.com'] })
    t.deepEqual(trust?.Condition.ArnEquals?.['aws:SourceArn'], ['${' + 'sites.arn}'])
    for (const { Action, Resource } of statementsOf(
      named('RolePolicy', `site-${who}-policy`).inputs.policy,
    )) {
      if (!Action.some((action) => action.startsWith('secretsmanager:'))) continue
      t.deepEqual(
        Resource.filter((arn) => !arn.includes(`:secret:sites/${own}/`)),
        [],
      )
    }
  }
  t.regex(
    read('docs/runbooks/revoke-a-stolen-site.md'),
    /for role in meridian-node meridian-external-secrets;/,
  )
})

test('a machine and its pods come by certificates of different units', (t) => {
  const unit = (who: string) =>
    statementsOf(named('Role', `site-${who}`).inputs.assumeRolePolicy)[0]?.Condition.StringEquals
  t.deepEqual(unit('node'), { 'aws:PrincipalTag/x509Subject/OU': ['site'] })
  t.deepEqual(unit('external-secrets'), { 'aws:PrincipalTag/x509Subject/OU': ['external-secrets'] })
  // As docs/runbooks/add-a-site.md asks for it.
  t.regex(read('docs/runbooks/add-a-site.md'), /\/OU=site\/CN=/)
})

test('a machine may publish what its scripts publish', (t) => {
  const written = globSync('nodes/*.ts', { cwd: repositoryRoot }).flatMap((file) =>
    [...read(file).matchAll(/put-secret-value --secret-id "sites\/\$CLUSTER\/([^"]+)"/g)].map(
      ([, name]) => name,
    ),
  )
  t.deepEqual(written.toSorted(), ['node/$NODE/disk-recovery', 'node/join-token'])
  const { Resource } = statementOf('site-node-policy', 'PublishWhatItMade')
  for (const name of written) {
    t.true(
      Resource.some((arn) => arn.endsWith(`/${name?.replace('$NODE', '*')}-*`)),
      name,
    )
  }
})
