import { join } from 'node:path'
import test from 'ava'
import { loadFleet } from '../../../clusters/fleet.ts'
import { RegionName } from '../../../clusters/schema.ts'
import { renderStack } from '../../render/render.ts'
import { stackNamed } from '../../stacks.ts'

const fleet = loadFleet(join(import.meta.dirname, '../../../clusters'))
const { resources, outputs } = await renderStack(stackNamed('aws-models'), fleet)
const ofKind = (kind: string) => resources.filter(({ type }) => type.endsWith(`:${kind}`))
const named = (kind: string, name: string) => {
  const found = ofKind(kind).find((one) => one.name === name)
  if (!found) throw new Error(`no ${kind} is called ${name}`)
  return found.inputs
}
const regions = RegionName.options
const { inference } = fleet.cloud.aws

test('each region has an endpoint, and other stacks learn its name', (t) => {
  t.deepEqual(
    outputs,
    Object.fromEntries(regions.map((region) => [`endpoint.${region}`, `meridian-inference-${region}`])),
  )
  for (const region of regions) {
    const endpoint = ofKind('Endpoint').find(({ name }) => name === `endpoint-${region}`)
    t.is(endpoint?.provider, region)
    t.is(endpoint?.parent, `inference-${region}`)
  }
})

test('the hours that the budget plans with are those of the fewest instances', (t) => {
  const line = fleet.budget.lines.find(({ id }) => id === 'ml-inference')
  t.is(line?.baseline.unit, 'endpoint instance-hours')
  const instances = ofKind('Target').map(({ inputs }) => Number(inputs.minCapacity))
  t.is(line?.baseline.volume, instances.reduce((sum, count) => sum + count, 0) * 730)
})

test('an endpoint runs one image and one archive, both named by what is in them', (t) => {
  for (const region of regions) {
    const { primaryContainer, enableNetworkIsolation } = named('Model', `model-${region}`)
    const { image, modelDataUrl } = primaryContainer as Record<string, string>
    const registry = `${fleet.cloud.aws.account}.dkr.ecr.${region}.amazonaws.com`
    t.regex(String(image), new RegExp(`^${registry}/inference-central@sha256:[0-9a-f]{64}$`))
    const bucket = `s3://\\$\\{aws-core\\.outputs\\.modelsBucket\\.${region}\\}`
    t.regex(String(modelDataUrl), new RegExp(`^${bucket}/archives/([0-9a-f]{64}|unbuilt)\\.tar\\.gz$`))
    t.true(enableNetworkIsolation)
  }
})

test('disks and logs are encrypted under keys of the region, and no request is kept', (t) => {
  for (const region of regions) {
    const { kmsKeyArn, dataCaptureConfig } = named('EndpointConfiguration', `configuration-${region}`)
    t.is(kmsKeyArn, `\${aws-core.outputs.modelsKey.${region}}`)
    t.is(dataCaptureConfig, undefined)
    t.like(named('LogGroup', `logs-${region}`), {
      kmsKeyId: `\${aws-core.outputs.logsKey.${region}}`,
      retentionInDays: fleet.platform.logs.retentionDays,
    })
  }
})

test('instances follow the invocations, between the bounds of the facts', (t) => {
  for (const region of regions) {
    t.like(named('Target', `instances-${region}`), {
      minCapacity: inference.min,
      maxCapacity: inference.max,
      resourceId: `endpoint/meridian-inference-${region}/variant/all`,
    })
    t.like(named('Policy', `instances-${region}-by-invocations`).targetTrackingScalingPolicyConfiguration, {
      predefinedMetricSpecification: { predefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
      targetValue: inference.invocationsPerMinute,
    })
    const variants = named('EndpointConfiguration', `configuration-${region}`).productionVariants
    t.like(variants, [
      { variantName: 'all', instanceType: inference.instance, initialInstanceCount: inference.min },
    ])
  }
})

test('a model that fails is taken back before it has all requests', (t) => {
  for (const region of regions) {
    t.like(named('Endpoint', `endpoint-${region}`).deploymentConfig, {
      blueGreenUpdatePolicy: { trafficRoutingConfiguration: { type: 'CANARY' } },
      autoRollbackConfiguration: { alarms: [{ alarmName: `meridian-inference-${region}-errors` }] },
    })
    t.like(named('MetricAlarm', `errors-${region}`).dimensions, {
      EndpointName: `meridian-inference-${region}`,
      VariantName: 'all',
    })
  }
})

test('a role may do nothing in another region, and names every resource that IAM can name', (t) => {
  for (const region of regions) {
    const { Statement } = named('RolePolicy', `execution-${region}-policy`).policy as {
      Statement: { Sid: string; Resource: unknown }[]
    }
    for (const { Sid, Resource } of Statement) {
      if (Sid === 'Registry') continue
      t.notRegex(JSON.stringify(Resource), /"\*"/, Sid)
      const others = regions.filter((other) => other !== region)
      for (const other of others) t.false(JSON.stringify(Resource).includes(other), `${Sid} names ${other}`)
    }
    t.is(Statement.filter(({ Resource }) => Resource === '*').length, 1)
  }
})
