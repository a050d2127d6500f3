import * as aws from '@pulumi/aws'
import { policy, type Statement } from '../_lib/iam.ts'
import { trust } from './managed-role.ts'
import { allowedBy, type Reachables, reachedBy } from './reach.ts'
import type { Setting } from './setting.ts'
import { upstreamsOf } from './targets.ts'

/**
 * Who a pod is in AWS (EKS Pod Identity): the services of the upstreams, each in the namespace and by the account of
 * its name, and External Secrets, which reads the cluster's own secrets as at every site.
 */
export function declarePodRoles(
  setting: Setting,
  cluster: aws.eks.Cluster,
  name: string,
  reachables: Reachables,
): void {
  for (const upstream of upstreamsOf(setting)) {
    const may = allowedBy(reachedBy(setting, upstream, reachables), upstream)
    declarePodRole(setting, cluster, { namespace: upstream, account: upstream }, may)
  }
  declarePodRole(
    setting,
    cluster,
    { namespace: 'external-secrets', account: 'external-secrets' },
    readSecrets(setting, name),
  )
}

interface Pod {
  readonly namespace: string
  /** Its service account. */
  readonly account: string
}

function declarePodRole(
  { region, fleet, opts }: Setting,
  cluster: aws.eks.Cluster,
  { namespace, account }: Pod,
  may: readonly Statement[],
): void {
  const role = new aws.iam.Role(
    `${account}-pod-role`,
    {
      name: `meridian-${account}-${region}`,
      description: `What the pods of ${namespace} may do in ${region}`,
      assumeRolePolicy: policy(trust('pods.eks.amazonaws.com', fleet.cloud.aws.account)),
    },
    opts,
  )
  new aws.iam.RolePolicy(`${account}-pod-policy`, { role: role.name, policy: policy(...may) }, opts)
  new aws.eks.PodIdentityAssociation(
    `${account}-pod`,
    { clusterName: cluster.name, namespace, serviceAccount: account, roleArn: role.arn },
    opts,
  )
}

/** What the stores of apps/external-secrets read: the folders of this cluster alone. */
function readSecrets(setting: Setting, cluster: string): readonly Statement[] {
  const { fleet, core } = setting
  const { homeRegion } = fleet.platform
  const secret = (folder: string) =>
    `arn:aws:secretsmanager:${homeRegion}:${fleet.cloud.aws.account}:secret:sites/${cluster}/${folder}/*`
  return [
    {
      Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      Resource: ['platform', 'workloads'].map(secret),
    },
    {
      Action: 'kms:Decrypt',
      Resource: core(`secretsKey.${homeRegion}`),
      Condition: { StringEquals: { 'kms:ViaService': `secretsmanager.${homeRegion}.amazonaws.com` } },
    },
  ]
}
