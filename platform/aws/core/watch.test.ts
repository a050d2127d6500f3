import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { parse } from 'yaml'
import { RegionName } from '../../../clusters/schema.ts'
import { fleet, named, ofKind, repositoryRoot } from './graph.testing.ts'

const regions = RegionName.options
const home = fleet.platform.homeRegion

test('the trail hears every region, can be checked, and is encrypted', (t) => {
  t.like(named('Trail', 'trail').inputs, {
    isMultiRegionTrail: true,
    includeGlobalServiceEvents: true,
    enableLogFileValidation: true,
    kmsKeyId: '${' + 'logs-key.arn}',
    s3BucketName: `meridian-audit-${home}`,
    cloudWatchLogsGroupArn: '${' + 'trail-log.arn}:*',
  })
})

test('each region records what is set, looks for intruders and for what is open', (t) => {
  for (const region of regions) {
    const inRegion = (kind: string) => ofKind(kind).filter(({ provider }) => provider === region)
    t.true(named('RecorderStatus', `recorder-on-${region}`).inputs.isEnabled)
    t.like(named('Recorder', `recorder-${region}`).inputs.recordingGroup, {
      allSupported: true,
      includeGlobalResourceTypes: region === home,
    })
    t.is(
      named('DeliveryChannel', `recorder-delivery-${region}`).inputs.s3BucketName,
      `meridian-logs-${region}`,
    )
    t.true(inRegion('Rule').length >= 8)
    t.true(inRegion('Detector')[0]?.inputs.enable)
    t.is(inRegion('Analyzer')[0]?.inputs.type, 'ACCOUNT')
    const kubernetes = inRegion('DetectorFeature').some(({ inputs }) => inputs.name === 'EKS_AUDIT_LOGS')
    t.is(kubernetes, fleet.regions[region].compute === 'eks')
  }
})

test('disks are encrypted and nothing is public by default, in each region', (t) => {
  for (const region of regions) {
    t.true(named('EncryptionByDefault', `disks-encrypted-${region}`).inputs.enabled)
    t.regex(String(named('DefaultKmsKey', `disks-key-${region}`).inputs.keyArn), /^\$\{data-key/)
    t.is(
      named('SnapshotBlockPublicAccess', `no-public-snapshots-${region}`).inputs.state,
      'block-all-sharing',
    )
    t.is(named('InstanceMetadataDefaults', `metadata-${region}`).inputs.httpTokens, 'required')
  }
  t.deepEqual(named('AccountPublicAccessBlock', 'no-public-buckets').inputs, {
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  })
})

test('each image that a release names has a repository: encrypted, scanned, its tags fixed', (t) => {
  const files = globSync(['apps/*/release.yaml', 'platform/aws/*/release.yaml'], { cwd: repositoryRoot })
  t.true(files.length > 10)
  const wanted = files.flatMap((file) => {
    const { images = {} } = parse(readFileSync(join(repositoryRoot, file), 'utf8')) ?? {}
    return Object.values<{ repository: string }>(images).map(({ repository }) => repository)
  })
  const repositories = ofKind('Repository')
  const names = repositories.map(({ inputs }) => String(inputs.name))
  t.deepEqual(
    names.toSorted(),
    // The one chart that is mirrored, and the registry of models, are no image.
    [...new Set([...wanted, 'mirror/charts/cert-manager', 'models'])].toSorted(),
  )
  for (const { name, inputs } of repositories) {
    t.like(inputs, {
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: 'KMS' }],
    })
    named('LifecyclePolicy', `${name}-lifecycle`)
  }
})

test('what is pushed is copied to the other regions, into repositories of the same kind', (t) => {
  const others = regions.filter((region) => region !== home)
  const replication = named('ReplicationConfiguration', 'registry-replication')
  t.like(replication.inputs.replicationConfiguration, {
    rules: [{ destinations: others.map((region) => ({ region, registryId: fleet.cloud.aws.account })) }],
  })
  for (const region of others) {
    t.true(replication.dependsOn?.includes(`registry-replicas-${region}`))
    t.like(named('RepositoryCreationTemplate', `registry-replicas-${region}`).inputs, {
      prefix: 'ROOT',
      appliedFors: ['REPLICATION'],
      imageTagMutability: 'IMMUTABLE',
      encryptionConfigurations: [{ encryptionType: 'KMS', kmsKey: `\${data-key-${region}.arn}` }],
    })
  }
})
