import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import { declareRole, trustService } from '../_lib/iam.ts'
import type { Files } from './files.ts'
import { declareLogGroup } from './logs.ts'
import { allowedBy, type Reachable, type Reachables, reachedBy } from './reach.ts'
import { imageOf } from './release.ts'
import { arnIn, type Setting } from './setting.ts'
import { serviceOf } from './targets.ts'

export interface TaskArgs {
  readonly upstream: string
  readonly reachables: Reachables
  /** @default there is no file system */
  readonly mount?: Files['mount']
  /** Where it answers by TLS. */
  readonly port: number
}

/** Nobody: the user that the platform's images run as. */
const user = '65532'

/** A task: one container by digest, as nobody, with a root that it cannot write to and nothing but what it reaches. */
export function declareTask(setting: Setting, args: TaskArgs): aws.ecs.TaskDefinition {
  const { region, fleet, opts } = setting
  const { upstream, mount, port } = args
  const { cpuUnits, memoryMiB } = fleet.cloud.aws.compute.task
  const { healthPath } = fleet.cloud.aws.entrance
  const reached = reachedBy(setting, upstream, args.reachables)
  const logs = declareLogGroup(setting, `${upstream}-logs`, `/meridian/${region}/services/${upstream}`)
  const withFiles = mount && serviceOf(setting, upstream).reach.includes('files')
  const environment = {
    REGION: region,
    PORT: String(port),
    HEALTH_PATH: healthPath,
    ...Object.assign({}, ...reached.map((one) => one.environment)),
  } as Record<string, pulumi.Input<string>>
  return new aws.ecs.TaskDefinition(
    `${upstream}-definition`,
    {
      family: `meridian-${upstream}`,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'X86_64' },
      cpu: String(cpuUnits),
      memory: String(memoryMiB),
      taskRoleArn: taskRole(setting, upstream, reached).arn,
      executionRoleArn: executionRole(setting, upstream, logs).arn,
      volumes: [
        { name: 'tmp' },
        ...(withFiles
          ? [
              {
                name: 'files',
                efsVolumeConfiguration: {
                  fileSystemId: mount.fileSystemId,
                  transitEncryption: 'ENABLED',
                  authorizationConfig: { accessPointId: mount.accessPointId, iam: 'ENABLED' },
                },
              },
            ]
          : []),
      ],
      containerDefinitions: pulumi.jsonStringify([
        {
          name: upstream,
          image: imageOf(upstream, registryOf(setting)),
          essential: true,
          user,
          readonlyRootFilesystem: true,
          privileged: false,
          linuxParameters: { initProcessEnabled: true, capabilities: { drop: ['ALL'] } },
          portMappings: [{ containerPort: port, protocol: 'tcp' }],
          mountPoints: [
            { sourceVolume: 'tmp', containerPath: '/tmp', readOnly: false },
            ...(withFiles ? [{ sourceVolume: 'files', containerPath: '/files', readOnly: false }] : []),
          ],
          environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
          stopTimeout: 60,
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': logs.name,
              'awslogs-region': region,
              'awslogs-stream-prefix': upstream,
              // A log that cannot be written holds nobody up.
              mode: 'non-blocking',
              'max-buffer-size': '25m',
            },
          },
        },
      ]),
    },
    opts,
  )
}

/** The region's own replica of the registry: a pull needs no other region. */
function registryOf({ region, fleet }: Setting): string {
  const { registry, homeRegion } = fleet.platform
  return registry.replace(homeRegion, region)
}

/** What the program itself may do. */
function taskRole(setting: Setting, upstream: string, reached: readonly Reachable[]): aws.iam.Role {
  const { region, fleet, opts } = setting
  return declareRole(
    `${upstream}-task`,
    {
      name: `meridian-${upstream}-${region}`,
      description: `What ${upstream} may do in ${region}.`,
      trust: trustService('ecs-tasks.amazonaws.com', fleet.cloud.aws.account),
      may: [
        ...allowedBy(reached, upstream),
        {
          Action: ['xray:PutTraceSegments', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
          Resource: '*',
        },
      ],
    },
    opts,
  )
}

/** What ECS may do to start it: pull its one image and write its one log. */
function executionRole(setting: Setting, upstream: string, logs: aws.cloudwatch.LogGroup): aws.iam.Role {
  const { region, fleet, opts } = setting
  return declareRole(
    `${upstream}-start`,
    {
      name: `meridian-${upstream}-start-${region}`,
      description: `What ECS may do to start ${upstream} in ${region}.`,
      trust: trustService('ecs-tasks.amazonaws.com', fleet.cloud.aws.account),
      may: [
        // It names no resource. Source: Service Authorization Reference, Amazon ECR.
        { Action: 'ecr:GetAuthorizationToken', Resource: '*' },
        {
          Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
          Resource: arnIn(setting, 'ecr', `repository/${upstream}`),
        },
        {
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: pulumi.interpolate`${logs.arn}:*`,
        },
      ],
    },
    opts,
  )
}
