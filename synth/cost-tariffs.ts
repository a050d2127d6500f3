import type { Data } from '../policies/views.ts'
import { dataAt, isData, listAt, numberAt, textAt } from './views/data.ts'

/** A rendered resource, as far as its price goes. */
export interface Billable {
  readonly stack: string
  /** Service and kind, as `route53.aws HealthCheck`. */
  readonly kind: string
  readonly name: string
  /** Empty where the kind has no fixed charge and nothing with one asks for it. */
  readonly spec: Data
}

/** So many units of a price, a month. */
export interface Charge {
  /** Its id in `clusters/prices.yaml`. */
  readonly price: string
  readonly quantity: number
}

/** What a charge depends on beside the resource itself. */
export interface Surroundings {
  /** The resources of a kind in the same stack. */
  near(kind: string): readonly Billable[]
  /** Hosts of ours that AWS answers for. */
  readonly entrances: ReadonlySet<string>
}

/** The fixed charges of a resource. */
type Tariff = (resource: Billable, surroundings: Surroundings) => readonly Charge[]

const hours = 730

/** What is paid for a resource whether anybody uses it or not, by kind. */
export const tariffs: Readonly<Record<string, Tariff>> = {
  'cloudwatch.aws CompositeAlarm': () => [{ price: 'cloudwatch-composite-alarm', quantity: 1 }],
  'cloudwatch.aws Dashboard': () => [{ price: 'cloudwatch-dashboard', quantity: 1 }],
  'cloudwatch.aws MetricAlarm': alarm,
  'ec2.aws Eip': () => [{ price: 'public-ipv4', quantity: hours }],
  'ec2.aws NatGateway': () => [{ price: 'nat-gateway', quantity: hours }],
  // By route: free. By addresses: one in each subnet.
  'ec2.aws VpcEndpoint': ({ spec }) =>
    textAt(spec, 'vpcEndpointType') === 'Interface'
      ? [{ price: 'interface-endpoint', quantity: listAt(spec, 'subnetIds').length * hours }]
      : [],
  'ecs.aws Service': tasks,
  'eks.aws Cluster': () => [{ price: 'eks-cluster', quantity: hours }],
  'eks.aws NodeGroup': machines,
  'elasticache.aws ReplicationGroup': ({ spec }) => [
    {
      price: `elasticache-${textAt(spec, 'engine')}-${dashed(textAt(spec, 'nodeType'))}`,
      quantity: (numberAt(spec, 'numCacheClusters') ?? 1) * hours,
    },
  ],
  'kms.aws ExternalKey': () => [{ price: 'kms-key', quantity: 1 }],
  'kms.aws Key': () => [{ price: 'kms-key', quantity: 1 }],
  'kms.aws ReplicaKey': () => [{ price: 'kms-key', quantity: 1 }],
  'lb.aws LoadBalancer': ({ spec }) => [
    {
      price:
        textAt(spec, 'loadBalancerType') === 'network'
          ? 'network-load-balancer'
          : 'application-load-balancer',
      quantity: hours,
    },
  ],
  'rds.aws ClusterInstance': ({ spec }) => [
    { price: `aurora-${dashed(textAt(spec, 'instanceClass'))}`, quantity: hours },
  ],
  'rds.aws Instance': database,
  'route53.aws HealthCheck': healthCheck,
  'route53.aws Zone': () => [{ price: 'route53-zone', quantity: 1 }],
  'sagemaker.aws Endpoint': endpoint,
  // A replica is billed as a secret of its own.
  'secretsmanager.aws Secret': ({ spec }) => [
    { price: 'secret', quantity: 1 + listAt(spec, 'replicas').length },
  ],
  // One subscription, however many resources it protects.
  'shield.aws Protection': (_, { near }) => [
    { price: 'shield-advanced', quantity: 1 / near('shield.aws Protection').length },
  ],
  'wafv2.aws RuleGroup': ({ spec }) => [{ price: 'waf-rule', quantity: 1 + listAt(spec, 'rules').length }],
  'wafv2.aws WebAcl': ({ spec }) => [
    { price: 'waf-web-acl', quantity: 1 },
    { price: 'waf-rule', quantity: listAt(spec, 'rules').length },
  ],
}

/** Kinds whose inputs a tariff reads. */
export const readKinds: ReadonlySet<string> = new Set([
  ...Object.keys(tariffs),
  'appautoscaling.aws Target',
  'ec2.aws LaunchTemplate',
  'ecs.aws TaskDefinition',
  'sagemaker.aws EndpointConfiguration',
])

/** Each metric that an alarm watches is billed; below a minute it is one of high resolution. */
function alarm({ spec }: Billable): readonly Charge[] {
  const queries = listAt(spec, 'metricQueries').filter((query) => isData(query) && isData(query.metric))
  const periods = [
    numberAt(spec, 'period'),
    ...queries.map((query) => numberAt(query, 'metric', 'period')),
  ].filter((seconds) => seconds !== undefined)
  const price = Math.min(60, ...periods) < 60 ? 'cloudwatch-alarm-high-resolution' : 'cloudwatch-alarm'
  return [{ price, quantity: Math.max(1, queries.length) }]
}

/** An endpoint outside AWS is billed higher; a check that looks at other checks or at an alarm has none. */
function healthCheck({ spec }: Billable, { entrances }: Surroundings): readonly Charge[] {
  const type = textAt(spec, 'type')
  const host = textAt(spec, 'fqdn')
  const inside =
    /^(CALCULATED|CLOUDWATCH_METRIC|RECOVERY_CONTROL)$/.test(type) ||
    entrances.has(host) ||
    /^\$\{[\w-]+\.(domainName|dnsName)\}$/.test(host)
  const options = [
    type.startsWith('HTTPS'),
    type.endsWith('STR_MATCH'),
    numberAt(spec, 'requestInterval') === 10,
    spec.measureLatency === true,
  ].filter(Boolean).length
  return [
    { price: inside ? 'route53-health-check' : 'route53-health-check-abroad', quantity: 1 },
    ...(options > 0
      ? [{ price: inside ? 'route53-health-option' : 'route53-health-option-abroad', quantity: options }]
      : []),
  ]
}

/** The tasks that always run: the autoscaler's minimum, on capacity that is not taken back. */
function tasks({ name, spec }: Billable, { near }: Surroundings): readonly Charge[] {
  const definition = referred(textAt(spec, 'taskDefinition'), near('ecs.aws TaskDefinition'))
  const ours = [`/${textAt(spec, 'name')}`, `/\${${name}.name}`]
  const scaled = near('appautoscaling.aws Target').find(
    (one) =>
      textAt(one.spec, 'serviceNamespace') === 'ecs' &&
      ours.some((end) => textAt(one.spec, 'resourceId').endsWith(end)),
  )
  const count = numberAt(scaled?.spec, 'minCapacity') ?? numberAt(spec, 'desiredCount') ?? 1
  return [
    { price: 'fargate-vcpu', quantity: (count * hours * Number(textAt(definition?.spec, 'cpu'))) / 1024 },
    {
      price: 'fargate-memory',
      quantity: (count * hours * Number(textAt(definition?.spec, 'memory'))) / 1024,
    },
  ]
}

function machines({ spec }: Billable, { near }: Surroundings): readonly Charge[] {
  const count = numberAt(spec, 'scalingConfig', 'minSize') ?? 1
  const [type] = listAt(spec, 'instanceTypes')
  const template = referred(textAt(spec, 'launchTemplate', 'id'), near('ec2.aws LaunchTemplate'))
  const disks = listAt(template?.spec, 'blockDeviceMappings').map((one) => dataAt(one, 'ebs'))
  return [
    { price: `ec2-${dashed(String(type))}`, quantity: count * hours },
    ...disks.map((disk) => ({
      price: `ebs-${textAt(disk, 'volumeType')}`,
      quantity: count * (numberAt(disk, 'volumeSize') ?? 0),
    })),
  ]
}

/** A standby in another zone is a second instance with a second disk; a replica's disk is as large as its source's. */
function database({ spec }: Billable, { near }: Surroundings): readonly Charge[] {
  const from = textAt(spec, 'replicateSourceDb')
  const all = near('rds.aws Instance')
  const source = referred(from, all) ?? all.find((one) => from !== '' && one.spec.identifier === from)
  const copies = spec.multiAz === true ? 2 : 1
  const engine = textAt(spec, 'engine') || textAt(source?.spec, 'engine')
  const diskGib = numberAt(spec, 'allocatedStorage') ?? numberAt(source?.spec, 'allocatedStorage') ?? 0
  return [
    { price: `rds-${engine}-${dashed(textAt(spec, 'instanceClass'))}`, quantity: copies * hours },
    { price: `rds-${textAt(spec, 'storageType')}`, quantity: copies * diskGib },
  ]
}

function endpoint({ spec }: Billable, { near }: Surroundings): readonly Charge[] {
  const configuration = referred(
    textAt(spec, 'endpointConfigName'),
    near('sagemaker.aws EndpointConfiguration'),
  )
  return listAt(configuration?.spec, 'productionVariants').map((variant) => ({
    price: `sagemaker-${dashed(textAt(variant, 'instanceType'))}`,
    quantity: (numberAt(variant, 'initialInstanceCount') ?? 1) * hours,
  }))
}

/** What `${name.output}` refers to. */
function referred(text: string, among: readonly Billable[]): Billable | undefined {
  const [, name] = /^\$\{([\w-]+)\./.exec(text) ?? []
  return among.find((one) => one.name === name)
}

function dashed(type: string): string {
  return type.replaceAll('.', '-')
}
