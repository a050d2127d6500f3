import { createVerify, generateKeyPairSync, sign } from 'node:crypto'
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import test from 'ava'
import { appToken, signByKms } from './app-token.ts'
import { fakeGitHub } from './fake-github.testing.ts'

const repository = '/repos/meridian-example/meridian'
const now = new Date('2026-01-02T03:04:05Z')

test('an app shows a JWT that its key signed, and gets a token for this repository alone', async (t) => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const github = await fakeGitHub({
    [`GET ${repository}/installation`]: { id: 99 },
    'POST /app/installations/99/access_tokens': { token: 'ghs_short' },
  })
  t.teardown(github.close)
  const env = { ...github.env, APP_CLIENT_ID: 'Iv1.app' }
  t.is(await appToken(env, (text) => sign('sha256', Buffer.from(text), privateKey), now), 'ghs_short')
  t.deepEqual(github.asked[1]?.body, { repositories: ['meridian'] })
  const [header = '', claims = '', signature = ''] = (github.asked[1]?.authorization ?? '')
    .slice(7)
    .split('.')
  t.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), { alg: 'RS256', typ: 'JWT' })
  const issuedAt = now.getTime() / 1000
  t.deepEqual(JSON.parse(Buffer.from(claims, 'base64url').toString()), {
    iss: 'Iv1.app',
    iat: issuedAt - 60,
    exp: issuedAt + 300,
  })
  const verify = createVerify('sha256').update(`${header}.${claims}`)
  t.true(verify.verify(publicKey, Buffer.from(signature, 'base64url')))
})

test('an app that is not installed is one line', async (t) => {
  const github = await fakeGitHub({})
  t.teardown(github.close)
  await t.throwsAsync(
    appToken({ ...github.env, APP_CLIENT_ID: 'Iv1.app' }, () => Buffer.from(''), now),
    {
      message: /^GET \/repos\/meridian-example\/meridian\/installation: GitHub answered 404 /,
    },
  )
})

test.serial('KMS signs by the command of AWS, and what it says of a refusal is told', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-test-'))
  const aws = join(folder, 'aws')
  const { PATH } = process.env
  process.env.PATH = `${folder}${delimiter}${PATH}`
  t.teardown(() => {
    process.env.PATH = PATH
  })
  // The signature that it prints is what it was asked.
  writeFileSync(aws, '#!/bin/sh\nprintf %s "$*" | base64 -w0\n')
  chmodSync(aws, 0o755)
  t.is(
    signByKms('alias/app')('a.b').toString(),
    'kms sign --key-id alias/app --message-type RAW --output text --query Signature ' +
      '--signing-algorithm RSASSA_PKCS1_V1_5_SHA_256 --message YS5i',
  )
  writeFileSync(aws, '#!/bin/sh\necho AccessDenied >&2\nexit 254\n')
  t.throws(() => signByKms('alias/app')('a.b'), { message: 'KMS did not sign with alias/app: AccessDenied' })
})
