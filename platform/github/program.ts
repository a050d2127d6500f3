import type { Program } from '../stack.ts'
import { declareEnvironments } from './environments.ts'
import { repositoryAt } from './repository.ts'
import { declareRulesets } from './rulesets.ts'
import { declareWaves } from './waves.ts'

/** What the repository on GitHub must be: who may change what in it, and how. */
export const declare: Program = ({ fleet }) => {
  const repository = repositoryAt(fleet.platform.repository)
  const branches = declareWaves(
    repository,
    fleet.waves.map(({ name }) => name),
  )
  declareEnvironments(repository)
  declareRulesets({ ...repository, wavesAppId: fleet.cloud.github.wavesAppId, branches })
  return {}
}
