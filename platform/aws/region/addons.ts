import * as aws from '@pulumi/aws'
import { managedRole } from './managed-role.ts'
import { keyOf, type Setting } from './setting.ts'

interface Addon {
  readonly name: string
  /** Its service account, and AWS's policies for the role that it gets. @default it does nothing in AWS */
  readonly role?: { readonly serviceAccount: string; readonly policies: readonly string[] }
  /** Before there are nodes: they do not become ready without it. */
  readonly first?: true
  readonly values?: object
}

const addons: readonly Addon[] = [
  {
    name: 'vpc-cni',
    first: true,
    role: { serviceAccount: 'aws-node', policies: ['AmazonEKS_CNI_Policy'] },
    // The network policies of the fleet's apps hold here too.
    values: { enableNetworkPolicy: 'true' },
  },
  { name: 'kube-proxy', first: true },
  { name: 'eks-pod-identity-agent', first: true },
  { name: 'coredns', values: { autoScaling: { enabled: true } } },
  { name: 'metrics-server' },
  {
    name: 'aws-ebs-csi-driver',
    role: { serviceAccount: 'ebs-csi-controller-sa', policies: ['service-role/AmazonEBSCSIDriverPolicy'] },
  },
  {
    name: 'amazon-cloudwatch-observability',
    role: {
      serviceAccount: 'cloudwatch-agent',
      policies: ['CloudWatchAgentServerPolicy', 'AWSXrayWriteOnlyAccess'],
    },
  },
]

/** The components that AWS keeps up to date; all else in the cluster comes by Argo CD. */
export function declareAddons(setting: Setting, cluster: aws.eks.Cluster, nodes: aws.eks.NodeGroup): void {
  const { opts } = setting
  for (const { name, role, first, values } of addons) {
    new aws.eks.Addon(
      name,
      {
        clusterName: cluster.name,
        addonName: name,
        resolveConflictsOnCreate: 'OVERWRITE',
        resolveConflictsOnUpdate: 'OVERWRITE',
        ...(values ? { configurationValues: JSON.stringify(values) } : {}),
        ...(role
          ? {
              podIdentityAssociations: [
                { serviceAccount: role.serviceAccount, roleArn: roleOf(setting, name, role).arn },
              ],
            }
          : {}),
      },
      first ? opts : { ...opts, dependsOn: nodes },
    )
  }
}

function roleOf(setting: Setting, name: string, { policies }: NonNullable<Addon['role']>): aws.iam.Role {
  const { role } = managedRole(setting, `${name}-role`, {
    name: `meridian-${setting.region}-${name}`,
    description: `What the add-on ${name} does in AWS.`,
    service: 'pods.eks.amazonaws.com',
    policies,
    // Volumes are encrypted by our key, which the driver hands to EC2.
    ...(name === 'aws-ebs-csi-driver'
      ? {
          may: [
            {
              Action: ['kms:CreateGrant', 'kms:Decrypt', 'kms:GenerateDataKeyWithoutPlaintext'],
              Resource: keyOf(setting, 'data'),
              Condition: { StringEquals: { 'kms:ViaService': `ec2.${setting.region}.amazonaws.com` } },
            },
          ],
        }
      : {}),
  })
  return role
}
