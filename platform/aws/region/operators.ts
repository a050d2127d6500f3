import * as aws from '@pulumi/aws'
import type { Setting } from './setting.ts'

/** Those who bring the cluster to life, with Argo CD and the root Application, and who mend it; nobody else is let in. */
export function declareOperators({ fleet, opts }: Setting, cluster: aws.eks.Cluster): void {
  const { account, compute } = fleet.cloud.aws
  const entry = new aws.eks.AccessEntry(
    'operators',
    { clusterName: cluster.name, principalArn: `arn:aws:iam::${account}:role/${compute.operators}` },
    opts,
  )
  new aws.eks.AccessPolicyAssociation(
    'operators-administer',
    {
      clusterName: cluster.name,
      principalArn: entry.principalArn,
      policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
      accessScope: { type: 'cluster' },
    },
    opts,
  )
}
