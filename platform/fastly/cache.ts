import * as fastly from '@pulumi/fastly'
import * as pulumi from '@pulumi/pulumi'
import { nearerRegions, nearestFirst } from '../aws/_lib/hosts.ts'
import { backends, healthchecks } from './backends.ts'
import { logOf } from './logs.ts'
import { choiceOf, nearerDictionary } from './region-choice.ts'
import { partId, productsOf, type ServiceArgs } from './services.ts'
import { snippets } from './snippets.ts'

const threats = 'threats'

/** The hosts that give files: kept at the edge, fetched from a region by way of one data centre that shields it. */
export class CacheService extends pulumi.ComponentResource {
  readonly service: fastly.ServiceVcl

  constructor(name: string, args: ServiceArgs) {
    super('meridian:CacheService', name)
    const { fleet, hosts } = args
    const regions = nearestFirst(fleet.networks.networks.fastly.region, fleet).filter((region) =>
      hosts.some((host) => host.regions.includes(region)),
    )
    // The first region has no condition: it is asked where no other one is.
    const others = regions.slice(1)
    this.service = new fastly.ServiceVcl(
      'files-service',
      {
        name: 'meridian-files',
        comment: 'Files, the same for everybody',
        domains: hosts.map(({ host }) => ({ name: host })),
        http3: true,
        requestSettings: [{ name: 'https-alone', forceSsl: true, xff: 'append' }],
        backends: backends(fleet, hosts, args.pair).map((backend) => ({
          ...backend,
          autoLoadbalance: false,
          shield: fleet.cloud.fastly.shields[backend.name],
          ...(others.includes(backend.name) ? { requestCondition: `ask-${backend.name}` } : {}),
        })),
        conditions: others.map((region) => ({
          name: `ask-${region}`,
          type: 'REQUEST',
          statement: choiceOf(region, regions, fleet),
        })),
        healthchecks: healthchecks(fleet),
        dictionaries: [{ name: nearerDictionary }],
        acls: [{ name: threats }],
        rateLimiters: [this.#rate(args)],
        snippets: snippets(hosts),
        gzips: [{ name: 'text', contentTypes: compressed }],
        loggingS3s: [
          { ...logOf('files', args.logs), format: logFormat, formatVersion: 2, messageType: 'blank' },
        ],
        ...productsOf(args),
        activate: true,
      },
      { parent: this, protect: true },
    )
    this.#fill(args)
    this.registerOutputs()
  }

  /** What one address may ask for in a minute; who asks for more waits for another. */
  #rate({ fleet }: ServiceArgs): fastly.types.input.ServiceVclRateLimiter {
    return {
      name: 'one-address',
      // Of the first data centre: see recv-client.vcl.
      clientKey: 'req.http.Fastly-Client-IP',
      httpMethods: 'GET,HEAD,OPTIONS',
      rpsLimit: Math.ceil(fleet.cloud.aws.waf.requestsPerMinute / 60),
      windowSize: 60,
      penaltyBoxDuration: 1,
      action: 'response',
      response: { status: 429, contentType: 'text/plain', content: 'Too Many Requests' },
    }
  }

  #fill({ fleet }: ServiceArgs): void {
    const { service } = this
    const nearer = nearerRegions(fleet, 'fastly')
    new fastly.ServiceDictionaryItems(
      'nearer-regions',
      {
        serviceId: service.id,
        dictionaryId: partId(
          service,
          nearerDictionary,
          service.dictionaries.apply(
            (all) => all?.find((one) => one.name === nearerDictionary)?.dictionaryId,
          ),
        ),
        items: Object.fromEntries([...nearer.locations, ...nearer.countries]),
        manageItems: true,
      },
      { parent: this },
    )
    new fastly.ServiceACLEntries(
      'files-threats',
      {
        serviceId: service.id,
        aclId: partId(
          service,
          threats,
          service.acls.apply((all) => all?.find((one) => one.name === threats)?.aclId),
        ),
        entries: fleet.threats.map(({ cidr, reason }) => {
          const [ip = '', subnet = ''] = cidr.split('/')
          return { ip, subnet, comment: reason }
        }),
        manageEntries: true,
      },
      { parent: this },
    )
  }
}

const compressed = [
  'application/javascript',
  'application/json',
  'application/wasm',
  'image/svg+xml',
  'text/css',
  'text/html',
  'text/javascript',
  'text/plain',
]

/** One JSON object a line. Source: Fastly, Custom log formats. */
const logFormat = `{${Object.entries({
  time: '%{strftime({"%Y-%m-%dT%H:%M:%SZ"}, time.start)}V',
  client: '%{json.escape(req.http.Fastly-Client-IP)}V',
  host: '%{json.escape(req.http.host)}V',
  method: '%{json.escape(req.method)}V',
  path: '%{json.escape(req.url.path)}V',
  status: '%>s',
  tls: '%{json.escape(tls.client.protocol)}V',
  datacenter: '%{server.datacenter}V',
  region: '%{json.escape(req.http.X-Meridian-Region)}V',
  cache: '%{json.escape(fastly_info.state)}V',
  microseconds: '%D',
})
  .map(([key, value]) => `"${key}":"${value}"`)
  .join(',')}}`
