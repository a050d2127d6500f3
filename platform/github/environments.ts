import * as github from '@pulumi/github'
import type * as pulumi from '@pulumi/pulumi'
import type { Repository } from './repository.ts'

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
  // Brings the cloud to what main says: the stacks whose names begin with this word.
  { name: 'cloud-aws', approvedBy: 'platform' },
  { name: 'cloud-cloudflare', approvedBy: 'platform' },
  { name: 'cloud-fastly', approvedBy: 'platform' },
  { name: 'cloud-vault', approvedBy: 'security' },
  { name: 'cloud-github', approvedBy: 'security' },
]

/** Environments that only runs of main may enter: what a branch makes of a workflow never gets their roles. */
export function declareEnvironments({ repository, provider }: Repository): void {
  for (const { name, approvedBy } of environments) {
    const environment = new github.RepositoryEnvironment(
      name,
      {
        repository,
        environment: name,
        deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
        canAdminsBypass: false,
        ...(approvedBy === undefined
          ? {}
          : { preventSelfReview: true, reviewers: [{ teams: [teamId(approvedBy, provider)] }] }),
      },
      { provider },
    )
    new github.RepositoryEnvironmentDeploymentPolicy(
      `${name}-main`,
      { repository, environment: name, branchPattern: 'main' },
      { provider, dependsOn: environment },
    )
  }
}

/** GitHub tells a team's id as text and takes it as a number. */
function teamId(slug: string, provider: github.Provider): pulumi.Output<number> {
  return github.getTeamOutput({ slug }, { provider }).apply(({ id }) => {
    if (/^\d+$/.test(id)) return Number(id)
    // Nobody was asked: the graph is being rendered, and shows the reference.
    return id as unknown as number
  })
}
