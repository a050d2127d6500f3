import type * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import type { RegionName } from '../../../clusters/schema.ts'
import { type Bucket, type BucketArgs, declareBucket } from '../_lib/bucket.ts'
import { type Account, type ByRegion, byRegion, nextRegion } from './account.ts'
import { accessLogWriters, logWriters, trailWriter } from './bucket-writers.ts'
import type { Keys } from './keys.ts'
import { declareReplication } from './replication.ts'

export interface Buckets {
  readonly models: ByRegion<aws.s3.Bucket>
  readonly logs: ByRegion<aws.s3.Bucket>
  readonly backups: ByRegion<aws.s3.Bucket>
  /** For the access logs of S3 and of load balancers, which can be written under no key of ours. */
  readonly accessLogs: ByRegion<aws.s3.Bucket>
  /** What was done in the account: the trail. */
  readonly audit: aws.s3.Bucket
  /** What load balancers read at their birth: the bundle of the CAs that they trust. */
  readonly trust: aws.s3.Bucket
}

/** Every bucket of the platform; `meridian-<what>-<region>` in S3. */
export function declareBuckets(account: Account, keys: Keys): Buckets {
  const { home, id, providers, regions, fleet } = account
  const { retentionDays } = fleet.platform.logs
  const backupDays = fleet.cloud.aws.backup.retentionDays
  const logged = { expireAfter: retentionDays, archiveAfter: 90, versionsKept: 1 }

  const declare = (what: string, region: RegionName, args: Omit<BucketArgs, 'bucket'>) =>
    declareBucket(
      `${what}-${region}`,
      { bucket: `meridian-${what}-${region}`, ...args },
      { provider: providers[region] },
    )
  const accessLogs = byRegion(regions, (region) =>
    declare('access-logs', region, {
      lifecycle: logged,
      statements: (arn) => accessLogWriters(arn, id, region),
    }),
  )
  const data = (what: string, purpose: keyof Keys, args: Omit<BucketArgs, 'bucket'>) =>
    byRegion(regions, (region) =>
      declare(what, region, {
        key: keys[purpose][region],
        accessLog: accessLogs[region].bucket.bucket,
        ...args,
      }),
    )
  const models = data('models', 'models', { lifecycle: { versionsKept: 90 } })
  const backups = data('backups', 'backups', {
    lifecycle: { versionsKept: backupDays },
    lockDays: backupDays,
  })
  const logs = data('logs', 'logs', { lifecycle: logged, statements: (arn) => logWriters(arn, id) })
  const inHome = { key: keys.logs[home], accessLog: accessLogs[home].bucket.bucket }
  const audit = declare('audit', home, {
    ...inHome,
    lifecycle: logged,
    lockDays: retentionDays,
    statements: (arn) => trailWriter(arn, id, home),
  })
  const trust = declare('trust', home, { ...inHome, key: keys.data[home], lifecycle: { versionsKept: 90 } })

  // A model has one writer, in the home region; each region's endpoints read their own copy.
  const replicas = regions.filter((region) => region !== home)
  declareReplication(account, 'models', models, keys.models, home, replicas)
  for (const region of regions) {
    declareReplication(account, 'backups', backups, keys.backups, region, [nextRegion(account, region)])
  }
  return {
    models: only(models),
    logs: only(logs),
    backups: only(backups),
    accessLogs: only(accessLogs),
    audit: audit.bucket,
    trust: trust.bucket,
  }

  function only(buckets: ByRegion<Bucket>) {
    return byRegion(regions, (region) => buckets[region].bucket)
  }
}

/** Names, as other stacks take them: `modelsBucket.eu-west-1`. */
export function bucketOutputs({ regions }: Account, buckets: Buckets): Record<string, pulumi.Output<string>> {
  const { models, logs, backups, accessLogs } = buckets
  return Object.fromEntries(
    Object.entries({ models, logs, backups, accessLogs }).flatMap(([what, of]) =>
      regions.map((region) => [`${what}Bucket.${region}`, pulumi.output(of[region].bucket)]),
    ),
  )
}
