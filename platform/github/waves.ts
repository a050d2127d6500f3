import * as github from '@pulumi/github'

/**
 * The branches of the waves, and the label of the express path. A branch begins where main is on the day that this is
 * first deployed; from then on only move-wave.yml moves it.
 */
export function declareWaves(repository: string, waves: readonly string[]): readonly github.Branch[] {
  const branches = waves.map(
    (wave) =>
      new github.Branch(
        `wave-${wave}`,
        { repository, branch: `wave/${wave}`, sourceBranch: 'main' },
        { protect: true, ignoreChanges: ['sourceBranch', 'sourceSha'] },
      ),
  )
  new github.IssueLabel('express', {
    repository,
    name: 'express',
    color: 'b60205',
    description: 'Moves a wave without waiting for the one before; needs two approvals',
  })
  return branches
}
