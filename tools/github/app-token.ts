import { spawnSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { asScript, at, GitHubError, gitHub, needed } from './api.ts'

const lifetimeSeconds = 300

/**
 * A token of a GitHub App for this repository, good for an hour. The app's private key is in AWS KMS and never
 * leaves it: KMS signs the app's JWT, and who may ask for that is a matter of the role that the job took by OIDC.
 *
 * Source: GitHub, "Generating a JSON Web Token (JWT) for a GitHub App"; RFC 7515 and 7518 (RS256).
 * @param sign the RSASSA-PKCS1-v1_5 SHA-256 signature of a text
 */
export async function appToken(
  env: NodeJS.ProcessEnv,
  sign: (text: string) => Buffer,
  now: Date,
): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1000)
  const claims = {
    iss: needed(env, 'APP_CLIENT_ID'),
    // GitHub's clock may be behind ours.
    iat: issuedAt - 60,
    exp: issuedAt + lifetimeSeconds,
  }
  const text = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) => base64url(JSON.stringify(part))).join('.')
  const jwt = `${text}.${base64url(sign(text))}`
  const app = gitHub(env, jwt)
  const [, name] = app.repository.split('/')
  const installation = at(await app.ask('GET', `/repos/${app.repository}/installation`), 'id')
  const answer = await app.ask('POST', `/app/installations/${installation}/access_tokens`, {
    repositories: [name],
  })
  const token = at(answer, 'token')
  if (typeof token !== 'string') throw new GitHubError('GitHub gave the app no token')
  return token
}

/** Lets KMS sign, by the machine's `aws` command. */
export function signByKms(keyId: string): (text: string) => Buffer {
  return (text) => {
    const args = [
      ...[
        'kms',
        'sign',
        '--key-id',
        keyId,
        '--message-type',
        'RAW',
        '--output',
        'text',
        '--query',
        'Signature',
      ],
      ...[
        '--signing-algorithm',
        'RSASSA_PKCS1_V1_5_SHA_256',
        '--message',
        Buffer.from(text).toString('base64'),
      ],
    ]
    const { error, status, stdout, stderr } = spawnSync('aws', args, { encoding: 'utf8' })
    if (error || status !== 0) {
      throw new GitHubError(`KMS did not sign with ${keyId}: ${(error?.message ?? stderr).trim()}`)
    }
    return Buffer.from(stdout.trim(), 'base64')
  }
}

function base64url(data: string | Buffer): string {
  return Buffer.from(data).toString('base64url')
}

if (import.meta.main) {
  await asScript(async () => {
    const { env } = process
    const token = await appToken(env, signByKms(needed(env, 'KMS_KEY_ID')), new Date())
    console.log(`::add-mask::${token}`)
    appendFileSync(needed(env, 'GITHUB_OUTPUT'), `token=${token}\n`)
  })
}
