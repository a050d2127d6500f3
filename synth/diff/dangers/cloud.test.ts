import test from 'ava'
import { Changes } from '../change.ts'
import { dangersOf } from '../dangers.ts'
import { differingDocuments } from '../documents.ts'

const bucket = `apiVersion: s3.aws/v1
kind: Bucket
metadata:
  name: models
options:
  protect: true
  provider: eu-west-1
spec:
  bucket: meridian-models-eu-west-1
  forceDestroy: false
`
const database = `apiVersion: rds.aws/v1
kind: Instance
metadata:
  name: database
options:
  protect: true
spec:
  backupRetentionPeriod: 30
  deletionProtection: true
  identifier: meridian
  publiclyAccessible: false
`
const policy = `apiVersion: s3.aws/v1
kind: BucketPolicy
metadata:
  name: models-policy
spec:
  policy:
    Statement:
    - Action: s3:*
      Effect: Deny
      Principal: "*"
`
const way = `apiVersion: vpc.aws/v1
kind: SecurityGroupIngressRule
metadata:
  name: edges-to-entrance
spec:
  cidrIpv4: 10.0.0.0/8
  fromPort: 22
  toPort: 22
`

const cases: readonly [id: string, before: string, change: (text: string) => string, says: RegExp][] = [
  ['cloud-data-deleted', bucket, () => '', /is deleted with the data in it; it is protected/],
  [
    'cloud-data-deleted',
    bucket.replace(/options:[\s\S]*?spec/, 'spec'),
    () => '',
    /is deleted with the data in it$/,
  ],
  [
    'cloud-data-replaced',
    bucket,
    (text) => text.replace('meridian-models', 'models'),
    /made anew, without its data: spec\.bucket/,
  ],
  ['cloud-unprotected', bucket, (text) => text.replace('  protect: true\n', ''), /no longer protected/],
  [
    'cloud-guard-lowered',
    bucket,
    (text) => text.replace('forceDestroy: false', 'forceDestroy: true'),
    /deleted with all that is in it/,
  ],
  [
    'cloud-guard-lowered',
    database,
    (text) => text.replace('publiclyAccessible: false', 'publiclyAccessible: true'),
    /from the internet/,
  ],
  [
    'cloud-guard-lowered',
    database,
    (text) => text.replace('  deletionProtection: true\n', ''),
    /deleted by one call/,
  ],
  ['retention-shortened', database, (text) => text.replace('Period: 30', 'Period: 7'), /shorter time/],
  ['cloud-opened', policy, (text) => text.replace('Deny', 'Allow'), /a policy for everybody to "s3:\*"/],
  ['cloud-opened', way, (text) => text.replace('10.0.0.0/8', '0.0.0.0/0'), /whoever asks: 0\.0\.0\.0\/0/],
]
for (const [id, before, change, says] of cases) {
  test(`${id}: ${says.source}`, (t) => {
    const found = dangers(before, change(before)).filter((danger) => danger.id === id)
    t.is(found.length, 1)
    t.regex(found[0]?.sentence ?? '', says)
    t.regex(found[0]?.objects[0] ?? '', /^aws-core: /)
  })
}

test('what guards more, what is new and what has a name of Kubernetes are no dangers', (t) => {
  t.deepEqual(dangers('', bucket), [])
  t.deepEqual(
    dangers(database.replace('deletionProtection: true', 'deletionProtection: false'), database),
    [],
  )
  t.deepEqual(dangers(way, way.replace('10.0.0.0/8', '0.0.0.0/0').replaceAll('22', '443')), [])
  const role = bucket.replace('s3.aws/v1', 'iam.aws/v1').replace('kind: Bucket', 'kind: Role')
  t.deepEqual(dangers('', role.replace('spec:', 'rules:\n- verbs: ["*"]\nspec:')), [])
})

function dangers(before: string, after: string) {
  const changes = new Changes()
  for (const pair of differingDocuments(before, after)) {
    changes.add({ scope: 'cloud', subject: 'aws-core', why: 'edited' }, pair, {})
  }
  return dangersOf(changes.all(), [])
}
