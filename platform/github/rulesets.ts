import * as github from '@pulumi/github'
import { actionsAppId, requiredChecks } from './checks.ts'
import type { Repository } from './repository.ts'

export interface RulesetSettings extends Repository {
  /** The id of the app that moves waves, in .github/workflows/move-wave.yml: the one way in which they move. */
  readonly wavesAppId: number
  /** What must be there before the rules are: nobody else can make a wave's branch then. */
  readonly branches: readonly github.Branch[]
}

/**
 * How `main` and the waves' branches may change: by pull request, reviewed by owners, with green checks.
 *
 * A wave moves by fast-forward, which GitHub's merge button cannot do. So only one app may write to a wave's branch;
 * it asks what these rules state (tools/github/approved-moves.ts) before it does.
 */
export function declareRulesets({ repository, provider, wavesAppId, branches }: RulesetSettings): void {
  const wavesApp = { actorId: wavesAppId, actorType: 'Integration', bypassMode: 'always' }
  const common = { repository, target: 'branch', enforcement: 'active' }
  const [main, waves] = ['refs/heads/main', 'refs/heads/wave/*']

  new github.RepositoryRuleset(
    'main-by-review',
    {
      ...common,
      name: 'main changes by review',
      conditions: { refName: { includes: [main], excludes: [] } },
      rules: {
        pullRequest: review('squash'),
        requiredStatusChecks: checks(),
        // Each change is tested on top of those before it, so main is green at every commit.
        mergeQueue: { mergeMethod: 'SQUASH', groupingStrategy: 'ALLGREEN', checkResponseTimeoutMinutes: 60 },
        nonFastForward: true,
      },
    },
    { provider },
  )

  new github.RepositoryRuleset(
    'waves-by-review',
    {
      ...common,
      name: 'waves move by review, and by one app',
      conditions: { refName: { includes: [waves], excludes: [] } },
      bypassActors: [wavesApp],
      rules: {
        creation: true,
        update: true,
        // Moving back is for the app alone, after two approvals: see move-wave.yml.
        nonFastForward: true,
        pullRequest: review('rebase'),
        requiredStatusChecks: checks(),
      },
    },
    { provider, dependsOn: [...branches] },
  )

  // Nobody is above these, the app included.
  new github.RepositoryRuleset(
    'history',
    {
      ...common,
      name: 'history stays',
      conditions: { refName: { includes: [main, waves], excludes: [] } },
      rules: { deletion: true, requiredLinearHistory: true, requiredSignatures: true },
    },
    { provider },
  )

  // Where waves were, as `meridian rollback` reads it: tags that are set once.
  new github.RepositoryRuleset(
    'wave-log',
    {
      ...common,
      target: 'tag',
      name: 'the log of the waves is kept',
      conditions: { refName: { includes: ['refs/tags/was/**/*'], excludes: [] } },
      bypassActors: [wavesApp],
      rules: { creation: true, update: true, deletion: true },
    },
    { provider },
  )
}

/** One approval of an owner, of the last state, by somebody other than who pushed it. */
function review(method: 'squash' | 'rebase') {
  return {
    requiredApprovingReviewCount: 1,
    requireCodeOwnerReview: true,
    requireLastPushApproval: true,
    dismissStaleReviewsOnPush: true,
    requiredReviewThreadResolution: true,
    allowedMergeMethods: [method],
  }
}

function checks() {
  return {
    requiredChecks: requiredChecks.map((context) => ({ context, integrationId: actionsAppId })),
    // The merge queue tests on top of the newest main; a wave's request is a commit of main, tested there.
    strictRequiredStatusChecksPolicy: false,
  }
}
