import { DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr'
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import {
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeGlobalClustersCommand,
} from '@aws-sdk/client-rds'
import { ListWebACLsCommand } from '@aws-sdk/client-wafv2'
import { findCertificate } from './certificates.ts'
import { findDistribution } from './distributions.ts'
import { findHealthCheck } from './health-checks.ts'
import { byName, type Lookup, text } from './lookup.ts'
import { findZone } from './zones.ts'

/** How a resource of each type is found without Pulumi's state. */
export const lookups: Readonly<Record<string, Lookup>> = {
  'acm.aws Certificate': findCertificate,
  'acm.aws CertificateValidation': async (_clients, { spec }, resolve) => {
    const arn = await resolve(text(spec.certificateArn))
    return arn === undefined ? undefined : { certificateArn: arn }
  },
  'cloudfront.aws Distribution': findDistribution,
  'dynamodb.aws Table': byName('name', async (clients, { region }, TableName) => {
    const { Table } = await clients.dynamoDb(region).send(new DescribeTableCommand({ TableName }))
    return {
      id: Table?.TableName,
      arn: Table?.TableArn,
      name: Table?.TableName,
      streamArn: Table?.LatestStreamArn,
    }
  }),
  'ecr.aws Repository': byName('name', async (clients, { region }, name) => {
    const command = new DescribeRepositoriesCommand({ repositoryNames: [name] })
    const [repository] = (await clients.ecr(region).send(command)).repositories ?? []
    return { id: name, arn: repository?.repositoryArn, repositoryUrl: repository?.repositoryUri }
  }),
  'lb.aws LoadBalancer': byName('name', async (clients, { region }, name) => {
    const command = new DescribeLoadBalancersCommand({ Names: [name] })
    const [one] = (await clients.loadBalancers(region).send(command)).LoadBalancers ?? []
    const arn = one?.LoadBalancerArn
    return {
      id: arn,
      arn,
      dnsName: one?.DNSName,
      zoneId: one?.CanonicalHostedZoneId,
      arnSuffix: arn?.split(':loadbalancer/')[1],
    }
  }),
  'lb.aws TargetGroup': byName('name', async (clients, { region }, name) => {
    const command = new DescribeTargetGroupsCommand({ Names: [name] })
    const [group] = (await clients.loadBalancers(region).send(command)).TargetGroups ?? []
    const arn = group?.TargetGroupArn
    return { id: arn, arn, arnSuffix: arn?.split(':').at(-1) }
  }),
  'rds.aws Cluster': byName('clusterIdentifier', async (clients, { region }, id) => {
    const command = new DescribeDBClustersCommand({ DBClusterIdentifier: id })
    const [cluster] = (await clients.rds(region).send(command)).DBClusters ?? []
    return { id, clusterIdentifier: id, arn: cluster?.DBClusterArn, endpoint: cluster?.Endpoint }
  }),
  'rds.aws GlobalCluster': byName('globalClusterIdentifier', async (clients, { region }, id) => {
    const command = new DescribeGlobalClustersCommand({ GlobalClusterIdentifier: id })
    const [cluster] = (await clients.rds(region).send(command)).GlobalClusters ?? []
    return { id, globalClusterIdentifier: id, arn: cluster?.GlobalClusterArn }
  }),
  'rds.aws Instance': byName('identifier', async (clients, { region }, id) => {
    const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: id })
    const [instance] = (await clients.rds(region).send(command)).DBInstances ?? []
    return { id, identifier: id, arn: instance?.DBInstanceArn, address: instance?.Endpoint?.Address }
  }),
  'route53.aws HealthCheck': findHealthCheck,
  'route53.aws Zone': findZone,
  'wafv2.aws WebAcl': byName('name', async (clients, { region, spec }, name) => {
    const Scope = spec.scope === 'CLOUDFRONT' ? 'CLOUDFRONT' : 'REGIONAL'
    const { WebACLs = [] } = await clients.waf(region).send(new ListWebACLsCommand({ Scope, Limit: 100 }))
    const acl = WebACLs.find((one) => one.Name === name)
    return { id: acl?.Id, arn: acl?.ARN, name: acl?.Name }
  }),
}
