import * as aws from '@pulumi/aws'
import { keyOf, protectedIn, type Setting } from './setting.ts'

/** A log group that is encrypted by the region's key for logs and keeps what it gets as long as the platform does. */
export function declareLogGroup(setting: Setting, name: string, path: string): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    name,
    {
      name: path,
      kmsKeyId: keyOf(setting, 'logs'),
      retentionInDays: setting.fleet.platform.logs.retentionDays,
    },
    protectedIn(setting),
  )
}
