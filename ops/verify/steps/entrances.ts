import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetHealthCommand,
  type Listener,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { z } from 'zod'
import { ofType, type Resource } from '../../cloud/graph.ts'
import { absent, type Check, compare, type Step, skipped, unresolved, type Walk } from '../walk.ts'

const ListenerSpec = z.object({
  loadBalancerArn: z.string(),
  port: z.number(),
  protocol: z.string().optional(),
  sslPolicy: z.string().optional(),
  mutualAuthentication: z.object({ mode: z.string(), trustStoreArn: z.string().optional() }).optional(),
})
type ListenerSpec = z.infer<typeof ListenerSpec>

export const balancers: Step = {
  name: 'entrances',
  run: async (walk) => [
    ...(await Promise.all(ofType(walk.graph, 'lb.aws LoadBalancer').map((one) => checkBalancer(walk, one)))),
    ...(
      await Promise.all(ofType(walk.graph, 'lb.aws Listener').map((one) => checkListener(walk, one)))
    ).flat(),
  ],
}

export const targets: Step = {
  name: 'targets',
  run: async (walk) =>
    Promise.all(ofType(walk.graph, 'lb.aws TargetGroup').map((group) => checkTargets(walk, group))),
}

async function checkBalancer({ live, clients }: Walk, resource: Resource): Promise<Check> {
  const subject = `load balancer ${resource.spec.name ?? resource.name}`
  const arn = (await live.outputs(resource))?.arn
  if (arn === undefined) return absent(resource, subject)
  const command = new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] })
  const [found] = (await clients.loadBalancers(resource.region).send(command)).LoadBalancers ?? []
  const expected = `active, ${resource.spec.internal === true ? 'internal' : 'internet-facing'}`
  return compare(subject, expected, `${found?.State?.Code}, ${found?.Scheme}`)
}

async function checkListener({ live, clients }: Walk, resource: Resource): Promise<readonly Check[]> {
  const spec = ListenerSpec.parse(resource.spec)
  const subject = `listener ${resource.name} of ${resource.region}, port ${spec.port}`
  const balancer = await live.resolve(resource.stack, spec.loadBalancerArn)
  if (balancer === undefined) return [await unresolved(live, resource.stack, subject, spec.loadBalancerArn)]
  const command = new DescribeListenersCommand({ LoadBalancerArn: balancer })
  const { Listeners = [] } = await clients.loadBalancers(resource.region).send(command)
  const found = Listeners.find(({ Port }) => Port === spec.port)
  const expected = [spec.protocol ?? 'HTTP', spec.sslPolicy ?? ''].join(' ').trim()
  const there =
    found && [found.Protocol, spec.sslPolicy === undefined ? '' : found.SslPolicy].join(' ').trim()
  const checks = [compare(subject, expected, there)]
  return found && spec.mutualAuthentication ? [...checks, checkClients(subject, spec, found)] : checks
}

/** Whether clients must show a certificate of the trust store. */
function checkClients(listener: string, { mutualAuthentication }: ListenerSpec, found: Listener): Check {
  const subject = `${listener}: clients' certificates`
  const mode = mutualAuthentication?.mode ?? 'off'
  const { Mode, TrustStoreArn } = found.MutualAuthentication ?? {}
  // AWS tells this of every HTTPS listener; moto of none.
  if (Mode === undefined) return skipped(subject, mode, 'the API says nothing of mutual authentication')
  const store = Mode === 'verify' && TrustStoreArn === undefined ? ', no trust store' : ''
  return compare(subject, mode, `${Mode}${store}`)
}

async function checkTargets({ live, clients }: Walk, resource: Resource): Promise<Check> {
  const subject = `targets ${resource.spec.name ?? resource.name} of ${resource.region}`
  const arn = (await live.outputs(resource))?.arn
  if (arn === undefined) return absent(resource, subject)
  const command = new DescribeTargetHealthCommand({ TargetGroupArn: arn })
  const { TargetHealthDescriptions: all = [] } = await clients.loadBalancers(resource.region).send(command)
  const states = all.map(({ TargetHealth }) => TargetHealth?.State ?? 'unknown')
  // Those that come or go are on their way; one that is neither is a finding even beside well ones.
  const wrong = states.filter((state) => !['healthy', 'initial', 'draining'].includes(state))
  const healthy = states.filter((state) => state === 'healthy').length
  const found = states.length === 0 ? 'no targets' : `${healthy} of ${states.length} healthy`
  const reason = [...new Set(wrong)].join(', ')
  const status = healthy > 0 && wrong.length === 0 ? 'ok' : 'failed'
  return { subject, status, expected: 'all healthy', found, ...(reason === '' ? {} : { reason }) }
}
