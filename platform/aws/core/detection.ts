import * as aws from '@pulumi/aws'
import type { Account } from './account.ts'

/**
 * In each region: GuardDuty, which reads trails, flows and queries for signs of an intruder, and Access Analyzer,
 * which names what somebody outside the account can reach.
 */
export function declareDetection({ regions, providers, fleet }: Account): void {
  for (const region of regions) {
    const opts = { provider: providers[region] }
    const detector = new aws.guardduty.Detector(
      `guardduty-${region}`,
      { enable: true, findingPublishingFrequency: 'FIFTEEN_MINUTES' },
      opts,
    )
    const kubernetes = fleet.regions[region].compute === 'eks'
    for (const name of ['S3_DATA_EVENTS', 'RDS_LOGIN_EVENTS', ...(kubernetes ? ['EKS_AUDIT_LOGS'] : [])]) {
      new aws.guardduty.DetectorFeature(
        `guardduty-${name.toLowerCase().replaceAll('_', '-')}-${region}`,
        { detectorId: detector.id, name, status: 'ENABLED' },
        opts,
      )
    }
    new aws.accessanalyzer.Analyzer(
      `access-analyzer-${region}`,
      { analyzerName: 'meridian', type: 'ACCOUNT' },
      opts,
    )
  }
}
