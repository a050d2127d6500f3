import { writeFileSync } from 'node:fs'

/** How a user proves who he is: files of a client certificate, or a token. */
export type Credential = { readonly cert: string; readonly key: string } | { readonly token: string }

/** Writes a kubeconfig for one API server and one user, readable by its owner alone. */
export function writeKubeconfig(
  path: string,
  { name, server, ca, user }: { name: string; server: string; ca: string; user: Credential },
): string {
  const credential =
    'token' in user ? { token: user.token } : { 'client-certificate': user.cert, 'client-key': user.key }
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority': ca } }],
    users: [{ name, user: credential }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  }
  writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
  return path
}
