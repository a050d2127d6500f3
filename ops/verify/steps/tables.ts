import { DescribeTableCommand, type TableDescription } from '@aws-sdk/client-dynamodb'
import { z } from 'zod'
import type { Clients } from '../../cloud/clients.ts'
import { ofType, type Resource } from '../../cloud/graph.ts'
import { isMissing } from '../../cloud/lookup.ts'
import { absent, type Check, compare, type Step, type Walk } from '../walk.ts'

const TableSpec = z.object({
  name: z.string().optional(),
  hashKey: z.string().optional(),
  rangeKey: z.string().optional(),
  replicas: z.array(z.object({ regionName: z.string() })).default([]),
})

export const tables: Step = {
  name: 'tables',
  run: async (walk) =>
    (await Promise.all(ofType(walk.graph, 'dynamodb.aws Table').map((one) => checkTable(walk, one)))).flat(),
}

/** A table where it is rendered, and in each region that it is replicated to. */
async function checkTable({ live, clients }: Walk, resource: Resource): Promise<readonly Check[]> {
  const spec = TableSpec.parse(resource.spec)
  const subject = `table ${spec.name ?? resource.name}`
  const name = (await live.outputs(resource))?.name
  if (name === undefined) return [absent(resource, subject)]
  const home = await tableIn(clients, resource.region, name)
  const keys = [spec.hashKey, spec.rangeKey].filter((key) => key !== undefined).join(', ')
  const replicas = await Promise.all(
    spec.replicas.map(async ({ regionName }) => {
      const there = await tableIn(clients, regionName, name)
      // The home region tells of a replica's troubles where it knows it as one.
      const told = home?.Replicas?.find(({ RegionName }) => RegionName === regionName)?.ReplicaStatus
      return compare(`${subject}: replica in ${regionName}`, 'ACTIVE', told ?? there?.TableStatus)
    }),
  )
  return [
    compare(subject, `ACTIVE, key ${keys}`, home && `${home.TableStatus}, key ${keysOf(home)}`),
    ...replicas,
  ]
}

/** A table as a region knows it; undefined where it does not. */
export async function tableIn(
  clients: Clients,
  region: string,
  name: string,
): Promise<TableDescription | undefined> {
  try {
    return (await clients.dynamoDb(region).send(new DescribeTableCommand({ TableName: name }))).Table
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function keysOf({ KeySchema = [] }: TableDescription): string {
  return KeySchema.toSorted((a) => (a.KeyType === 'HASH' ? -1 : 1))
    .map(({ AttributeName }) => AttributeName)
    .join(', ')
}
