import {
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeGlobalClustersCommand,
} from '@aws-sdk/client-rds'
import { ofType, type Resource } from '../../cloud/graph.ts'
import { text } from '../../cloud/lookup.ts'
import { absent, type Check, compare, type Step, unresolved, type Walk } from '../walk.ts'

export const databases: Step = {
  name: 'databases',
  run: async (walk) =>
    (
      await Promise.all([
        ...ofType(walk.graph, 'rds.aws Instance').map((one) => checkInstance(walk, one)),
        ...ofType(walk.graph, 'rds.aws Cluster').map((one) => checkCluster(walk, one)),
        ...ofType(walk.graph, 'rds.aws GlobalCluster').map((one) => checkGlobal(walk, one)),
      ])
    ).flat(),
}

async function checkInstance({ live, clients }: Walk, resource: Resource): Promise<readonly Check[]> {
  const { spec, region, stack } = resource
  const subject = `database ${spec.identifier ?? resource.name} of ${region}`
  const id = (await live.outputs(resource))?.id
  if (id === undefined) return [absent(resource, subject)]
  const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: id })
  const [found] = (await clients.rds(region).send(command)).DBInstances ?? []
  const parts = [found?.DBInstanceStatus ?? '', sealed(found?.StorageEncrypted)]
  const wanted = ['available', 'encrypted']
  if (spec.multiAz === true) {
    wanted.push('several zones')
    parts.push(found?.MultiAZ ? 'several zones' : 'one zone')
  }
  const checks = [compare(subject, wanted.join(', '), parts.join(', '))]
  const source = text(spec.replicateSourceDb)
  if (source === '') return checks
  const primary = await live.resolve(stack, source)
  if (primary === undefined) return [...checks, await unresolved(live, stack, `${subject}: replica`, source)]
  // In the same region the source is named, in another it is an ARN.
  const follows = found?.ReadReplicaSourceDBInstanceIdentifier ?? 'nothing'
  return [...checks, compare(`${subject}: replica of`, lastPart(primary), lastPart(follows))]
}

async function checkCluster({ live, clients }: Walk, resource: Resource): Promise<readonly Check[]> {
  const subject = `cluster ${resource.spec.clusterIdentifier ?? resource.name} of ${resource.region}`
  const id = (await live.outputs(resource))?.id
  if (id === undefined) return [absent(resource, subject)]
  const command = new DescribeDBClustersCommand({ DBClusterIdentifier: id })
  const [found] = (await clients.rds(resource.region).send(command)).DBClusters ?? []
  return [compare(subject, 'available, encrypted', `${found?.Status}, ${sealed(found?.StorageEncrypted)}`)]
}

/** Every cluster that is rendered as a member of a global database is one, and follows. */
async function checkGlobal({ graph, live, clients }: Walk, resource: Resource): Promise<readonly Check[]> {
  const subject = `global database ${resource.spec.globalClusterIdentifier ?? resource.name}`
  const id = (await live.outputs(resource))?.id
  if (id === undefined) return [absent(resource, subject)]
  const command = new DescribeGlobalClustersCommand({ GlobalClusterIdentifier: id })
  const [found] = (await clients.rds(resource.region).send(command)).GlobalClusters ?? []
  const members = found?.GlobalClusterMembers ?? []
  const checks = await Promise.all(
    ofType(graph, 'rds.aws Cluster').map(async (cluster): Promise<readonly Check[]> => {
      const global = await live.resolve(cluster.stack, text(cluster.spec.globalClusterIdentifier))
      const arn = (await live.outputs(cluster))?.arn
      if (global !== id) return []
      const member = arn === undefined ? undefined : members.find((one) => one.DBClusterArn === arn)
      // The writer follows nobody.
      const state = member?.IsWriter
        ? 'connected'
        : (member?.SynchronizationStatus ?? (member ? 'connected' : undefined))
      return [compare(`${subject}: member in ${cluster.region}`, 'connected', state)]
    }),
  )
  return checks.flat()
}

function sealed(encrypted: boolean | undefined): string {
  return encrypted ? 'encrypted' : 'not encrypted'
}

function lastPart(name: string): string {
  return name.split(':').at(-1) ?? name
}
