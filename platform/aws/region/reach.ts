import * as pulumi from '@pulumi/pulumi'
import type { Reach } from '../../../clusters/schema.ts'
import type { Statement } from '../_lib/iam.ts'
import { arnIn, keyOf, type Setting } from './setting.ts'
import { serviceOf } from './targets.ts'
import { allow, type Group } from './walls.ts'

/** Something that services of the region reach: what they may do, by what port, and what they must know of it. */
export interface Reachable {
  readonly may: (upstream: string) => readonly Statement[]
  /** @default it is an API of AWS, by its endpoint */
  readonly group?: Group
  /** As environment variables; no secret is among them, IAM signs every caller in. */
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>
}

/** What a region has of all that can be reached; what it lacks is not given to its services. */
export type Reachables = Partial<Readonly<Record<Reach, Reachable>>>

/** What every region has: the tables of all regions, and the models of last resort. */
export function everywhere(setting: Setting): Reachables & { readonly objects: Reachable } {
  const decrypt: Statement = {
    Action: 'kms:Decrypt',
    Resource: keyOf(setting, 'data'),
    Condition: { StringEquals: { 'kms:ViaService': `dynamodb.${setting.region}.amazonaws.com` } },
  }
  const endpoints = arnIn(setting, 'sagemaker', 'endpoint/meridian-*')
  return {
    sessions: table(setting, 'sessions', 'write', decrypt),
    flags: table(setting, 'flags', 'read', decrypt),
    objects: table(setting, 'objects', 'write', decrypt),
    models: { may: () => [{ Action: 'sagemaker:InvokeEndpoint', Resource: endpoints }], environment: {} },
  }
}

/** A global table of aws-core, in its replica here. */
function table(setting: Setting, name: string, use: 'read' | 'write', decrypt: Statement): Reachable {
  const tableName = setting.core(`${name}Table`)
  const read = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query']
  const write = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem']
  return {
    may: () => [
      {
        Action: use === 'read' ? read : [...read, ...write],
        Resource: pulumi.interpolate`${arnIn(setting, 'dynamodb', 'table/')}${tableName}`,
      },
      decrypt,
    ],
    environment: { [`${name.toUpperCase()}_TABLE`]: tableName },
  }
}

/** Opens the ways from what runs to all that the region has. */
export function openWays(setting: Setting, from: Group, reachables: Reachables): void {
  const groups = new Set(Object.values(reachables).flatMap(({ group }) => group ?? []))
  for (const group of groups) allow(setting, from, group)
}

/** What an upstream may reach, as far as the region has it. */
export function reachedBy(
  setting: Pick<Setting, 'fleet'>,
  upstream: string,
  reachables: Reachables,
): readonly Reachable[] {
  return serviceOf(setting, upstream).reach.flatMap((what) => reachables[what] ?? [])
}

/** What an upstream's program may do, each statement once. */
export function allowedBy(reached: readonly Reachable[], upstream: string): readonly Statement[] {
  return [...new Set(reached.flatMap(({ may }) => may(upstream)))]
}
