import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PublicHost, Route } from '../aws/_lib/hosts.ts'

/** A piece of VCL in a subroutine of Fastly's: `recv`, `fetch`, … */
export interface Snippet {
  readonly name: string
  readonly type: string
  readonly content: string
  /** Lower ones run first. */
  readonly priority: number
}

/** The files of vcl/, `<subroutine>-<name>.vcl`, and what the facts say of how long files are kept. */
export function snippets(hosts: readonly PublicHost[]): Snippet[] {
  const folder = join(import.meta.dirname, 'vcl')
  const written = readdirSync(folder)
    .filter((file) => file.endsWith('.vcl'))
    .toSorted()
    .map((file) => {
      const [, type = '', name = ''] = /^([a-z]+)-(.+)\.vcl$/.exec(file) ?? []
      return { name, type, content: readFileSync(join(folder, file), 'utf8'), priority: 100 }
    })
  return [...written, { name: 'seconds', type: 'fetch', content: secondsOf(hosts), priority: 50 }]
}

/** Where the origin does not say how long, its route does. */
function secondsOf(hosts: readonly PublicHost[]): string {
  const ways = hosts.flatMap((host) =>
    host.routes.map(
      (route) => `if (${conditionOf(host, route)}) { set beresp.ttl = ${route.cacheSeconds}s; }`,
    ),
  )
  return `if (!beresp.http.Surrogate-Control && !beresp.http.Cache-Control && !beresp.http.Expires) {
  ${ways.join('\n  else ')}
}
`
}

/** The longest path of a host comes first. */
function conditionOf({ host }: PublicHost, { path }: Route): string {
  const onHost = `req.http.host == ${quoted(host)}`
  if (path === '/') return onHost
  const below = `std.prefixof(req.url.path, ${quoted(`${path}/`)})`
  return `${onHost} && (req.url.path == ${quoted(path)} || ${below})`
}

/** VCL has no escape for a quotation mark but its code. */
function quoted(text: string): string {
  return `"${text.replaceAll('%', '%25').replaceAll('"', '%22')}"`
}
