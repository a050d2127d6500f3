import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import { policy, type Statement, trustService } from '../_lib/iam.ts'
import type { Setting } from './setting.ts'

export interface ManagedRoleArgs {
  readonly name: string
  readonly description: string
  /** The service that takes it. */
  readonly service: string
  /** Names of AWS's own policies, which it keeps in step with what its components need. */
  readonly policies: readonly string[]
  /** Beside those. @default nothing */
  readonly may?: readonly Statement[]
}

/** The role, and what must be there before it is of use. */
export interface ManagedRole {
  readonly role: aws.iam.Role
  readonly policies: pulumi.Resource[]
}

/** A role of a component of AWS's, by AWS's own policies. */
export function managedRole(setting: Setting, name: string, args: ManagedRoleArgs): ManagedRole {
  const { fleet, opts } = setting
  const role = new aws.iam.Role(
    name,
    {
      name: args.name,
      description: args.description,
      assumeRolePolicy: policy(trust(args.service, fleet.cloud.aws.account)),
    },
    opts,
  )
  const policies = args.policies.map((managed) => {
    const at = managed.startsWith('service-role/') ? managed.slice('service-role/'.length) : managed
    return new aws.iam.RolePolicyAttachment(
      `${name}-${at}`,
      { role: role.name, policyArn: `arn:aws:iam::aws:policy/${managed}` },
      opts,
    )
  })
  if (args.may) {
    new aws.iam.RolePolicy(`${name}-policy`, { role: role.name, policy: policy(...args.may) }, opts)
  }
  return { role, policies }
}

/** EC2 names no account when it takes a machine's role; pods also carry their names as tags. */
export function trust(service: string, account: string): Statement {
  if (service === 'ec2.amazonaws.com') return { Principal: { Service: service }, Action: 'sts:AssumeRole' }
  const statement = trustService(service, account)
  return service === 'pods.eks.amazonaws.com'
    ? { ...statement, Action: ['sts:AssumeRole', 'sts:TagSession'] }
    : statement
}
