import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import { declareRole, trustService } from '../_lib/iam.ts'
import type { Account } from './account.ts'
import { releasedRepositories } from './images.ts'
import type { Keys } from './keys.ts'

/** What no tag and no index names goes; tagged images stay, since a wave may go back to any of them. */
const lifecycle = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      description: 'What nothing names any more',
      selection: {
        tagStatus: 'untagged',
        countType: 'sinceImagePushed',
        countUnit: 'days',
        countNumber: 30,
      },
      action: { type: 'expire' },
    },
  ],
})

/**
 * A repository for each image that is released, and one for models (their files as OCI artifacts: the registry of
 * models). What is pushed in the home region is copied to the others, into repositories like these.
 *
 * @returns repositories by their name in the registry
 */
export function declareRegistry(account: Account, keys: Keys): ReadonlyMap<string, aws.ecr.Repository> {
  const { id, home, regions, providers } = account
  const opts = { provider: providers[home] }
  const replicas = regions.filter((region) => region !== home)

  const repositories = new Map(
    [...releasedRepositories().map(({ name }) => name), 'models'].map((name) => {
      const key = name === 'models' ? keys.models[home] : keys.data[home]
      return [name, declareRepository(name, key, opts)]
    }),
  )

  for (const region of regions) {
    new aws.ecr.RegistryScanningConfiguration(
      `registry-scan-${region}`,
      {
        scanType: 'BASIC',
        rules: [
          { scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }] },
        ],
      },
      { provider: providers[region] },
    )
  }

  const creator = declareRole(
    'registry-replicas',
    {
      name: 'meridian-registry-replicas',
      description: 'Makes the repositories that images are copied to',
      trust: trustService('ecr.amazonaws.com', id),
      may: [
        {
          Sid: 'Repositories',
          Action: ['ecr:CreateRepository', 'ecr:ReplicateImage', 'ecr:TagResource'],
          Resource: replicas.map((region) => `arn:aws:ecr:${region}:${id}:repository/*`),
        },
        {
          Sid: 'Encryption',
          Action: ['kms:CreateGrant', 'kms:DescribeKey', 'kms:RetireGrant'],
          Resource: replicas.map((region) => keys.data[region]),
        },
      ],
    },
    opts,
  )
  const templates = replicas.map(
    (region) =>
      new aws.ecr.RepositoryCreationTemplate(
        `registry-replicas-${region}`,
        {
          prefix: 'ROOT',
          appliedFors: ['REPLICATION'],
          customRoleArn: creator.arn,
          description: 'Copies of the home region',
          imageTagMutability: 'IMMUTABLE',
          encryptionConfigurations: [{ encryptionType: 'KMS', kmsKey: keys.data[region] }],
          lifecyclePolicy: lifecycle,
        },
        { provider: providers[region] },
      ),
  )
  new aws.ecr.ReplicationConfiguration(
    'registry-replication',
    {
      replicationConfiguration: {
        rules: [{ destinations: replicas.map((region) => ({ region, registryId: id })) }],
      },
    },
    // A copy that comes before its template would get a repository without encryption of ours.
    { ...opts, dependsOn: templates },
  )
  return repositories
}

function declareRepository(name: string, kmsKey: pulumi.Input<string>, opts: pulumi.CustomResourceOptions) {
  const logical = `image-${name.replaceAll('/', '-')}`
  const repository = new aws.ecr.Repository(
    logical,
    {
      name,
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: 'KMS', kmsKey }],
    },
    { ...opts, protect: true },
  )
  new aws.ecr.LifecyclePolicy(
    `${logical}-lifecycle`,
    { repository: repository.name, policy: lifecycle },
    opts,
  )
  return repository
}
