import { defineRule } from '../../rule.ts'
import { related, resource } from './views.examples.ts'

const subnets = [`\${a.id}`, `\${b.id}`, `\${c.id}`]
const instance = related('rds.aws/ClusterInstance')
const target = related('efs.aws/MountTarget')

export default defineRule({
  id: 'spread-over-zones',
  title: 'Whatever runs in a region stands in several zones, and its data in more than one',
  why: 'A zone fails about once a year somewhere; a platform that promises 99.95 % may not notice.',
  mend: 'Name three subnets, one a zone; multiAz, automatic failover and two instances or more for what holds data.',
  controls: ['SOC 2 A1.1', 'SOC 2 A1.2', 'ISO 27001 A.5.30', 'ISO 27001 A.8.14', 'GDPR 32(1)(b)'],
  scope: 'cloud',
  match: {
    kinds: [
      'rds.aws/Instance',
      'rds.aws/Cluster',
      'rds.aws/SubnetGroup',
      'elasticache.aws/ReplicationGroup',
      'elasticache.aws/SubnetGroup',
      'efs.aws/FileSystem',
      'lb.aws/LoadBalancer',
      'ecs.aws/Service',
      'eks.aws/Cluster',
      'eks.aws/NodeGroup',
      'appautoscaling.aws/Target',
    ],
  },
  variables: [
    {
      name: 'subnets',
      cel: `object.kind in ['SubnetGroup', 'NodeGroup'] ? object.spec.?subnetIds.orValue([]).size() :
object.kind == 'LoadBalancer' && object.apiVersion == 'lb.aws/v1' ? object.spec.?subnets.orValue([]).size() + object.spec.?subnetMappings.orValue([]).size() :
object.kind == 'Service' ? object.spec.?networkConfiguration.?subnets.orValue([]).size() :
object.kind == 'Cluster' && object.apiVersion == 'eks.aws/v1' ? object.spec.?vpcConfig.?subnetIds.orValue([]).size() : 3`,
    },
  ],
  validations: [
    {
      cel: `variables.subnets >= 3`,
      message: 'it does not stand in three zones',
      messageCel: `'it stands in ' + string(variables.subnets) + ' zones, not in three'`,
    },
    {
      cel: `object.apiVersion != 'rds.aws/v1' || object.kind != 'Instance' || has(object.spec.replicateSourceDb) || object.spec.?multiAz.orValue(false) == true`,
      message: 'the database stands in one zone: multiAz is off',
    },
    {
      cel: `object.apiVersion != 'rds.aws/v1' || object.kind != 'Cluster' ||
object.graph.referrers.filter(r, r.kind == 'ClusterInstance').size() >= (has(object.spec.globalClusterIdentifier) && !has(object.spec.databaseName) ? 1 : 2)`,
      message: 'the cluster has less than two instances',
    },
    {
      cel: `object.kind != 'ReplicationGroup' || (object.spec.?multiAzEnabled.orValue(false) == true && object.spec.?automaticFailoverEnabled.orValue(false) == true)`,
      message: 'the cache stands in one zone, or does not fail over',
    },
    {
      cel: `object.kind != 'FileSystem' || (object.graph.referrers.filter(r, r.kind == 'MountTarget').size() >= 3 && !has(object.spec.availabilityZoneName))`,
      message: 'the file system is not reached in three zones',
    },
    {
      cel: `object.kind != 'Target' || object.spec.minCapacity >= (object.spec.serviceNamespace in ['sagemaker', 'rds'] ? 1 : 2)`,
      message: 'less than two may be left of it',
    },
  ],
  permissions: [
    {
      where: 'rds: a secondary cluster of a global database',
      allows: ['one instance'],
      why: 'It only reads, for one region; its storage lies in three zones whatever instances it has.',
      instead:
        "While its reader is replaced the region reads from the primary's; the drill adds a second one before it is promoted.",
    },
    {
      where: 'appautoscaling: readers of a cluster (rds)',
      allows: ['one reader at least'],
      why: 'It counts the readers alone: the writer is the other instance.',
      instead: 'The cluster itself must have two instances, which the same rule holds.',
    },
    {
      where: 'sagemaker: endpoints',
      allows: ['one instance in a region'],
      why: "They are the third way to an answer, after the edge and the region's own inference: one in each of three regions is what the ML line of the budget carries.",
      instead:
        'The endpoints of the other regions answer while one is replaced; autoscaling adds instances under load.',
    },
  ],
  pass: [
    resource('rds.aws/Instance', { multiAz: true }),
    resource('rds.aws/Cluster', {}, { referrers: [instance, instance] }),
    resource('rds.aws/Cluster', { globalClusterIdentifier: 'meridian' }, { referrers: [instance] }),
    resource('appautoscaling.aws/Target', { minCapacity: 1, serviceNamespace: 'rds' }),
    resource('elasticache.aws/ReplicationGroup', { multiAzEnabled: true, automaticFailoverEnabled: true }),
    resource('efs.aws/FileSystem', {}, { referrers: [target, target, target] }),
    resource('lb.aws/LoadBalancer', { subnets }),
    resource('ecs.aws/Service', { networkConfiguration: { subnets } }),
    resource('appautoscaling.aws/Target', { minCapacity: 2, serviceNamespace: 'ecs' }),
    resource('appautoscaling.aws/Target', { minCapacity: 1, serviceNamespace: 'sagemaker' }),
  ],
  fail: [
    resource('lb.aws/LoadBalancer', { subnets: subnets.slice(1) }),
    resource('ecs.aws/Service', { networkConfiguration: { subnets: [] } }),
    resource('rds.aws/Instance'),
    resource('rds.aws/Cluster', {}, { referrers: [instance] }),
    resource('elasticache.aws/ReplicationGroup', { multiAzEnabled: true }),
    resource('efs.aws/FileSystem', {}, { referrers: [target] }),
    resource('appautoscaling.aws/Target', { minCapacity: 1, serviceNamespace: 'ecs' }),
  ],
  mutations: [
    { on: 'rds.aws/SubnetGroup', change: [{ path: '/spec/subnetIds', value: [`\${a.id}`] }] },
    { on: 'rds.aws/Instance', change: [{ path: '/spec/multiAz', value: false }] },
    { on: 'rds.aws/ClusterInstance', change: 'delete' },
    { on: 'elasticache.aws/ReplicationGroup', change: [{ path: '/spec/multiAzEnabled', value: false }] },
    { on: 'efs.aws/MountTarget', change: 'delete' },
    { on: 'appautoscaling.aws/Target', change: [{ path: '/spec/minCapacity', value: 1 }] },
  ],
})
