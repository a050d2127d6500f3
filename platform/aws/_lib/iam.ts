import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'

type Values = pulumi.Input<string> | readonly pulumi.Input<string>[]

/** One statement of a policy document, in AWS's own words. Source: IAM, JSON policy elements reference. */
export interface Statement {
  readonly Sid?: string
  /** @default Allow */
  readonly Effect?: 'Allow' | 'Deny'
  /** Who: in the policies of resources and in trust policies only. */
  readonly Principal?: '*' | Readonly<Record<string, Values>>
  readonly Action: Values
  /** @default none, as in a trust policy */
  readonly Resource?: Values
  /** Operator, then condition key, then what it must be: `{ StringEquals: { 'aws:SourceAccount': id } }`. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Values>>>>
}

/** A policy document as the JSON that AWS takes. */
export function policy(...statements: readonly Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
  })
}

/** A service may take the role, on behalf of this account and of no other (the confused deputy). */
export function trustService(service: string, account: string): Statement {
  return {
    Principal: { Service: service },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'aws:SourceAccount': account } },
  }
}

export interface RoleArgs {
  /** In AWS: at most 64 characters. */
  readonly name: string
  readonly description: string
  readonly trust: Statement
  /** What it may do; its policy is a resource of its own, so that a deny can stand beside it in an emergency. */
  readonly may: readonly Statement[]
  /** @default 1 */
  readonly maxSessionHours?: number
}

/** A role with its one policy, `<logical name>-policy`. */
export function declareRole(
  name: string,
  { name: physical, description, trust, may, maxSessionHours = 1 }: RoleArgs,
  opts: pulumi.CustomResourceOptions,
): aws.iam.Role {
  const role = new aws.iam.Role(
    name,
    {
      name: physical,
      description,
      assumeRolePolicy: policy(trust),
      maxSessionDuration: maxSessionHours * 3600,
    },
    opts,
  )
  new aws.iam.RolePolicy(`${name}-policy`, { role: role.name, policy: policy(...may) }, opts)
  return role
}
