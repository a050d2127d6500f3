import type { Program } from '../../stack.ts'
import { PlatformError } from '../../stack.ts'
import { awsProvider } from '../provider.ts'
import { Region } from './region.ts'

/** One of the three regions: the same program for all, with what regions.yaml says of each. */
export const declare: Program = ({ stack, fleet, output, secret }) => {
  const { name, region } = stack
  if (!region) {
    throw new PlatformError('platform/stacks.ts', `${name} names no region`, 'add `region` to its line')
  }
  const provider = awsProvider(name, region, fleet)
  const { given } = new Region(
    'region',
    {
      stack: name,
      region,
      fleet,
      core: (what) => output('aws-core', what),
      ireland: (what) => output('aws-eu-west-1', what),
      secret,
    },
    { provider },
  )
  return given
}
