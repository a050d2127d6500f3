import * as github from '@pulumi/github'

interface Environment {
  readonly name: string
  /** The team of which one must approve each run. @default nobody is asked */
  readonly approvedBy?: string
}

/** Every `environment:` of the workflows. Roles in AWS trust a run by the environment that it is in. */
export const environments: readonly Environment[] = [
  // Pushes and signs images.
  { name: 'release' },
  // Opens pull requests.
  { name: 'propose' },
  // Moves waves forward: their pull requests were approved.
  { name: 'waves' },
  // Moves waves back: two teams, one approval each, since an environment is content with one however many it names.
  { name: 'waves-back-platform', approvedBy: 'platform' },
  { name: 'waves-back-operations', approvedBy: 'operations' },
  // Brings the cloud to what main says, a program each.
  { name: 'cloud-aws', approvedBy: 'platform' },
  { name: 'cloud-cloudflare', approvedBy: 'platform' },
  { name: 'cloud-fastly', approvedBy: 'platform' },
  { name: 'cloud-github', approvedBy: 'security' },
]

/** Environments that only runs of main may enter: what a branch makes of a workflow never gets their roles. */
export function declareEnvironments(repository: string): void {
  for (const { name, approvedBy } of environments) {
    const environment = new github.RepositoryEnvironment(name, {
      repository,
      environment: name,
      deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
      canAdminsBypass: false,
      ...(approvedBy === undefined
        ? {}
        : { preventSelfReview: true, reviewers: [{ teams: [teamId(approvedBy)] }] }),
    })
    new github.RepositoryEnvironmentDeploymentPolicy(
      `${name}-main`,
      { repository, environment: name, branchPattern: 'main' },
      { dependsOn: environment },
    )
  }
}

function teamId(slug: string) {
  return github.getTeamOutput({ slug }).apply(({ id }) => Number(id))
}
