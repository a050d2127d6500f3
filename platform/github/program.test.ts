import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as pulumi from '@pulumi/pulumi'
import test from 'ava'
import { parse } from 'yaml'
import { loadFleet } from '../../clusters/fleet.ts'
import { actionsAppId, requiredChecks } from './checks.ts'
import { environments } from './environments.ts'
import { declareGitHub } from './program.ts'

const root = join(import.meta.dirname, '../..')
const wavesAppId = 4242

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
    'meridian-github',
    'test',
  )
  // Waits until everything is registered.
  await pulumi.runtime.runInPulumiStack(async () => {
    declareGitHub(loadFleet(join(root, 'clusters')), wavesAppId)
  })
  await pulumi.runtime.disconnect()
})

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
