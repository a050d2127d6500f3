import { locationsOf, publicHosts } from '../aws/_lib/hosts.ts'
import { awsProvider } from '../aws/provider.ts'
import type { Program } from '../stack.ts'
import { declareBots } from './bots.ts'
import { declareCaching } from './caching.ts'
import { declareClients, readRequests } from './clients.ts'
import { Firewall } from './firewall.ts'
import { declareLogs } from './logs.ts'
import { declareNotifications } from './notifications.ts'
import { OriginPulls } from './origin-pulls.ts'
import { Origins } from './origins.ts'
import { EdgeWorker } from './worker.ts'
import { EdgeZone } from './zone.ts'

/**
 * Cloudflare in front of the regions: those whom Route 53 sends to it ask it for the hosts of routes.yaml; behind its
 * firewall one Worker answers, and asks the regions by load balancers that know which of them is well.
 */
export const declare: Program = (context) => {
  const { fleet, stack } = context
  const provider = awsProvider(stack.name, fleet.platform.homeRegion, fleet)
  const hosts = publicHosts(fleet, 'cloudflare')
  const zone = new EdgeZone('edge', { fleet, authority: context.output('aws-core', 'zone'), provider })
  const zoneId = zone.id
  const pair = {
    certificate: context.secret('originPullCertificate'),
    privateKey: context.secret('originPullKey'),
  }
  const pulls = new OriginPulls('origin-pulls', { hosts, zoneId, pair })
  // A monitor that shows no certificate finds every region unwell.
  new Origins('origins', { fleet, hosts, zoneId }, { dependsOn: pulls })
  const firewall = new Firewall('firewall', { fleet, hosts, zoneId })
  // Nobody is answered before the firewall stands.
  const worker = new EdgeWorker(
    'router',
    { fleet, hosts, zoneId, bundle: context.bundle('worker'), pair },
    { dependsOn: firewall },
  )
  declareCaching(hosts, zoneId)
  declareClients(readRequests(), hosts, zoneId)
  declareBots(fleet, zoneId)
  declareLogs(context, zoneId, provider)
  declareNotifications(fleet, zoneId)
  return {
    zone: zoneId,
    worker: worker.name,
    workerVersion: worker.version,
    firewall: firewall.managed,
    // Anycast: no resource stands for a location, so the stack says which it serves.
    locations: locationsOf(fleet, 'cloudflare').join(','),
  }
}
