import type { PublicHost, Route } from '../aws/_lib/hosts.ts'

/** Texts in Cloudflare's rules language. Source: Cloudflare, Rules language, operators and fields. */

export function hostIs(host: string): string {
  return `http.host eq ${quoted(host)}`
}

/** The requests that a route answers: on its host, at its path or below, and under no longer path of the host. */
export function answeredBy(route: Route, { host, routes }: PublicHost): string {
  const longer = routes.filter(({ path }) => path !== route.path && below(path, route.path))
  return [
    hostIs(host),
    ...(route.path === '/' ? [] : [under(route.path)]),
    ...longer.map(({ path }) => `not ${under(path)}`),
  ].join(' and ')
}

/** The requests for a host that none of its routes answers; undefined where one answers all. */
export function answeredByNone({ host, routes }: PublicHost): string | undefined {
  if (routes.some(({ path }) => path === '/')) return undefined
  return [hostIs(host), ...routes.map(({ path }) => `not ${under(path)}`)].join(' and ')
}

/** `{"a" "b"}` */
export function setOf(values: readonly string[]): string {
  return `{${values.map(quoted).join(' ')}}`
}

function under(path: string): string {
  const field = 'http.request.uri.path'
  return `(${field} eq ${quoted(path)} or starts_with(${field}, ${quoted(`${path}/`)}))`
}

function below(path: string, other: string): boolean {
  return other === '/' || path.startsWith(`${other}/`)
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
