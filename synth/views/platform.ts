import type { Fleet } from '../../clusters/fleet.ts'
import { type PlatformView, VIEWS } from '../../policies/views.ts'

export function platformView({ platform }: Fleet): PlatformView {
  return {
    apiVersion: VIEWS,
    kind: 'Platform',
    metadata: { name: 'platform' },
    spec: { logRetentionDays: platform.logs.retentionDays },
  }
}
