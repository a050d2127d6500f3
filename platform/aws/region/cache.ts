import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import { declareLogGroup } from './logs.ts'
import type { Network } from './network.ts'
import type { Reachable } from './reach.ts'
import { arnIn, factsOf, keyOf, protectedIn, type Setting } from './setting.ts'
import { allow, declareGroup } from './walls.ts'

/** Who signs in to the cache, both by IAM. Neither may list all keys, change settings or empty it. */
const users = {
  services: 'on ~* resetchannels -@all +@read +@write +@connection +@transaction -@dangerous',
  sites: 'on ~l3:* resetchannels -@all +@read +@write +@connection -@dangerous',
} as const

/**
 * The regional cache, level L3: one writer and its replicas in other zones, which one of them follows by itself.
 * ElastiCache asks no client for a certificate: TLS, signing in by IAM and the security group stand in its place.
 */
export function declareCache(
  setting: Setting,
  { vpc, subnets }: Pick<Network, 'vpc' | 'subnets'>,
): { readonly cache: aws.elasticache.ReplicationGroup; readonly reachable: Reachable } {
  const { region, fleet, opts } = setting
  const { version, type, nodes } = fleet.cloud.aws.cache
  const { port } = factsOf(setting).cache
  const group = declareGroup(setting, 'cache', 'The regional cache', vpc.id, port)
  allow(setting, { name: 'sites', cidr: fleet.platform.sites }, group)

  const id = `meridian-${region}`
  const subnetGroup = new aws.elasticache.SubnetGroup(
    'cache-subnets',
    {
      name: id,
      description: 'The range that sites know',
      subnetIds: subnets.cache.map(({ subnet }) => subnet.id),
    },
    opts,
  )
  const userGroup = new aws.elasticache.UserGroup(
    'cache-users',
    {
      engine: 'valkey',
      userGroupId: id,
      userIds: Object.entries(users).map(([name, accessString]) => declareUser(setting, name, accessString)),
    },
    opts,
  )
  const cache = new aws.elasticache.ReplicationGroup(
    'cache',
    {
      replicationGroupId: id,
      description: `Cache level L3 of ${region}`,
      engine: 'valkey',
      engineVersion: version,
      nodeType: type,
      port,
      numCacheClusters: nodes,
      multiAzEnabled: true,
      automaticFailoverEnabled: true,
      parameterGroupName: declareParameters(setting, version),
      subnetGroupName: subnetGroup.name,
      securityGroupIds: [group.group.id],
      userGroupIds: [userGroup.userGroupId],
      transitEncryptionEnabled: true,
      transitEncryptionMode: 'required',
      atRestEncryptionEnabled: true,
      kmsKeyId: keyOf(setting, 'data'),
      snapshotRetentionLimit: fleet.cloud.aws.backup.retentionDays,
      snapshotWindow: '03:00-04:00',
      maintenanceWindow: 'sun:04:30-sun:05:30',
      autoMinorVersionUpgrade: true,
      finalSnapshotIdentifier: `${id}-final`,
      logDeliveryConfigurations: ['slow-log', 'engine-log'].map((logType) => ({
        logType,
        logFormat: 'json',
        destinationType: 'cloudwatch-logs',
        destination: declareLogGroup(setting, `cache-${logType}`, `/meridian/${region}/cache/${logType}`)
          .name,
      })),
    },
    protectedIn(setting),
  )
  const reachable = {
    group,
    may: () => [
      {
        Action: 'elasticache:Connect',
        Resource: [cache.arn, arnIn(setting, 'elasticache', `user:${userId('services', region)}`)],
      },
    ],
    environment: {
      CACHE_HOST: cache.primaryEndpointAddress,
      CACHE_PORT: String(port),
      CACHE_USER: userId('services', region),
    },
  }
  return { cache, reachable }
}

/** A user that signs in by IAM is called by its id. */
function userId(name: string, region: string): string {
  return `${name}-${region}`
}

function declareUser({ region, opts }: Setting, name: string, accessString: string): pulumi.Output<string> {
  const id = userId(name, region)
  return new aws.elasticache.User(
    `cache-user-${name}`,
    { engine: 'valkey', userId: id, userName: id, accessString, authenticationMode: { type: 'iam' } },
    opts,
  ).userId
}

/** A full cache drops what was used least lately, instead of refusing to write. */
function declareParameters({ region, opts }: Setting, version: string): pulumi.Output<string> {
  const [major = version] = version.split('.')
  return new aws.elasticache.ParameterGroup(
    'cache-parameters',
    {
      name: `meridian-${region}`,
      description: 'What Valkey is told',
      family: `valkey${major}`,
      parameters: [{ name: 'maxmemory-policy', value: 'allkeys-lru' }],
    },
    opts,
  ).name
}
