import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { parse } from 'yaml'
import { environments } from '../../github/environments.ts'
import { fleet, ofKind, repositoryRoot, statementOf, statementsOf } from './graph.testing.ts'

const issuer = 'token.actions.githubusercontent.com'
const { account } = fleet.cloud.aws
const read = (file: string) => readFileSync(join(repositoryRoot, file), 'utf8')
const workflows = globSync('.github/workflows/*.yml', { cwd: repositoryRoot }).map((file) =>
  parse(read(file)),
)

const rolePolicies = ofKind('RolePolicy').map(({ name, inputs }) => ({
  name,
  statements: statementsOf(inputs.policy),
}))
const trusts = ofKind('Role').map(({ name, inputs }) => {
  const [statement, ...more] = statementsOf(inputs.assumeRolePolicy)
  return { name, statement, more }
})
/** The environments that each role of the pipeline trusts. */
const trusted = new Map(
  trusts
    .filter(({ name }) => name.startsWith('pipeline-'))
    .map(({ name, statement }) => [name, statement?.Condition.StringEquals?.[`${issuer}:sub`] ?? []]),
)

test('a role trusts one service or one issuer, on conditions', (t) => {
  for (const { name, statement, more } of trusts) {
    t.deepEqual(more, [], name)
    t.not(statement?.Principal, '*', name)
    const bounds = Object.values(statement?.Condition ?? {}).flatMap(Object.keys)
    t.true(
      ['aws:SourceAccount', 'aws:SourceArn', `${issuer}:sub`].some((bound) => bounds.includes(bound)),
      name,
    )
  }
})

test('the pipeline’s roles trust environments of our repository that exist, each another', (t) => {
  const subjects = [...trusted.values()].flat()
  t.is(new Set(subjects).size, subjects.length)
  const known = environments.map(({ name }) => `repo:meridian-example/meridian:environment:${name}`)
  t.deepEqual(
    subjects.filter((subject) => !known.includes(subject)),
    [],
  )
  for (const [name] of trusted) {
    const condition = trusts.find((one) => one.name === name)?.statement?.Condition.StringEquals
    t.deepEqual(condition?.[`${issuer}:aud`], ['sts.amazonaws.com'])
  }
})

test('every environment whose jobs take a role has one that trusts it', (t) => {
  const jobs = workflows.flatMap((workflow) =>
    Object.values<{ environment?: string; steps?: { uses?: string }[] }>(workflow.jobs),
  )
  const entered = jobs
    .filter(({ steps }) =>
      steps?.some(({ uses }) => uses?.startsWith('aws-actions/configure-aws-credentials')),
    )
    .flatMap(({ environment = '' }) => environment)
  t.true(entered.includes('release') && entered.includes('waves'))
  const subjects = [...trusted.values()].flat()
  // An environment may have a name that is only known in the run: `cloud-${{ … }}`.
  const prefixes = entered.map((name) => name.replace(/\$\{\{.*/, ''))
  const needed = environments
    .map(({ name }) => name)
    .filter((name) => prefixes.some((one) => name.startsWith(one)))
  for (const name of needed.filter((one) => one !== 'waves-back-platform')) {
    t.true(subjects.includes(`repo:meridian-example/meridian:environment:${name}`), name)
  }
})

test('each app’s key is signed with by the one role whose jobs ask for it', (t) => {
  const asked = [
    ...new Set(
      globSync('.github/workflows/*.yml', { cwd: repositoryRoot }).flatMap((file) =>
        [...read(file).matchAll(/KMS_KEY_ID: (\S+)/g)].map(([, alias]) => alias),
      ),
    ),
  ]
  t.true(asked.length > 0)
  const aliases = ofKind('Alias').map(({ inputs }) => inputs.name)
  t.deepEqual(
    asked.filter((alias) => !aliases.includes(alias)),
    [],
  )
  for (const { name } of ofKind('ExternalKey')) {
    const signers = rolePolicies.filter(({ statements }) =>
      statements.some(
        ({ Action, Resource }) => Action.includes('kms:Sign') && Resource.includes(`\${${name}.arn}`),
      ),
    )
    t.is(signers.length, 1, name)
  }
})

test('no role may do everything, and only what AWS has no resource for is allowed on all', (t) => {
  const onAll = new Set<string>()
  for (const { name, statements } of rolePolicies) {
    for (const { Sid, Effect, Action, Resource } of statements) {
      if (Effect === 'Deny') continue
      t.false(Action.includes('*'), name)
      if (Resource.includes('*')) onAll.add(`${name} ${Sid}`)
    }
  }
  t.deepEqual([...onAll].toSorted(), [
    'pipeline-cloud-aws-policy AccountSettings',
    'pipeline-cloud-aws-policy LookAtIam',
    'pipeline-cloud-aws-policy Services',
    'pipeline-release-policy RegistryToken',
    'site-external-secrets-policy RegistryToken',
    'site-node-policy RegistryToken',
  ])
})

/** Where IAM calls a service otherwise than Pulumi. */
const prefixes: Readonly<Record<string, string>> = {
  accessanalyzer: 'access-analyzer',
  appautoscaling: 'application-autoscaling',
  cfg: 'config',
  costexplorer: 'ce',
  ebs: 'ec2',
  efs: 'elasticfilesystem',
  lb: 'elasticloadbalancing',
  vpc: 'ec2',
}

test('who brings the cloud up may use the services that the stacks are made of, and no other', (t) => {
  const sources = globSync('platform/aws/**/*.ts', { cwd: repositoryRoot }).map(read).join('\n')
  const modules = [...sources.matchAll(/new aws\.([a-z0-9]+)\.[A-Z]/g)].map(([, module = '']) => module)
  // IAM has its own statements; log groups, vaults with a key and groups of nodes ask for one service more.
  const needed = new Set([
    ...modules.map((module) => prefixes[module] ?? module).filter((service) => service !== 'iam'),
    ...['autoscaling', 'backup-storage', 'logs'],
  ])
  const { Action } = statementOf('pipeline-cloud-aws-policy', 'Services')
  t.deepEqual(Action.toSorted(), [...needed].map((service) => `${service}:*`).toSorted())
})

test('who brings the cloud up reads no data, stops no watch, and leaves people’s roles alone', (t) => {
  const denied = rolePolicies
    .find(({ name }) => name === 'pipeline-cloud-aws-policy')
    ?.statements.filter(({ Effect }) => Effect === 'Deny')
    .flatMap(({ Action }) => Action)
  for (const action of [
    'secretsmanager:GetSecretValue',
    's3:GetObject',
    'dynamodb:Scan',
    'cloudtrail:StopLogging',
    'backup:DeleteRecoveryPoint',
    'kms:ScheduleKeyDeletion',
  ]) {
    t.true(denied?.includes(action), action)
  }
  const people = statementOf('pipeline-cloud-aws-policy', 'NoRolesOfPeople')
  t.deepEqual(
    people.Resource,
    Object.values(fleet.cloud.vault.signers).map((name) => `arn:aws:iam::${account}:role/${name}`),
  )
})

test('a program writes the state of its own stacks alone', (t) => {
  for (const program of ['aws', 'cloudflare', 'fastly', 'github', 'vault']) {
    const { Resource } = statementOf(`pipeline-cloud-${program}-policy`, 'WriteState')
    t.true(Resource.length > 0)
    t.deepEqual(
      Resource.filter((one) => !one.endsWith(`/meridian/${program}*`)),
      [],
    )
  }
})

test('release pushes to our repositories and to no mirrored one', (t) => {
  const { Resource } = statementOf('pipeline-release-policy', 'Push')
  const names = Resource.map((arn) => arn.split(':repository/')[1])
  t.true(names.includes('router') && names.includes('gateway'))
  t.deepEqual(
    names.filter((name) => name?.startsWith('mirror/')),
    [],
  )
})
