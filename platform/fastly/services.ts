import type * as fastly from '@pulumi/fastly'
import * as pulumi from '@pulumi/pulumi'
import type { Fleet } from '../../clusters/fleet.ts'
import type { PublicHost } from '../aws/_lib/hosts.ts'
import { PlatformError } from '../stack.ts'
import type { ClientPair } from './backends.ts'
import type { LogTarget } from './logs.ts'

/** What both services are made of. */
export interface ServiceArgs {
  readonly fleet: Pick<
    Fleet,
    'platform' | 'cloud' | 'threats' | 'regions' | 'routes' | 'networks' | 'locations'
  >
  readonly hosts: readonly PublicHost[]
  /** What they show the regions. */
  readonly pair: ClientPair
  readonly logs: LogTarget
  /** @default the switch is off */
  readonly nextGenWaf?: fastly.NgwafWorkspace
}

/**
 * Which service answers a host: files are only kept and given, all else is computed.
 *
 * @throws {PlatformError} where one of the services would have no host
 */
export function divide(hosts: readonly PublicHost[]) {
  const files = hosts.filter(hasOnlyFiles)
  const compute = hosts.filter((host) => !hasOnlyFiles(host))
  if (files.length > 0 && compute.length > 0) return { files, compute }
  throw new PlatformError(
    'clusters/routes.yaml',
    `no host has ${files.length > 0 ? 'anything but files' : 'only files (public, cacheSeconds of 3600 or more)'}`,
    'Fastly takes no service without a domain: take the service out of platform/fastly/program.ts',
  )
}

function hasOnlyFiles({ routes }: PublicHost): boolean {
  return routes.every((route) => route.public && route.cacheSeconds >= 3600)
}

/** What is switched on of Fastly's products. */
export function productsOf({ nextGenWaf }: Pick<ServiceArgs, 'nextGenWaf'>) {
  return nextGenWaf
    ? { productEnablement: { ngwaf: { enabled: true, workspaceId: nextGenWaf.id, trafficRamp: 100 } } }
    : {}
}

/**
 * The id of a part of a service (a dictionary, an ACL): Fastly gives it when it makes the service. Where nothing is
 * made, the service and the part's name stand for it.
 */
export function partId(
  service: fastly.ServiceVcl,
  name: string,
  id: pulumi.Output<string | undefined>,
): pulumi.Output<string> {
  return pulumi.all([service.id, id]).apply(([ofService, known]) => known ?? `${ofService}/${name}`)
}
