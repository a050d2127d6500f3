import * as github from '@pulumi/github'
import { PlatformError } from '../stack.ts'

/** The repository that the program sets up. */
export interface Repository {
  /** Its name, without its owner. */
  readonly repository: string
  /** Acts for its owner; the token is GITHUB_TOKEN. */
  readonly provider: github.Provider
}

/**
 * @param url `https://github.com/meridian-example/meridian.git`
 * @throws {PlatformError} where it lies elsewhere
 */
export function repositoryAt(url: string): Repository {
  const [, owner, repository] = /^https:\/\/github\.com\/([^/]+)\/([^/]+?)(?:\.git)?$/.exec(url) ?? []
  if (owner === undefined || repository === undefined) {
    throw new PlatformError(
      'clusters/platform.yaml',
      `repository: ${url} is no repository on github.com`,
      'write https://github.com/OWNER/NAME.git',
    )
  }
  return { repository, provider: new github.Provider('github', { owner }) }
}
