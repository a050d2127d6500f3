import { CreateTableCommand, type ScalarAttributeType } from '@aws-sdk/client-dynamodb'
import {
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  CreateGlobalClusterCommand,
} from '@aws-sdk/client-rds'
import type { Clients } from '../clients.ts'
import type { Resource, Spec } from '../graph.ts'
import { text } from '../lookup.ts'
import type { Seeding } from './seeding.ts'

/** Not a secret: moto wants one, and keeps nothing behind it. */
const login = { MasterUsername: 'seeded', MasterUserPassword: 'seeded-password' }

/** A table in its home, and one of the same name in each region of a replica. */
export async function makeTable({ clients }: Seeding, { region, spec }: Resource): Promise<void> {
  const replicas: readonly { regionName: string }[] = Array.isArray(spec.replicas) ? spec.replicas : []
  for (const place of [region, ...replicas.map(({ regionName }) => regionName)]) {
    await makeTableIn(clients, place, spec).catch((error: unknown) => {
      // A DynamoDB Local that all regions share has it by now.
      if (!(error instanceof Error) || error.name !== 'ResourceInUseException') throw error
    })
  }
}

/** One table, in one region. */
export async function makeTableIn(clients: Clients, region: string, spec: Spec): Promise<void> {
  const keys = [spec.hashKey, spec.rangeKey].filter((key) => key !== undefined).map(text)
  const attributes: readonly { name: string; type: string }[] = Array.isArray(spec.attributes)
    ? spec.attributes
    : []
  await clients.dynamoDb(region).send(
    new CreateTableCommand({
      TableName: text(spec.name),
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys.map((AttributeName, index) => ({
        AttributeName,
        KeyType: index === 0 ? 'HASH' : 'RANGE',
      })),
      AttributeDefinitions: keys.map((AttributeName) => ({
        AttributeName,
        // The provider takes the API's own letters.
        AttributeType: (attributes.find(({ name }) => name === AttributeName)?.type ??
          'S') as ScalarAttributeType,
      })),
    }),
  )
}

export async function makeGlobalCluster({ clients }: Seeding, { region, spec }: Resource): Promise<void> {
  await clients.rds(region).send(
    new CreateGlobalClusterCommand({
      GlobalClusterIdentifier: text(spec.globalClusterIdentifier),
      Engine: text(spec.engine),
      StorageEncrypted: true,
    }),
  )
}

export async function makeCluster({ clients, resolve }: Seeding, resource: Resource): Promise<void> {
  const { stack, region, spec } = resource
  const global = spec.globalClusterIdentifier
  await clients.rds(region).send(
    new CreateDBClusterCommand({
      DBClusterIdentifier: text(spec.clusterIdentifier),
      Engine: text(spec.engine),
      GlobalClusterIdentifier: global === undefined ? undefined : await resolve(stack, text(global)),
      StorageEncrypted: spec.storageEncrypted === true,
      ...login,
    }),
  )
}

export async function makeInstance({ clients, resolve }: Seeding, resource: Resource): Promise<void> {
  const { stack, region, spec } = resource
  const rds = clients.rds(region)
  const DBInstanceIdentifier = text(spec.identifier)
  if (spec.replicateSourceDb !== undefined) {
    const source = await resolve(stack, text(spec.replicateSourceDb))
    await rds.send(
      new CreateDBInstanceReadReplicaCommand({
        DBInstanceIdentifier,
        SourceDBInstanceIdentifier: source,
        DBInstanceClass: text(spec.instanceClass),
      }),
    )
    return
  }
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier,
      DBInstanceClass: text(spec.instanceClass),
      Engine: text(spec.engine),
      AllocatedStorage: Number(spec.allocatedStorage ?? 20),
      MultiAZ: spec.multiAz === true,
      StorageEncrypted: spec.storageEncrypted === true,
      ...login,
    }),
  )
}
