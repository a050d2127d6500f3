import test from 'ava'
import { RegionName } from '../../../clusters/schema.ts'
import { PlatformError } from '../../stack.ts'
import { fleet, graph, named, ofKind, render, statementsOf } from './graph.testing.ts'

const regions = RegionName.options
const purposes = ['data', 'logs', 'models', 'secrets', 'backups']
const home = fleet.platform.homeRegion

test('gives out what other stacks are promised', (t) => {
  const perRegion = ['modelsBucket', 'logsBucket', 'accessLogsBucket', 'backupsBucket', 'backupVault']
  const promised = [
    ...[...purposes.map((purpose) => `${purpose}Key`), ...perRegion].flatMap((name) =>
      regions.map((region) => `${name}.${region}`),
    ),
    ...['sessions', 'flags', 'objects'].flatMap((table) => [`${table}Table`, `${table}TableArn`]),
    ...['zone', 'registry', 'trustBundleBucket', 'trustBundleKey'],
    ...['aws', 'cloudflare', 'fastly', 'github', 'vault'].map((program) => `deployRole.${program}`),
  ]
  t.deepEqual(
    promised.filter((name) => !graph.outputs[name]),
    [],
  )
})

test('each purpose has a key in every region, of one material, renewed each year', (t) => {
  for (const purpose of purposes) {
    const primary = named('Key', `${purpose}-key`)
    t.is(primary.provider, home)
    t.like(primary.inputs, { multiRegion: true, enableKeyRotation: true, rotationPeriodInDays: 365 })
    for (const region of regions.filter((one) => one !== home)) {
      const replica = named('ReplicaKey', `${purpose}-key-${region}`)
      t.is(replica.provider, region)
      t.is(replica.inputs.primaryKeyArn, `\${${purpose}-key.arn}`)
    }
    for (const region of regions) {
      const key = region === home ? `${purpose}-key` : `${purpose}-key-${region}`
      const alias = named('Alias', `${purpose}-key-alias-${region}`)
      t.is(alias.provider, region)
      t.deepEqual(alias.inputs, { name: `alias/meridian-${purpose}`, targetKeyId: `\${${key}.keyId}` })
      t.is(graph.outputs[`${purpose}Key.${region}`], `\${${key}.arn}`)
    }
  }
})

test('nobody but a service has anything decrypted, and a service only for this account', (t) => {
  const cryptographic = /^kms:(Decrypt|Encrypt|GenerateDataKey|ReEncrypt|Sign|\*)/
  const keys = [...ofKind('Key'), ...ofKind('ReplicaKey'), ...ofKind('ExternalKey')]
  t.is(keys.length, purposes.length * 3 + 4)
  for (const key of keys) {
    for (const { Sid, Action, Principal, Condition } of statementsOf(key.inputs.policy)) {
      if (!Action.some((action) => cryptographic.test(action))) continue
      const place = `${key.name} ${Sid}`
      t.not(Principal, '*', place)
      const { AWS = [], Service } = Principal === '*' || !Principal ? {} : Principal
      const bounds = Object.values(Condition).flatMap(Object.keys)
      if (Service) {
        t.true(bounds.includes('aws:SourceAccount') || bounds.some((one) => one.endsWith('logs:arn')), place)
      } else if (AWS.some((who) => who.endsWith(':root'))) {
        t.true(bounds.includes('kms:ViaService') || bounds.includes('aws:PrincipalArn'), place)
      } else {
        t.true(
          AWS.every((who) => who.includes(':role/aws-service-role/')),
          place,
        )
      }
    }
  }
})

test('a key is used by way of the services of its own region', (t) => {
  for (const { name, provider, inputs } of [...ofKind('ReplicaKey'), named('Key', 'data-key')]) {
    const via = statementsOf(inputs.policy).flatMap(
      ({ Condition }) => Condition.StringEquals?.['kms:ViaService'] ?? [],
    )
    t.true(via.length > 0)
    t.deepEqual(
      via.filter((service) => !service.endsWith(`.${provider}.amazonaws.com`)),
      [],
      name,
    )
  }
})

test('what holds data is not deleted by a change of the program', (t) => {
  const kinds = ['Bucket', 'Table', 'Key', 'ReplicaKey', 'ExternalKey', 'Zone', 'Vault', 'Secret', 'LogGroup']
  for (const kind of [...kinds, 'Repository', 'Trail']) {
    const all = ofKind(kind)
    t.true(all.length > 0, kind)
    t.deepEqual(
      all.filter(({ protect }) => !protect).map(({ name }) => name),
      [],
    )
  }
})

test('every resource lies in the region that its provider says, and none in the default one', (t) => {
  const providers = ofKind('aws').map(({ name }) => name)
  t.deepEqual(providers.toSorted(), regions.toSorted())
  t.deepEqual(
    graph.resources
      .filter(({ type }) => type.startsWith('aws:'))
      .filter(({ provider = '' }) => !providers.includes(provider))
      .map(({ name }) => name),
    [],
  )
})

test('the zone is signed, and who asks it is logged for a year', (t) => {
  t.is(named('Zone', 'zone').inputs.name, fleet.platform.domain)
  const key = named('Key', 'zone-signing-key')
  t.is(key.provider, 'us-east-1')
  t.like(key.inputs, { customerMasterKeySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' })
  t.is(named('KeySigningKey', 'zone-signing').inputs.keyManagementServiceArn, `\${zone-signing-key.arn}`)
  t.is(named('HostedZoneDnsSec', 'zone-dnssec').inputs.signingStatus, 'SIGNING')
  t.is(named('QueryLog', 'zone-query-log').inputs.cloudwatchLogGroupArn, `\${zone-queries.arn}`)
})

test('the load balancers trust the authorities of the facts', (t) => {
  const bundle = named('BucketObjectv2', 'edge-authorities')
  t.is(bundle.inputs.content, fleet.cloud.authorities.edges)
  t.like(bundle.inputs, {
    bucket: graph.outputs.trustBundleBucket,
    key: graph.outputs.trustBundleKey,
  })
})

/** A certificate that may sign no other. */
const leaf = `-----BEGIN CERTIFICATE-----
MIIBcDCCARagAwIBAgIUHSgj/TqY2Ya4goOW9lwFx+uR+tswCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEbGVhZjAeFw0yNjExMjMyMDUyNDhaFw0zNjExMjAyMDUyNDha
MA8xDTALBgNVBAMMBGxlYWYwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASBh/Je
oDmBtSa0qmSIoRAGqSOzRos5bC0V5jcLt5EvqWrpg1OQsZYJUUR/fn0QQ9j48cqZ
+j1CL5a3IiczCL++o1AwTjAdBgNVHQ4EFgQUrK+sK6aYfviN3RTmmJ9aOW8ZqM8w
HwYDVR0jBBgwFoAUrK+sK6aYfviN3RTmmJ9aOW8ZqM8wDAYDVR0TAQH/BAIwADAK
BggqhkjOPQQDAgNIADBFAiA21HrgyxKYEh7U+Y/ieAvjQOmKpEPOG8LEay6A5aZj
jgIhAM1t72kWz9xgrkRlp4Kb2l1wjvsV90q2zmE/67L8nZtU
-----END CERTIFICATE-----
`

function withEdges(edges: string) {
  return { ...fleet, cloud: { ...fleet.cloud, authorities: { ...fleet.cloud.authorities, edges } } }
}

// One after the other: rendering is one at a time in a process.
test.serial('a certificate that can sign nothing is no authority', async (t) => {
  const error = await t.throwsAsync(render(withEdges(fleet.cloud.authorities.edges + leaf)), {
    instanceOf: PlatformError,
  })
  t.like(error, { place: 'clusters/cloud.yaml' })
  t.regex(String(error), /authorities\.edges: CN=leaf is no authority's certificate/)
})

test.serial('what is no certificate at all is refused', async (t) => {
  const error = await t.throwsAsync(render(withEdges(leaf.replace('MIIB', 'AAAA'))), {
    instanceOf: PlatformError,
  })
  t.regex(String(error), /authorities\.edges holds what is no certificate/)
})

test.serial('a registry of another account is refused', async (t) => {
  const platform = { ...fleet.platform, registry: '999999999999.dkr.ecr.eu-west-1.amazonaws.com' }
  const error = await t.throwsAsync(render({ ...fleet, platform }), { instanceOf: PlatformError })
  t.regex(String(error), /registry is 999999999999/)
})
