import type { Fleet } from '../../clusters/fleet.ts'
import type { Program } from '../stack.ts'
import { declareEnvironments } from './environments.ts'
import { declareRulesets } from './rulesets.ts'
import { declareWaves } from './waves.ts'

export const declare: Program = ({ fleet }) => {
  declareGitHub(fleet, fleet.cloud.github.wavesAppId)
  return {}
}

/**
 * The whole program: what the repository on GitHub must be, from the facts.
 *
 * @param wavesAppId see RulesetSettings
 */
export function declareGitHub(fleet: Fleet, wavesAppId: number): void {
  const repository = repositoryName(fleet.platform.repository)
  const waves = fleet.waves.map(({ name }) => name)
  const branches = declareWaves(repository, waves)
  declareEnvironments(repository)
  declareRulesets({ repository, wavesAppId, branches })
}

/** `meridian` of `https://github.com/meridian-example/meridian.git`. */
function repositoryName(url: string): string {
  const name = /^https:\/\/github\.com\/[^/]+\/([^/]+?)(?:\.git)?$/.exec(url)?.[1]
  if (name === undefined) throw new Error(`clusters/platform.yaml: ${url} is no repository on github.com`)
  return name
}
