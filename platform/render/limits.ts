import { PlatformError } from '../stack.ts'
import type { Graph } from './resource.ts'

/** The longest name that each service takes, in characters. Source: its API reference, the parameter of that name. */
const longest: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'aws:s3/bucket:Bucket': { bucket: 63 },
  'aws:iam/role:Role': { name: 64 },
  'aws:iam/policy:Policy': { name: 128 },
  'aws:lb/loadBalancer:LoadBalancer': { name: 32 },
  'aws:lb/targetGroup:TargetGroup': { name: 32 },
  'aws:lambda/function:Function': { name: 64 },
  'aws:rds/instance:Instance': { identifier: 63 },
  'aws:rds/cluster:Cluster': { clusterIdentifier: 63 },
  'aws:elasticache/replicationGroup:ReplicationGroup': { replicationGroupId: 40 },
  'aws:ecs/cluster:Cluster': { name: 255 },
  'aws:eks/cluster:Cluster': { name: 100 },
  'aws:dynamodb/table:Table': { name: 255 },
  'aws:wafv2/webAcl:WebAcl': { name: 128 },
  'aws:sqs/queue:Queue': { name: 80 },
  'aws:kms/alias:Alias': { name: 256 },
  'aws:ecr/repository:Repository': { name: 256 },
  'aws:secretsmanager/secret:Secret': { name: 512 },
  'aws:backup/vault:Vault': { name: 50 },
  'aws:cloudtrail/trail:Trail': { name: 128 },
  'aws:cfg/rule:Rule': { name: 128 },
  'aws:cloudwatch/logGroup:LogGroup': { name: 512 },
  'aws:sagemaker/endpoint:Endpoint': { name: 63 },
  'aws:xray/group:Group': { groupName: 32 },
  'aws:xray/samplingRule:SamplingRule': { ruleName: 32 },
}

/** @throws {PlatformError} with every name that its service would refuse */
export function checkLimits({ stack, program, resources }: Graph): void {
  const wrong = resources.flatMap(({ type, name, inputs }) =>
    Object.entries(longest[type] ?? {}).flatMap(([property, limit]) => {
      const value = inputs[property]
      if (typeof value !== 'string' || value.includes('${') || value.length <= limit) return []
      return [`${name}: ${property} "${value}" has ${value.length} characters, ${limit} are allowed`]
    }),
  )
  if (wrong.length > 0) {
    throw new PlatformError(
      `platform/${program}`,
      `names of ${stack} are too long:\n  ${wrong.join('\n  ')}`,
      'give shorter ones',
    )
  }
}
