import type * as fastly from '@pulumi/fastly'
import type * as pulumi from '@pulumi/pulumi'
import type { Fleet } from '../../clusters/fleet.ts'
import { RegionName } from '../../clusters/schema.ts'
import { healthHost, type PublicHost } from '../aws/_lib/hosts.ts'

type Backend = Omit<fastly.types.input.ServiceComputeBackend, 'name'> & { readonly name: RegionName }
type Healthcheck = fastly.types.input.ServiceComputeHealthcheck

/** Our own certificate and its key, in PEM. */
export interface ClientPair {
  readonly certificate: pulumi.Input<string>
  readonly key: pulumi.Input<string>
}

/** In milliseconds. */
const connectTimeout = 1000

/**
 * A backend for each region that answers one of the hosts. TLS 1.3 alone, the entrance's name is checked and it is
 * shown our certificate. The Host header stays the user's: the entrance sends each host to its service.
 */
export function backends(
  { regions }: Pick<Fleet, 'regions'>,
  hosts: readonly PublicHost[],
  { certificate, key }: ClientPair,
): Backend[] {
  const slowest = Math.max(...hosts.flatMap(({ routes }) => routes.map(({ timeoutMs }) => timeoutMs)))
  return RegionName.options
    .filter((region) => hosts.some((host) => host.regions.includes(region)))
    .map((region) => {
      const { host, port } = regions[region].entrance
      return {
        name: region,
        address: host,
        port,
        useSsl: true,
        sslCheckCert: true,
        sslSniHostname: host,
        sslCertHostname: host,
        minTlsVersion: '1.3',
        maxTlsVersion: '1.3',
        sslClientCert: certificate,
        sslClientKey: key,
        connectTimeout,
        firstByteTimeout: slowest,
        betweenBytesTimeout: slowest,
        healthcheck: healthcheckOf(region),
      }
    })
}

/**
 * The same of each region: asked on the backend's own port, with its certificate. A region is unwell after as many
 * failures in a row as the facts say.
 */
export function healthchecks(fleet: Pick<Fleet, 'cloud' | 'routes'>): Healthcheck[] {
  const { entrance, dns } = fleet.cloud.aws
  const { intervalSeconds, failureThreshold } = dns.healthChecks
  return RegionName.options.map((region) => ({
    name: healthcheckOf(region),
    method: 'GET',
    host: healthHost(fleet),
    path: entrance.healthPath,
    expectedResponse: 200,
    checkInterval: intervalSeconds * 1000,
    timeout: 5000,
    window: 2 * failureThreshold - 1,
    threshold: failureThreshold,
    // Well until it is known better: a new version of the service answers at once.
    initial: failureThreshold,
  }))
}

function healthcheckOf(region: RegionName): string {
  return `${region}-health`
}
