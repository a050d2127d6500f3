import { at, canonical, isMap, type Plain } from '../plain.ts'
import { type DangerSign, say } from './sign.ts'

/** Kinds whose resources hold data, by group and kind. */
const data =
  /^(s3\.aws\/v1 Bucket|rds\.aws\/v1 (Instance|Cluster|GlobalCluster)|dynamodb\.aws\/v1 Table|efs\.aws\/v1 FileSystem|kms\.aws\/v1 (Key|ReplicaKey)|secretsmanager\.aws\/v1 Secret|backup\.aws\/v1 Vault|ecr\.aws\/v1 Repository|cloudwatch\.aws\/v1 LogGroup|route53\.aws\/v1 Zone|cloudflare\/v1 (Zone|WorkersKvNamespace)|fastly\/v1 (Kvstore|Secretstore))$/

/**
 * Inputs that cannot be changed on what exists, by group and kind: Pulumi deletes the resource and makes another.
 * Source: the providers' schemas, `replaceOnChanges` and Terraform's ForceNew.
 */
const replacing: Readonly<Record<string, RegExp>> = {
  's3.aws/v1 Bucket': /^spec\.(bucket|objectLockEnabled)$/,
  'rds.aws/v1 Instance': /^spec\.(identifier|engine|kmsKeyId|storageEncrypted|dbSubnetGroupName|username)$/,
  'rds.aws/v1 Cluster':
    /^spec\.(clusterIdentifier|engine|engineMode|kmsKeyId|storageEncrypted|masterUsername|databaseName)$/,
  'rds.aws/v1 GlobalCluster': /^spec\.(globalClusterIdentifier|engine|databaseName|storageEncrypted)$/,
  'dynamodb.aws/v1 Table': /^spec\.(name|hashKey|rangeKey)$/,
  'efs.aws/v1 FileSystem': /^spec\.(creationToken|encrypted|kmsKeyId|performanceMode|availabilityZoneName)$/,
  'elasticache.aws/v1 ReplicationGroup':
    /^spec\.(replicationGroupId|kmsKeyId|atRestEncryptionEnabled|subnetGroupName)$/,
  'kms.aws/v1 Key': /^spec\.(multiRegion|keyUsage|customerMasterKeySpec)$/,
  'secretsmanager.aws/v1 Secret': /^spec\.name(Prefix)?$/,
  'backup.aws/v1 Vault': /^spec\.(name|kmsKeyArn)$/,
  'ecr.aws/v1 Repository': /^spec\.(name|encryptionConfigurations.*)$/,
  'cloudwatch.aws/v1 LogGroup': /^spec\.name(Prefix)?$/,
  'route53.aws/v1 Zone': /^spec\.name$/,
  'cloudflare/v1 Zone': /^spec\.name$/,
}

/** Inputs that guard, and the value that opens them. */
const guards: readonly (readonly [path: RegExp, open: unknown, says: string])[] = [
  [
    /\.(publiclyAccessible|endpointPublicAccess|mapPublicIpOnLaunch|assignPublicIp)$/,
    true,
    'can be reached from the internet',
  ],
  [
    /\.(blockPublicAcls|blockPublicPolicy|ignorePublicAcls|restrictPublicBuckets)$/,
    false,
    'may become public',
  ],
  [
    /\.(deletionProtection|deletionProtectionEnabled|enableDeletionProtection)$/,
    false,
    'can be deleted by one call',
  ],
  [
    /\.(storageEncrypted|encrypted|atRestEncryptionEnabled|transitEncryptionEnabled|enableKeyRotation)$/,
    false,
    'is guarded less',
  ],
  [/\.(forceDestroy|forceDelete|skipFinalSnapshot)$/, true, 'is deleted with all that is in it'],
]

/** Signs in what changes in a stack of the cloud. */
export const cloud: readonly DangerSign[] = [
  {
    id: 'cloud-data-deleted',
    severity: 'high',
    find({ op, id, before }) {
      if (op !== 'removed' || !data.test(`${id.apiVersion} ${id.kind}`)) return []
      return at(before, 'options', 'protect') === true
        ? [
            'is deleted with the data in it; it is protected, so the deployment stops until somebody unprotects it',
          ]
        : ['is deleted with the data in it']
    },
  },
  {
    id: 'cloud-data-replaced',
    severity: 'high',
    find({ op, id, fields }) {
      if (op !== 'changed') return []
      const immutable = replacing[`${id.apiVersion} ${id.kind}`]
      return fields
        .filter(({ path }) => immutable?.test(path))
        .map(
          ({ path, before, after }) =>
            `is deleted and made anew, without its data: ${path} ${say(before)} → ${say(after)} cannot be changed on what exists`,
        )
    },
  },
  {
    id: 'cloud-unprotected',
    severity: 'high',
    find({ op, before, after }) {
      if (op !== 'changed' || at(before, 'options', 'protect') !== true) return []
      return at(after, 'options', 'protect') === true
        ? []
        : ['is no longer protected: the next change may delete it']
    },
  },
  {
    id: 'cloud-guard-lowered',
    severity: 'high',
    find({ op, fields }) {
      if (op !== 'changed') return []
      return fields.flatMap(({ path, before, after }) =>
        guards
          .filter(
            ([guard, open]) =>
              guard.test(path) && (after === open || (open === false && after === undefined)),
          )
          .map(([, , says]) => `${says}: ${path} ${say(before)} → ${say(after)}`),
      )
    },
  },
  {
    id: 'cloud-opened',
    severity: 'high',
    find({ op, id, before, after }) {
      if (op === 'removed') return []
      const [old, now] = [opensOf(before), opensOf(after)]
      // The entrances' port 443 is open on purpose; the rules say where.
      if (id.kind === 'SecurityGroupIngressRule' && at(after, 'spec', 'toPort') === 443)
        now.delete('0.0.0.0/0')
      return [...now].filter((one) => !old.has(one)).map((one) => `lets in whoever asks: ${one}`)
    },
  },
]

/** What opens to everybody, wherever it stands in a resource. */
function opensOf(resource: Plain | undefined): Set<string> {
  const found = new Set<string>()
  const walk = (value: unknown) => {
    if (value === '0.0.0.0/0' || value === '::/0') found.add(value)
    if (Array.isArray(value)) value.forEach(walk)
    if (!isMap(value)) return
    const { Effect, Principal, Action } = value
    const anyone = Principal === '*' || (isMap(Principal) && Principal.AWS === '*')
    if (Effect === 'Allow' && anyone) found.add(`a policy for everybody to ${canonical(Action)}`)
    Object.values(value).forEach(walk)
  }
  walk(at(resource, 'spec'))
  return found
}
