import * as aws from '@pulumi/aws'
import { backedUp } from '../_lib/backup.ts'
import type { Account } from './account.ts'
import type { Keys } from './keys.ts'

interface TableShape {
  readonly hashKey: string
  /** The attribute with the second (Unix time) after which an item may go. @default items stay */
  readonly expires?: string
}

/** The key-value stores of the regions (SPEC: Storage and caching). */
const shapes: Readonly<Record<string, TableShape>> = {
  /** Who is signed in. */
  sessions: { hashKey: 'id', expires: 'expiresAt' },
  /** What is switched on, and for which share of users. */
  flags: { hashKey: 'flag' },
  /** The second cache level: answers that any region may give. */
  objects: { hashKey: 'key', expires: 'expiresAt' },
}

/** Global tables: each region reads and writes its own replica, the others have it within about a second. */
export function declareTables(account: Account, keys: Keys): Readonly<Record<string, aws.dynamodb.Table>> {
  const { home, regions, providers } = account
  const declare = (name: string, { hashKey, expires }: TableShape) =>
    new aws.dynamodb.Table(
      name,
      {
        name: `meridian-${name}`,
        billingMode: 'PAY_PER_REQUEST',
        hashKey,
        attributes: [{ name: hashKey, type: 'S' }],
        ...(expires === undefined ? {} : { ttl: { enabled: true, attributeName: expires } }),
        // Replicas are fed by the stream.
        streamEnabled: true,
        streamViewType: 'NEW_AND_OLD_IMAGES',
        pointInTimeRecovery: {
          enabled: true,
          recoveryPeriodInDays: Math.min(account.fleet.cloud.aws.backup.retentionDays, 35),
        },
        serverSideEncryption: { enabled: true, kmsKeyArn: keys.data[home] },
        deletionProtectionEnabled: true,
        replicas: regions
          .filter((region) => region !== home)
          .map((region) => ({
            regionName: region,
            kmsKeyArn: keys.data[region],
            pointInTimeRecovery: true,
            deletionProtectionEnabled: true,
            propagateTags: true,
          })),
        tags: backedUp,
      },
      { provider: providers[home], protect: true },
    )
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, declare(name, shape)]))
}
