/**
 * What GitHub must see green before `main` or a wave moves: the jobs of .github/workflows/pull-request.yml, by name.
 * The suite holds the two lists equal; a job that is renamed there alone would block every merge.
 */
export const requiredChecks: readonly string[] = [
  'tests',
  'e2e',
  'policies',
  'diff',
  'workflows',
  'secrets',
  'dependencies',
  'sbom',
]

/**
 * GitHub Actions' own app: a check counts only if it comes from there, so nobody can report one by hand.
 * Source: `app.id` of any check run of Actions in GitHub's REST API.
 */
export const actionsAppId = 15368
