import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  type ProtocolEnum,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Resource } from '../graph.ts'
import { text } from '../lookup.ts'
import { defaultNetwork } from './network.ts'
import type { Seeding } from './seeding.ts'

export async function makeBalancer(
  { clients, endpoint }: Seeding,
  { region, spec }: Resource,
): Promise<void> {
  await clients.loadBalancers(region).send(
    new CreateLoadBalancerCommand({
      Name: text(spec.name),
      Type: spec.loadBalancerType === 'network' ? 'network' : 'application',
      Scheme: spec.internal === true ? 'internal' : 'internet-facing',
      Subnets: (await defaultNetwork(endpoint, region)).subnets,
    }),
  )
}

/** A group with two targets, which moto takes for well. */
export async function makeTargets({ clients, endpoint }: Seeding, { region, spec }: Resource): Promise<void> {
  const balancers = clients.loadBalancers(region)
  const { TargetGroups } = await balancers.send(
    new CreateTargetGroupCommand({
      Name: text(spec.name),
      // The provider takes the API's own words.
      Protocol: text(spec.protocol) as ProtocolEnum,
      Port: Number(spec.port ?? 443) || 443,
      VpcId: (await defaultNetwork(endpoint, region)).vpc,
      TargetType: 'ip',
    }),
  )
  const arn = TargetGroups?.[0]?.TargetGroupArn
  const Targets = ['10.0.0.10', '10.0.1.10'].map((Id) => ({ Id, Port: 443 }))
  await balancers.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets }))
}

export async function makeListener({ clients, resolve }: Seeding, resource: Resource): Promise<void> {
  const { stack, region, spec } = resource
  const certificate =
    spec.certificateArn === undefined ? undefined : await resolve(stack, text(spec.certificateArn))
  await clients.loadBalancers(region).send(
    new CreateListenerCommand({
      LoadBalancerArn: await resolve(stack, text(spec.loadBalancerArn)),
      // The provider takes the API's own words.
      Protocol: text(spec.protocol) as ProtocolEnum,
      Port: Number(spec.port),
      SslPolicy: spec.sslPolicy === undefined ? undefined : text(spec.sslPolicy),
      Certificates: certificate === undefined ? undefined : [{ CertificateArn: certificate }],
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  )
}
