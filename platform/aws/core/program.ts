import * as aws from '@pulumi/aws'
import type { Program } from '../../stack.ts'
import { awsProvider } from '../provider.ts'

export const declare: Program = ({ stack, fleet }) => {
  const provider = awsProvider(stack.name, fleet.platform.homeRegion, fleet)
  const key = new aws.kms.Key('models-key', { enableKeyRotation: true }, { provider })
  return { modelsKey: key.arn }
}
