import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as pulumi from '@pulumi/pulumi'
import test from 'ava'
import { parse } from 'yaml'
import { loadFleet } from '../../clusters/fleet.ts'
import { declareStack } from '../context.ts'
import { renderStack } from '../render/render.ts'
import { PlatformError } from '../stack.ts'
import { stackNamed, stacks } from '../stacks.ts'
import { environmentOf } from '../stages.ts'
import { actionsAppId, requiredChecks } from './checks.ts'
import { environments } from './environments.ts'

const root = join(import.meta.dirname, '../..')
const fleet = loadFleet(join(root, 'clusters'))
const { wavesAppId } = fleet.cloud.github

/** Every resource that the program declares, as its provider would get it. */
const graph = new Map<string, { readonly type: string; readonly inputs: Record<string, unknown> }>()

test.before(async () => {
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        graph.set(name, { type, inputs })
        return { id: `${name}-id`, state: inputs }
      },
      call: ({ inputs }) => ({ id: { platform: '1', operations: '2', security: '3' }[String(inputs.slug)] }),
    },
    'meridian',
    'github',
  )
  // Waits until everything is registered.
  await pulumi.runtime.runInPulumiStack(async () => {
    await declareStack(stackNamed('github'), fleet, { output: unasked, secret: unasked })
  })
  await pulumi.runtime.disconnect()
})

function unasked(name: string): never {
  throw new Error(`the program stands on facts alone, and asks for ${name}`)
}

function inputs(name: string): Record<string, unknown> {
  const found = graph.get(name)
  if (!found) throw new Error(`nothing is called ${name}: ${[...graph.keys()].join(', ')}`)
  return found.inputs
}

const review = {
  requiredApprovingReviewCount: 1,
  requireCodeOwnerReview: true,
  requireLastPushApproval: true,
  dismissStaleReviewsOnPush: true,
  requiredReviewThreadResolution: true,
}
const checks = {
  requiredChecks: requiredChecks.map((context) => ({ context, integrationId: actionsAppId })),
  strictRequiredStatusChecksPolicy: false,
}
const wavesApp = [{ actorId: wavesAppId, actorType: 'Integration', bypassMode: 'always' }]

test('main changes by a reviewed pull request with green checks, and nobody is above that', (t) => {
  const { enforcement, conditions, rules, bypassActors } = inputs('main-by-review')
  t.is(enforcement, 'active')
  t.deepEqual(conditions, { refName: { includes: ['refs/heads/main'], excludes: [] } })
  t.is(bypassActors, undefined)
  t.like(rules, {
    pullRequest: { ...review, allowedMergeMethods: ['squash'] },
    requiredStatusChecks: checks,
    nonFastForward: true,
    mergeQueue: { mergeMethod: 'SQUASH' },
  })
})

test('a wave moves by review too, and only the app that moves waves may write to it', (t) => {
  const { enforcement, conditions, rules, bypassActors } = inputs('waves-by-review')
  t.is(enforcement, 'active')
  t.deepEqual(conditions, { refName: { includes: ['refs/heads/wave/*'], excludes: [] } })
  t.deepEqual(bypassActors, wavesApp)
  t.like(rules, {
    creation: true,
    update: true,
    nonFastForward: true,
    pullRequest: review,
    requiredStatusChecks: checks,
  })
})

test('no branch of the fleet is deleted, merged into or left unsigned, by whomever', (t) => {
  const { enforcement, conditions, rules, bypassActors } = inputs('history')
  t.is(enforcement, 'active')
  t.deepEqual(conditions, { refName: { includes: ['refs/heads/main', 'refs/heads/wave/*'], excludes: [] } })
  t.deepEqual(rules, { deletion: true, requiredLinearHistory: true, requiredSignatures: true })
  t.is(bypassActors, undefined)
})

test('the log of the waves is written by their app alone', (t) => {
  const { target, rules, bypassActors } = inputs('wave-log')
  t.is(target, 'tag')
  t.deepEqual(rules, { creation: true, update: true, deletion: true })
  t.deepEqual(bypassActors, wavesApp)
})

test('the required checks are the jobs of pull-request.yml', (t) => {
  const { jobs } = parse(readFileSync(join(root, '.github/workflows/pull-request.yml'), 'utf8'))
  const names = Object.values<{ name: string }>(jobs).map(({ name }) => name)
  t.deepEqual(requiredChecks.toSorted(), names.toSorted())
})

test('every wave of the facts has its branch, which begins at main and is not lost', (t) => {
  const branches = [...graph.values()].filter(({ type }) => type === 'github:index/branch:Branch')
  t.deepEqual(
    branches.map((branch) => branch.inputs),
    ['canary', 'early', 'broad'].map((wave) => ({
      repository: 'meridian',
      branch: `wave/${wave}`,
      sourceBranch: 'main',
    })),
  )
})

test('every environment that a workflow enters is declared', (t) => {
  const text = globSync('.github/workflows/*.yml', { cwd: root })
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n')
  const entered = [...text.matchAll(/^ {4}environment: (.+)$/gm)].map(([, name = '']) => name)
  t.true(entered.length > 4)
  const declared = environments.map(({ name }) => name)
  const unknown = entered.filter(
    (name) => !declared.some((one) => one.startsWith(name.replace(/\$\{\{.*/, ''))),
  )
  t.deepEqual(unknown, [])
})

test('every stack has its environment, and no other `cloud-` environment is left', (t) => {
  const entered = [...new Set(stacks.map(environmentOf))].toSorted()
  const declared = environments.map(({ name }) => name).filter((name) => name.startsWith('cloud-'))
  t.deepEqual(declared.toSorted(), entered)
})

test('only runs of main enter an environment, and administrators are no exception', (t) => {
  for (const { name } of environments) {
    t.like(inputs(name), {
      deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
      canAdminsBypass: false,
    })
    t.deepEqual(inputs(`${name}-main`), { repository: 'meridian', environment: name, branchPattern: 'main' })
  }
})

test('to move a wave back, two teams approve, and nobody what he started', (t) => {
  t.like(inputs('waves-back-platform'), { preventSelfReview: true, reviewers: [{ teams: [1] }] })
  t.like(inputs('waves-back-operations'), { preventSelfReview: true, reviewers: [{ teams: [2] }] })
})

test.serial('for review, who must approve is shown by name', async (t) => {
  const { resources } = await renderStack(stackNamed('github'), fleet)
  const approvers = resources.flatMap(({ type, name, inputs }) =>
    type.endsWith(':RepositoryEnvironment') && inputs.reviewers !== undefined
      ? [[name, inputs.reviewers]]
      : [],
  )
  t.deepEqual(
    Object.fromEntries(approvers),
    Object.fromEntries(
      environments.flatMap(({ name, approvedBy }) =>
        approvedBy === undefined ? [] : [[name, [{ teams: [`\${getTeam(${approvedBy}).id}`] }]]],
      ),
    ),
  )
})

test.serial('the repository is that of the facts, and one that lies elsewhere is refused', async (t) => {
  t.is(inputs('github').owner, 'meridian-example')
  const elsewhere = { ...fleet, platform: { ...fleet.platform, repository: 'https://gitlab.com/a/b.git' } }
  const error = await t.throwsAsync(renderStack(stackNamed('github'), elsewhere), {
    instanceOf: PlatformError,
  })
  t.regex(error.message, /clusters\/platform\.yaml: repository: https:\/\/gitlab/)
})
