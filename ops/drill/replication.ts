import { setTimeout as sleep } from 'node:timers/promises'
import { DeleteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { DescribeGlobalClustersCommand } from '@aws-sdk/client-rds'
import { z } from 'zod'
import type { Clients } from '../cloud/clients.ts'
import { type CloudGraph, ofType, type Resource } from '../cloud/graph.ts'
import type { Live } from '../cloud/live.ts'
import { isMissing, text } from '../cloud/lookup.ts'

/** What the drill learns of one store's copies. */
export interface Replication {
  /** `table meridian-objects` */
  readonly store: string
  readonly ok: boolean
  readonly found: string
  /** From a write in the region to its last copy; undefined where nothing tells it. */
  readonly lagSeconds?: number
}

const TableSpec = z.object({
  name: z.string(),
  hashKey: z.string(),
  rangeKey: z.string().optional(),
  attributes: z.array(z.object({ name: z.string(), type: z.string() })).default([]),
  replicas: z.array(z.object({ regionName: z.string() })).default([]),
  ttl: z.object({ attributeName: z.string() }).optional(),
})
type TableSpec = z.infer<typeof TableSpec>

const pollMs = 100
const markerLifeSeconds = 3600

export interface ReplicationArgs {
  readonly graph: CloudGraph
  readonly live: Live
  readonly clients: Clients
  readonly region: string
  /** How long a copy may take: the recovery point objective. */
  readonly targetSeconds: number
  readonly signal: AbortSignal
}

/**
 * Writes a marker into each global table that lets items expire, in the region that is to fail, and waits for its
 * copies: what was written last is what a failure would lose. The markers are deleted again.
 */
export async function measureTables(args: ReplicationArgs): Promise<readonly Replication[]> {
  const measured: Replication[] = []
  for (const table of globalTables(args)) measured.push(await measureTable(args, table))
  return measured
}

/** The global tables that have a copy in the region, and take a marker. */
export function globalTables({ graph, region }: Pick<ReplicationArgs, 'graph' | 'region'>) {
  return ofType(graph, 'dynamodb.aws Table').flatMap((resource) => {
    const spec = TableSpec.safeParse(resource.spec).data
    if (!spec || spec.replicas.length === 0) return []
    const regions = [resource.region, ...spec.replicas.map(({ regionName }) => regionName)]
    const texts = spec.attributes.every(({ type }) => type === 'S')
    // Only an item that goes by itself can be left behind by a drill that is killed.
    return regions.includes(region) && texts && spec.ttl
      ? [{ spec, ttl: spec.ttl.attributeName, regions }]
      : []
  })
}

async function measureTable(
  { clients, region, targetSeconds, signal }: ReplicationArgs,
  { spec, ttl, regions }: { spec: TableSpec; ttl: string; regions: readonly string[] },
): Promise<Replication> {
  const store = `table ${spec.name}`
  const marker = `drill/${crypto.randomUUID()}`
  const Key = Object.fromEntries(keysOf(spec).map((key) => [key, { S: marker }]))
  const expires = { [ttl]: { N: String(Math.floor(Date.now() / 1000) + markerLifeSeconds) } }
  const started = performance.now()
  const passed = () => (performance.now() - started) / 1000
  try {
    await clients
      .dynamoDb(region)
      .send(new PutItemCommand({ TableName: spec.name, Item: { ...Key, ...expires } }))
    const waiting = new Set(regions.filter((one) => one !== region))
    while (waiting.size > 0 && passed() < targetSeconds) {
      for (const other of waiting) {
        const command = new GetItemCommand({ TableName: spec.name, Key, ConsistentRead: true })
        if ((await clients.dynamoDb(other).send(command)).Item) waiting.delete(other)
      }
      if (waiting.size > 0) await sleep(pollMs, undefined, { signal })
    }
    const lagSeconds = passed()
    if (waiting.size === 0)
      return { store, ok: true, found: `a write in ${region} is in every region`, lagSeconds }
    const late = [...waiting].toSorted().join(', ')
    return { store, ok: false, found: `after ${targetSeconds} s a write in ${region} is not in ${late}` }
  } catch (error) {
    if (isMissing(error)) return { store, ok: false, found: 'a region has no copy of it' }
    throw error
  } finally {
    // Deleted where it was written; the deletion replicates as the write did.
    const command = new DeleteItemCommand({ TableName: spec.name, Key })
    await clients
      .dynamoDb(region)
      .send(command)
      .catch(() => {})
  }
}

function keysOf({ hashKey, rangeKey }: TableSpec): readonly string[] {
  return rangeKey === undefined ? [hashKey] : [hashKey, rangeKey]
}

/** Whether the members of every global database follow; how far behind they are is CloudWatch's to tell. */
export async function globalDatabases({
  graph,
  live,
  clients,
  region,
}: ReplicationArgs): Promise<readonly Replication[]> {
  const all = ofType(graph, 'rds.aws GlobalCluster').map(
    async (resource): Promise<readonly Replication[]> => {
      const store = `global database ${resource.spec.globalClusterIdentifier ?? resource.name}`
      const id = (await live.outputs(resource))?.id
      if (id === undefined) return [{ store, ok: false, found: 'it is not there' }]
      const command = new DescribeGlobalClustersCommand({ GlobalClusterIdentifier: id })
      const [found] = (await clients.rds(resource.region).send(command)).GlobalClusters ?? []
      const members = found?.GlobalClusterMembers ?? []
      const behind = members.filter(
        ({ IsWriter, SynchronizationStatus: state }) =>
          !IsWriter && state !== undefined && state !== 'connected',
      )
      const writer = members.find(({ IsWriter }) => IsWriter)?.DBClusterArn?.split(':')[3]
      const others = members.filter(({ DBClusterArn }) => DBClusterArn?.split(':')[3] !== region)
      const moves =
        writer === region ? '; its writer is here: docs/runbooks/fail-over-a-region.md moves it' : ''
      const ok = others.length > 0 && behind.length === 0
      return [{ store, ok, found: `members elsewhere: ${others.length}, behind: ${behind.length}${moves}` }]
    },
  )
  return (await Promise.all(all)).flat()
}

/** Databases whose data only this region has: their recovery point is their last backup, not a replica. */
export function onlyHere({
  graph,
  region,
}: Pick<ReplicationArgs, 'graph' | 'region'>): readonly Replication[] {
  const instances = ofType(graph, 'rds.aws Instance')
  return instances
    .filter((one) => one.region === region && isPrimary(one))
    .flatMap((one) => {
      const copied = instances.some((other) => other.region !== region && refersTo(other, one))
      const store = `database ${one.spec.identifier ?? one.name}`
      return copied
        ? []
        : [{ store, ok: false, found: 'no replica in another region: only its backups are elsewhere' }]
    })
}

function isPrimary({ spec }: Resource): boolean {
  return spec.replicateSourceDb === undefined && spec.clusterIdentifier === undefined
}

function refersTo(replica: Resource, primary: Resource): boolean {
  return (
    text(replica.spec.replicateSourceDb).includes(primary.stack) ||
    text(replica.spec.replicateSourceDb).includes(`{${primary.name}.`)
  )
}
