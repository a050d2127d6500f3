import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { GetDistributionConfigCommand, UpdateDistributionCommand } from '@aws-sdk/client-cloudfront'
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb'
import {
  DeleteLoadBalancerCommand,
  DeregisterTargetsCommand,
  DescribeListenersCommand,
  ModifyListenerCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { ChangeResourceRecordSetsCommand, UpdateHealthCheckCommand } from '@aws-sdk/client-route-53'
import { DisassociateWebACLCommand } from '@aws-sdk/client-wafv2'
import test, { type ExecutionContext } from 'ava'
import { loadFleet } from '../../clusters/fleet.ts'
import type { Clients } from '../cloud/clients.ts'
import { type CloudGraph, ofType, type Resource, readGraph } from '../cloud/graph.ts'
import { type CloudLab, openCloudLab, whyNoCloudLab } from '../cloud/lab.ts'
import { openLive } from '../cloud/live.ts'
import { putImage } from '../cloud/seed/images.ts'
import { seed } from '../cloud/seed/seed.ts'
import { readState } from '../cloud/state.ts'
import { steps } from './steps.ts'
import { type Check, type Walk, walkAll } from './walk.ts'

const root = join(import.meta.dirname, '../..')
const rendered = join(root, 'ops/cloud/fixture')
const why = whyNoCloudLab()
if (why !== undefined) console.warn(`skipped: ${why}`)
const withMoto = why === undefined ? test.serial : test.serial.skip

let lab: CloudLab
let clients: Clients
let graph: CloudGraph

if (why === undefined) {
  test.before('moto', async () => {
    lab = await openCloudLab()
    clients = lab.open()
    graph = readGraph(join(rendered, 'cloud'))
  })
  test.beforeEach('as rendered', async () => {
    await lab.reset()
    await seed(graph, clients, lab.endpoint)
  })
  test.after.always('end', () => lab?.close())
}

/** The walk, and what of it failed: `subject: found`. */
async function walk(more: Partial<Walk> = {}) {
  const report = await walkAll(
    steps,
    {
      graph,
      clients,
      rendered,
      state: new Map(),
      live: openLive(graph, clients),
      fleet: loadFleet(join(root, 'clusters')),
      now: new Date(),
      certificateDays: 30,
      kubeconfigs: new Map(),
      ...more,
    },
    () => {},
  )
  const all = report.steps.flatMap(({ checks }) => checks)
  return {
    report,
    failed: all.filter(({ status }) => status === 'failed'),
    skipped: all.filter(({ status }) => status === 'skipped'),
  }
}

/** Exactly these subjects fail, and nothing else. */
function fails(t: ExecutionContext, failed: readonly Check[], expected: readonly string[]): void {
  t.deepEqual(
    failed.map(({ subject }) => subject),
    expected,
    failed.map(({ subject, found }) => `${subject}: ${found}`).join('\n'),
  )
}

/** An output of a rendered resource that is there. */
async function output(type: string, name: string, property: string, stack?: string): Promise<string> {
  const resource = ofType(graph, type).find((one) => one.name === name && (stack ?? one.stack) === one.stack)
  const found = resource && (await openLive(graph, clients).outputs(resource))?.[property]
  if (found === undefined) throw new Error(`no ${property} of ${name}`)
  return found
}

withMoto(
  'what is as rendered is found so, step by step; what the API cannot tell is skipped and says why',
  async (t) => {
    const { report, failed, skipped } = await walk()
    fails(t, failed, [])
    t.true(report.ok > 40)
    t.deepEqual(
      report.steps.map(({ name }) => name),
      steps.map(({ name }) => name),
    )
    t.true(skipped.every(({ reason = '' }) => reason !== ''))
    t.deepEqual(
      [...new Set(skipped.map(({ reason }) => reason))],
      [
        'no --state',
        'the API says nothing of mutual authentication',
        'no --kubeconfig',
        'AWS_ENDPOINT_URL is set',
      ],
    )
  },
)

withMoto('a region that is down: no load balancers, no targets, and whatever leads there', async (t) => {
  const region = 'us-east-1'
  const balancers = clients.loadBalancers(region)
  const stack = `aws-${region}`
  for (const name of ['front', 'balancer']) {
    const LoadBalancerArn = await output('lb.aws LoadBalancer', name, 'arn', stack)
    await balancers.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }))
  }
  const TargetGroupArn = await output('lb.aws TargetGroup', 'web', 'arn', stack)
  const Targets = ['10.0.0.10', '10.0.1.10'].map((Id) => ({ Id }))
  await balancers.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets }))
  const { failed } = await walk()
  fails(t, failed, [
    'record any.origin.meridian.example A us-east-1',
    'record us-east-1.origin.meridian.example A',
    'web ACL on entrance-filter of us-east-1',
    'load balancer meridian-us-east-1',
    'load balancer meridian-front-us-east-1',
    'listener https of us-east-1, port 443',
    'targets meridian-web of us-east-1',
  ])
  t.is(failed.at(0)?.found, 'front of aws-us-east-1 is not there')
  t.is(failed.at(-1)?.found, 'no targets')
})

withMoto('a stale record, one that leads elsewhere, and one that is missing', async (t) => {
  const HostedZoneId = await output('route53.aws Zone', 'public', 'id')
  const change = (
    Action: 'UPSERT' | 'DELETE',
    Name: string,
    Value: string,
    Type: 'A' | 'CNAME' = 'CNAME',
  ) => {
    const ResourceRecordSet = { Name, Type, TTL: 60, ResourceRecords: [{ Value }] }
    const ChangeBatch = { Changes: [{ Action, ResourceRecordSet }] }
    return clients.route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch }))
  }
  await change('UPSERT', 'old.meridian.example', '192.0.2.9', 'A')
  await change('UPSERT', 'www.meridian.example', 'taken-over.example')
  const { failed } = await walk()
  fails(t, failed, ['record www.meridian.example CNAME', 'record old.meridian.example A'])
  t.is(failed[0]?.found, '→ taken-over.example, 60 s')
  t.is(failed[1]?.reason, 'stale: no stack declares it')

  await change('DELETE', 'old.meridian.example', '192.0.2.9', 'A')
  await change('DELETE', 'www.meridian.example', 'taken-over.example')
  const { failed: missing } = await walk()
  fails(t, missing, ['record www.meridian.example CNAME'])
  t.is(missing[0]?.found, 'nothing')
})

withMoto('a certificate near its end', async (t) => {
  const dayMs = 86_400_000
  const { failed } = await walk({ now: new Date(Date.now() + 340 * dayMs) })
  fails(t, failed, [
    'certificate www.meridian.example of us-east-1',
    'certificate eu-west-1.origin.meridian.example of eu-west-1',
    'certificate us-east-1.origin.meridian.example of us-east-1',
  ])
  t.regex(failed[0]?.found ?? '', /^ISSUED, 2[45] days left, until \d{4}-\d\d-\d\d$/)
  const { failed: early } = await walk({ now: new Date(Date.now() + 330 * dayMs) })
  fails(t, early, [])
})

withMoto('a replica that is missing, of a table and of a database', async (t) => {
  await lab.reset()
  const isReplica = ({ stack, name }: Resource) => stack === 'aws-us-east-1' && name === 'accounts'
  const without = { ...graph, resources: graph.resources.filter((resource) => !isReplica(resource)) }
  await seed(without, clients, lab.endpoint)
  await clients.dynamoDb('us-east-1').send(new DeleteTableCommand({ TableName: 'meridian-objects' }))
  const { failed } = await walk()
  fails(t, failed, [
    'cluster meridian-accounts-us-east-1 of us-east-1',
    'global database meridian-accounts: member in us-east-1',
    'table meridian-objects: replica in us-east-1',
  ])
})

withMoto('a web ACL that is detached, at a balancer and at a distribution', async (t) => {
  const ResourceArn = await output('lb.aws LoadBalancer', 'balancer', 'arn', 'aws-eu-west-1')
  await clients.waf('eu-west-1').send(new DisassociateWebACLCommand({ ResourceArn }))
  const Id = await output('cloudfront.aws Distribution', 'www-distribution', 'id')
  const { DistributionConfig, ETag } = await clients.cloudFront.send(new GetDistributionConfigCommand({ Id }))
  if (!DistributionConfig) throw new Error('a distribution has a configuration')
  await clients.cloudFront.send(
    new UpdateDistributionCommand({
      Id,
      IfMatch: ETag,
      DistributionConfig: { ...DistributionConfig, WebACLId: '' },
    }),
  )
  const { failed } = await walk()
  fails(t, failed, ['distribution www.meridian.example: web ACL', 'web ACL on entrance-filter of eu-west-1'])
  t.true(failed.every(({ found, reason }) => found === 'none' && reason === 'requests are not filtered'))
})

withMoto('a tag that was pushed again', async (t) => {
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType,
    config: { digest: 'sha256:00' },
    layers: [],
  })
  await putImage({ clients }, 'eu-west-1', 'web', manifest)
  const { failed } = await walk()
  fails(t, failed, ['image web:1.0.0'])
  t.regex(failed[0]?.found ?? '', /^sha256:[0-9a-f]{64}$/)
  t.not(failed[0]?.found, failed[0]?.expected)
})

withMoto('a health check that a drill left down, and a listener with another TLS policy', async (t) => {
  const HealthCheckId = await output('route53.aws HealthCheck', 'us-east-1-health', 'id')
  await clients.route53.send(new UpdateHealthCheckCommand({ HealthCheckId, Inverted: true, Disabled: true }))
  const ListenerArn = await listenerOf('eu-west-1')
  await clients
    .loadBalancers('eu-west-1')
    .send(new ModifyListenerCommand({ ListenerArn, SslPolicy: 'ELBSecurityPolicy-2016-08' }))
  const { failed } = await walk()
  fails(t, failed, [
    'health check us-east-1-health',
    'health check us-east-1-health: state',
    'listener https of eu-west-1, port 443',
  ])
  t.is(failed[0]?.found, 'every 10 s, 3 in a row, inverted, disabled')
  t.is(failed[2]?.found, 'HTTPS ELBSecurityPolicy-2016-08')
})

async function listenerOf(region: string): Promise<string | undefined> {
  const LoadBalancerArn = await output('lb.aws LoadBalancer', 'balancer', 'arn', `aws-${region}`)
  const { Listeners } = await clients
    .loadBalancers(region)
    .send(new DescribeListenersCommand({ LoadBalancerArn }))
  return Listeners?.[0]?.ListenerArn
}

withMoto("Pulumi's state says which resource it is, whatever it is called", async (t) => {
  const arn = await output('lb.aws LoadBalancer', 'front', 'arn', 'aws-eu-west-1')
  const type = 'aws:lb/loadBalancer:LoadBalancer'
  const urn = `urn:pulumi:aws-eu-west-1::meridian::${type}::front`
  const file = join(mkdtempSync(join(tmpdir(), 'meridian-state-')), 'aws-eu-west-1.json')
  const outputs = { arn, dnsName: 'elsewhere.example', zoneId: 'Z' }
  writeFileSync(
    file,
    JSON.stringify({ version: 3, deployment: { resources: [{ urn, type, id: arn, outputs }] } }),
  )
  const { failed } = await walk({ live: openLive(graph, clients, readState([file])) })
  fails(t, failed, [
    'record any.origin.meridian.example A eu-west-1',
    'record eu-west-1.origin.meridian.example A',
  ])
  t.regex(failed[0]?.expected ?? '', /^→ elsewhere\.example, /)
})

withMoto('the command: 0 as rendered, 1 with a finding, 2 where nobody answers', async (t) => {
  const run = async (endpoint: string, ...args: string[]) => {
    const env = { ...process.env, AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'eu-west-1' }
    const command = ['bin/meridian.ts', 'verify', '--rendered', rendered, ...args]
    const { stdout, stderr, code } = await promisify(execFile)(
      join(root, 'node_modules/.bin/node'),
      command,
      { cwd: root, env },
    )
      .then((output) => ({ ...output, code: 0 }))
      .catch((error: { stdout: string; stderr: string; code: number }) => error)
    return { stdout, stderr, code }
  }
  const good = await run(lab.endpoint, '--json', '--step', 'zones,tables')
  t.is(good.code, 0, good.stderr)
  t.like(JSON.parse(good.stdout), { ok: 4, failed: 0 })
  await clients.dynamoDb('us-east-1').send(new DeleteTableCommand({ TableName: 'meridian-objects' }))
  const bad = await run(lab.endpoint, '--step', 'tables')
  t.is(bad.code, 1)
  t.regex(
    bad.stdout,
    /✗ table meridian-objects: replica in us-east-1\n {8}expected ACTIVE\n {8}found {4}nothing/,
  )
  const nobody = await run('http://127.0.0.1:9', '--step', 'zones')
  t.is(nobody.code, 2)
  t.regex(nobody.stderr, /✗ AWS does not answer: .*ECONNREFUSED/)
  const wrong = await run(lab.endpoint, '--step', 'zone')
  t.is(wrong.code, 2)
  t.regex(wrong.stderr, /no step zone; there are: state, zones, records/)
})
