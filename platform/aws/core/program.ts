import type * as pulumi from '@pulumi/pulumi'
import type { Outputs, Program } from '../../stack.ts'
import { type Account, openAccount } from './account.ts'
import { declareBackup } from './backup.ts'
import { declareBaseline } from './baseline.ts'
import { bucketOutputs, declareBuckets } from './buckets.ts'
import { declareDetection } from './detection.ts'
import { declarePipeline } from './github.ts'
import { declareKeys, type Keys } from './keys.ts'
import { declareRecorders } from './recorder.ts'
import { declareRegistry } from './registry.ts'
import { declareSecrets } from './secrets.ts'
import { declareSites } from './sites.ts'
import { declareTables } from './tables.ts'
import { declareTrail } from './trail.ts'
import { declareTrust } from './trust.ts'
import { declareZone } from './zone.ts'

/** What every other stack stands on: keys, storage, names, registry, identities, and the account's own watch. */
export const declare: Program = (context): Outputs => {
  const account = openAccount(context)
  const keys = declareKeys(account)
  const buckets = declareBuckets(account, keys)
  const bundle = declareTrust(account, buckets)
  const tables = declareTables(account, keys)
  const vaults = declareBackup(account, keys)
  const zone = declareZone(account, keys)
  declareBaseline(account, keys)
  declareDetection(account)
  declareRecorders(account, keys, buckets)
  declareRegistry(account, keys)
  declareSecrets(account, keys)
  declareTrail(account, keys, buckets)
  return {
    zone: zone.zoneId,
    registry: account.fleet.platform.registry,
    trustBundleBucket: buckets.trust.bucket,
    trustBundleKey: bundle.key,
    trustBundleVersion: bundle.versionId,
    ...keyOutputs(account, keys),
    ...bucketOutputs(account, buckets),
    ...Object.fromEntries(
      Object.entries(tables).flatMap(([name, table]) => [
        [`${name}Table`, table.name],
        [`${name}TableArn`, table.arn],
      ]),
    ),
    ...Object.fromEntries(account.regions.map((region) => [`backupVault.${region}`, vaults[region].name])),
    ...declareSites(account, keys),
    ...declarePipeline(account),
  }
}

/** `modelsKey.eu-west-1`. */
function keyOutputs({ regions }: Account, keys: Keys): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    Object.entries(keys).flatMap(([purpose, arns]) =>
      regions.map((region) => [`${purpose}Key.${region}`, arns[region]]),
    ),
  )
}
