import { locationsOf, publicHosts } from '../aws/_lib/hosts.ts'
import { awsProvider } from '../aws/provider.ts'
import type { Program } from '../stack.ts'
import { declareAlerts } from './alerts.ts'
import { CacheService } from './cache.ts'
import { ComputeService } from './compute.ts'
import { declareLogs } from './logs.ts'
import { divide } from './services.ts'
import { declareCertificates } from './tls.ts'
import { declareNextGenWaf } from './waf.ts'

/**
 * Fastly in front of the regions: what is computed for a user by a Compute service, files by a VCL service, both with
 * the regions' entrances behind them over mutual TLS.
 */
export const declare: Program = (context) => {
  const { fleet, stack } = context
  const provider = awsProvider(stack.name, fleet.platform.homeRegion, fleet)
  const hosts = divide(publicHosts(fleet, 'fastly'))
  const shared = {
    fleet,
    pair: { certificate: context.secret('originClientCertificate'), key: context.secret('originClientKey') },
    logs: declareLogs(context, provider),
    nextGenWaf: declareNextGenWaf(fleet),
  }
  const compute = new ComputeService('compute', {
    ...shared,
    hosts: hosts.compute,
    bundle: context.bundle('compute'),
  })
  const files = new CacheService('files', { ...shared, hosts: hosts.files })
  declareCertificates([...hosts.compute, ...hosts.files], {
    authority: context.output('aws-core', 'zone'),
    provider,
    services: [compute, files],
  })
  declareAlerts(fleet, { compute: compute.service.id, files: files.service.id })
  return {
    computeService: compute.service.id,
    filesService: files.service.id,
    // What refuses attacks that our own rules do not know: Fastly's WAF where the switch is on, else the regions'.
    firewall: fleet.cloud.fastly.nextGenWaf ? 'next-gen-waf' : 'regions',
    // Anycast: no resource stands for a location, so the stack says which it serves.
    locations: locationsOf(fleet, 'fastly').join(','),
  }
}
