import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import { declareRole, trustService } from '../_lib/iam.ts'
import type { Network } from './network.ts'
import type { Reachable } from './reach.ts'
import { arnIn, type Setting } from './setting.ts'
import { declareGroup, type Group } from './walls.ts'

/** PostgreSQL's port. */
const port = 5432

/** What PostgreSQL is told, in RDS and in Aurora: TLS 1.3 or nothing, and what is worth a line in the log. */
export const postgresParameters = [
  { name: 'rds.force_ssl', value: '1' },
  { name: 'ssl_min_protocol_version', value: 'TLSv1.3' },
  { name: 'log_connections', value: '1' },
  { name: 'log_disconnections', value: '1' },
  { name: 'log_statement', value: 'ddl' },
  { name: 'log_min_duration_statement', value: '1000' },
] as const

/** What databases of the region share: where they lie and who looks at their machines. */
export interface Ground {
  readonly group: Group
  readonly subnetGroupName: pulumi.Output<string>
  readonly monitoringRoleArn: pulumi.Output<string>
}

export function declareGround(setting: Setting, { vpc, subnets }: Pick<Network, 'vpc' | 'subnets'>): Ground {
  const { region, fleet, opts } = setting
  const subnetGroup = new aws.rds.SubnetGroup(
    'databases',
    {
      name: `meridian-${region}`,
      description: 'Without a way in or out of the network',
      subnetIds: subnets.data.map(({ subnet }) => subnet.id),
    },
    opts,
  )
  const role = declareRole(
    'database-monitor',
    {
      name: `meridian-database-monitor-${region}`,
      description: 'Writes what the machines under the databases measure.',
      trust: trustService('monitoring.rds.amazonaws.com', fleet.cloud.aws.account),
      may: [
        {
          Action: ['logs:CreateLogGroup', 'logs:PutRetentionPolicy'],
          Resource: arnIn(setting, 'logs', 'log-group:RDS*'),
        },
        {
          Action: [
            'logs:CreateLogStream',
            'logs:PutLogEvents',
            'logs:DescribeLogStreams',
            'logs:GetLogEvents',
          ],
          Resource: arnIn(setting, 'logs', 'log-group:RDS*:log-stream:*'),
        },
      ],
    },
    opts,
  )
  return {
    group: declareGroup(setting, 'databases', 'The databases', vpc.id, port),
    subnetGroupName: subnetGroup.name,
    monitoringRoleArn: role.arn,
  }
}

/** A database as services reach it: each as the user of its own name, signed in by IAM for 15 minutes. */
export function reachDatabase(
  setting: Setting,
  { group }: Ground,
  prefix: 'DATABASE' | 'ACCOUNTS',
  database: { readonly host?: pulumi.Input<string>; readonly readHost: pulumi.Input<string> },
  ids: readonly pulumi.Output<string>[],
): Reachable {
  return {
    group,
    may: (upstream) => [
      {
        Action: 'rds-db:connect',
        Resource: ids.map(
          (id) => pulumi.interpolate`${arnIn(setting, 'rds-db', 'dbuser:')}${id}/${upstream}`,
        ),
      },
    ],
    environment: {
      ...(database.host ? { [`${prefix}_HOST`]: database.host } : {}),
      [`${prefix}_READ_HOST`]: database.readHost,
    },
  }
}
