import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { makeCertificates } from '../lab/certificates.ts'
import type { Lab } from '../lab/lab.ts'
import { createRepository, type Repository } from './repository.ts'
import { type GitServer, gitServer } from './server.ts'

/** The git host as clusters see it: production's URL, and what it takes to believe this machine that it is it. */
export interface GitHost extends Repository {
  readonly url: string
  readonly host: string
  readonly credential: { readonly username: string; readonly password: string }
  /** The authority of its certificate, as a file. */
  readonly ca: string
  /** To kill it and bring it back. */
  readonly server: GitServer
}

/**
 * Starts the git host of a lab, with `rendered/` as it lies in `rendered`.
 *
 * @param url production's repository
 */
export async function startGitHost(
  lab: Lab,
  { url, rendered, waves }: { url: string; rendered: string; waves: readonly string[] },
): Promise<GitHost> {
  const { hostname, pathname } = new URL(url)
  const pki = join(lab.folder, 'git-pki')
  makeCertificates(pki, [{ file: 'git', name: hostname, dns: [hostname] }])
  const repository = createRepository(join(lab.folder, 'git'), rendered, waves)
  const credential = { username: 'x-access-token', password: randomBytes(24).toString('hex') }
  const server = gitServer({
    repository: repository.folder,
    path: pathname,
    certificate: { cert: join(pki, 'git.crt'), key: join(pki, 'git.key') },
    credential,
  })
  await server.start()
  lab.onClose(() => server.stop())
  return { ...repository, url, host: hostname, credential, ca: join(pki, 'ca.crt'), server }
}
