import type * as cloudflare from '@pulumi/cloudflare'
import * as pulumi from '@pulumi/pulumi'
import type { PublicHost } from '../aws/_lib/hosts.ts'
import { answeredByNone, hostIs, setOf } from './expressions.ts'

export type Rule = cloudflare.types.input.RulesetRule

const readingMethods = ['GET', 'HEAD', 'OPTIONS']
const methods = [...readingMethods, 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * What is refused whatever Cloudflare thinks of it.
 *
 * @param threats the name of the list of addresses
 */
export function customRules(hosts: readonly PublicHost[], threats: pulumi.Input<string>): readonly Rule[] {
  return [
    block('threats', 'Addresses of clusters/threats.yaml', pulumi.interpolate`ip.src in $${threats}`),
    block(
      'client-certificates',
      'A client certificate that our authority did not issue, or took back',
      'cf.tls_client_auth.cert_presented and (not cf.tls_client_auth.cert_verified or cf.tls_client_auth.cert_revoked)',
    ),
    block('methods', 'Methods that no host answers', `not http.request.method in ${setOf(methods)}`),
    block(
      'other-hosts',
      'Hosts of the domain that are not ours to answer',
      `not http.host in ${setOf(hosts.map(({ host }) => host))}`,
    ),
    ...hosts.flatMap(ofHost),
  ]
}

function ofHost(host: PublicHost): readonly Rule[] {
  const nowhere = answeredByNone(host)
  return [
    ...(nowhere
      ? [block(`${host.label}-paths`, `Paths that no route of ${host.host} answers`, nowhere)]
      : []),
    ...(isReadOnly(host)
      ? [
          block(
            `${host.label}-methods`,
            `${host.host} is only read`,
            `${hostIs(host.host)} and not http.request.method in ${setOf(readingMethods)}`,
          ),
        ]
      : []),
  ]
}

/** All that it answers is public and the same for everybody for an hour or more: files. */
function isReadOnly({ routes }: PublicHost): boolean {
  return routes.every((route) => route.public && route.cacheSeconds >= 3600)
}

function block(ref: string, description: string, expression: pulumi.Input<string>): Rule {
  return { ref, description, expression, action: 'block', enabled: true }
}
