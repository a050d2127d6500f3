import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import type { Setting } from './setting.ts'

/** A security group and the one port that its members answer on. */
export interface Group {
  readonly name: string
  readonly group: aws.ec2.SecurityGroup
  readonly port: number
}

/** Addresses instead of a group: a range, or a list that AWS keeps. */
export type Outside = { readonly name: string } & (
  | { readonly cidr: string }
  | { readonly prefixList: pulumi.Input<string> }
)

/** A group that lets nothing in or out, until `allow` says so. */
export function declareGroup(
  { opts }: Setting,
  name: string,
  description: string,
  vpcId: pulumi.Input<string>,
  port: number,
): Group {
  // AWS gives a new group a rule that lets everything out; the provider takes it away.
  const group = new aws.ec2.SecurityGroup(
    `${name}-group`,
    { description, vpcId, tags: { Name: `meridian-${name}` } },
    opts,
  )
  return { name, group, port }
}

/**
 * Lets `from` open connections to `to`: a rule at each end that is a group of ours, named `<from>-to-<to>`.
 *
 * @param port the other end's own port unless given
 */
export function allow(setting: Setting, from: Group | Outside, to: Group | Outside, port = portOf(to)): void {
  const { opts } = setting
  const way = `${from.name}-to-${to.name}${port === portOf(to) ? '' : `-${port}`}`
  const rule = { ipProtocol: 'tcp', fromPort: port, toPort: port }
  if ('group' in to) {
    new aws.vpc.SecurityGroupIngressRule(
      way,
      { ...rule, securityGroupId: to.group.id, description: `From ${from.name}`, ...peer(from) },
      opts,
    )
  }
  if ('group' in from) {
    new aws.vpc.SecurityGroupEgressRule(
      `${way}-out`,
      { ...rule, securityGroupId: from.group.id, description: `To ${to.name}`, ...peer(to) },
      opts,
    )
  }
}

function portOf(to: Group | Outside): number {
  return 'port' in to ? to.port : 443
}

function peer(other: Group | Outside) {
  if ('group' in other) return { referencedSecurityGroupId: other.group.id }
  return 'cidr' in other ? { cidrIpv4: other.cidr } : { prefixListId: other.prefixList }
}
