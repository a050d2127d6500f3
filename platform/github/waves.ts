import * as github from '@pulumi/github'
import type { Repository } from './repository.ts'

/**
 * The branches of the waves, and the label of the express path. A branch begins where main is on the day that this is
 * first deployed; from then on only move-wave.yml moves it.
 */
export function declareWaves(
  { repository, provider }: Repository,
  waves: readonly string[],
): readonly github.Branch[] {
  const branches = waves.map(
    (wave) =>
      new github.Branch(
        `wave-${wave}`,
        { repository, branch: `wave/${wave}`, sourceBranch: 'main' },
        { provider, protect: true, ignoreChanges: ['sourceBranch', 'sourceSha'] },
      ),
  )
  new github.IssueLabel(
    'express',
    {
      repository,
      name: 'express',
      color: 'b60205',
      description: 'Moves a wave without waiting for the one before; needs two approvals',
    },
    { provider },
  )
  return branches
}
