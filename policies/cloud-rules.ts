import type { Rule } from './rule.ts'
import accountsWatched from './rules/cloud/accounts-watched.ts'
import backupsKept from './rules/cloud/backups-kept.ts'
import bucketsClosed from './rules/cloud/buckets-closed.ts'
import bucketsEncrypted from './rules/cloud/buckets-encrypted.ts'
import bucketsKeepVersions from './rules/cloud/buckets-keep-versions.ts'
import cloudLogsKept from './rules/cloud/cloud-logs-kept.ts'
import cloudWithoutLiteralSecrets from './rules/cloud/cloud-without-literal-secrets.ts'
import dataProtected from './rules/cloud/data-protected.ts'
import databasesEncrypted from './rules/cloud/databases-encrypted.ts'
import databasesOverTls from './rules/cloud/databases-over-tls.ts'
import edgesTls13 from './rules/cloud/edges-tls-13.ts'
import entrancesLogged from './rules/cloud/entrances-logged.ts'
import failoverWatched from './rules/cloud/failover-watched.ts'
import iamLeastPrivilege from './rules/cloud/iam-least-privilege.ts'
import instancesHardened from './rules/cloud/instances-hardened.ts'
import keysRotated from './rules/cloud/keys-rotated.ts'
import listenersMutualTls from './rules/cloud/listeners-mutual-tls.ts'
import modelsIsolated from './rules/cloud/models-isolated.ts'
import nothingPublic from './rules/cloud/nothing-public.ts'
import originsMutualTls from './rules/cloud/origins-mutual-tls.ts'
import registriesImmutable from './rules/cloud/registries-immutable.ts'
import resourcesPlaced from './rules/cloud/resources-placed.ts'
import securityGroupsClosed from './rules/cloud/security-groups-closed.ts'
import spreadOverZones from './rules/cloud/spread-over-zones.ts'
import storesEncrypted from './rules/cloud/stores-encrypted.ts'
import targetsOverTls from './rules/cloud/targets-over-tls.ts'
import tasksHardened from './rules/cloud/tasks-hardened.ts'
import trustBounded from './rules/cloud/trust-bounded.ts'
import wafOnEveryEntrance from './rules/cloud/waf-on-every-entrance.ts'
import webAclsComplete from './rules/cloud/web-acls-complete.ts'
import workloadsByDigest from './rules/cloud/workloads-by-digest.ts'

/** The rules about the resources of platform/: judged in the pull request, over the cloud views of views.ts. */
export const cloudRules: readonly Rule[] = [
  accountsWatched,
  backupsKept,
  bucketsClosed,
  bucketsEncrypted,
  bucketsKeepVersions,
  cloudLogsKept,
  cloudWithoutLiteralSecrets,
  dataProtected,
  databasesEncrypted,
  databasesOverTls,
  edgesTls13,
  entrancesLogged,
  failoverWatched,
  iamLeastPrivilege,
  instancesHardened,
  keysRotated,
  listenersMutualTls,
  modelsIsolated,
  nothingPublic,
  originsMutualTls,
  registriesImmutable,
  resourcesPlaced,
  securityGroupsClosed,
  spreadOverZones,
  storesEncrypted,
  targetsOverTls,
  tasksHardened,
  trustBounded,
  wafOnEveryEntrance,
  webAclsComplete,
  workloadsByDigest,
]
