import * as fastly from '@pulumi/fastly'
import * as pulumi from '@pulumi/pulumi'
import { nearerRegions } from '../aws/_lib/hosts.ts'
import type { Bundle } from '../stack.ts'
import { backends, healthchecks } from './backends.ts'
import { logOf } from './logs.ts'
import { productsOf, type ServiceArgs } from './services.ts'

export interface ComputeServiceArgs extends ServiceArgs {
  readonly bundle: Bundle
}

/** The hosts whose answers are computed for their user, by the program of services/compute. */
export class ComputeService extends pulumi.ComponentResource {
  readonly service: fastly.ServiceCompute

  constructor(name: string, args: ComputeServiceArgs) {
    super('meridian:ComputeService', name)
    const { fleet, hosts, bundle } = args
    const link = (resource: pulumi.Resource & { readonly id: pulumi.Output<string> }, name: string) => ({
      name,
      resourceId: resource.id,
    })
    const inside = { parent: this }
    const kept = { ...inside, protect: true }
    this.service = new fastly.ServiceCompute(
      'compute-service',
      {
        name: 'meridian-compute',
        comment: 'What is computed for a user',
        versionComment: `services/compute ${bundle.digest}`,
        domains: hosts.map(({ host }) => ({ name: host })),
        package: { filename: bundle.path, sourceCodeHash: bundle.digest },
        backends: backends(fleet, hosts, args.pair),
        healthchecks: healthchecks(fleet),
        loggingS3s: [logOf('compute', args.logs)],
        resourceLinks: [
          link(this.#facts(args), 'facts'),
          link(this.#threats(args), 'threats'),
          link(new fastly.Kvstore('kv-objects', { name: 'meridian-objects' }, kept), 'objects'),
          link(new fastly.Kvstore('kv-flags', { name: 'meridian-flags' }, kept), 'flags'),
          // Filled by `fastly secret-store-entry create`, so that no state of ours holds what is in it.
          link(new fastly.Secretstore('secrets', { name: 'meridian-secrets' }, kept), 'secrets'),
        ],
        ...productsOf(args),
        activate: true,
      },
      kept,
    )
    this.registerOutputs()
  }

  /** What the program knows of the platform: the successor of dictionaries, read at the edge without a request. */
  #facts({ fleet, hosts }: ServiceArgs): fastly.Configstore {
    const store = new fastly.Configstore('facts', { name: 'meridian-facts' }, { parent: this })
    const { requestsPerMinute, routes: limits } = fleet.cloud.aws.waf
    const nearer = nearerRegions(fleet, 'fastly')
    const facts = {
      minTlsVersion: '1.3',
      hosts: Object.fromEntries(hosts.map(({ host, regions }) => [host, regions])),
      routes: hosts.flatMap(({ routes }) => routes),
      limits: { requestsPerMinute, routes: limits },
      locations: Object.fromEntries(nearer.locations),
      countries: Object.fromEntries(nearer.countries),
    }
    new fastly.ConfigstoreEntries(
      'facts-entries',
      {
        storeId: store.id,
        manageEntries: true,
        entries: Object.fromEntries(
          Object.entries(facts).map(([key, value]) => [
            key,
            typeof value === 'string' ? value : JSON.stringify(value),
          ]),
        ),
      },
      { parent: this },
    )
    return store
  }

  #threats({ fleet }: ServiceArgs): fastly.ComputeAcl {
    const acl = new fastly.ComputeAcl('threats', { name: 'meridian-threats' }, { parent: this })
    new fastly.ComputeAclEntries(
      'threats-entries',
      {
        computeAclId: acl.id,
        manageEntries: true,
        entries: Object.fromEntries(fleet.threats.map(({ cidr }) => [cidr, 'BLOCK'])),
      },
      { parent: this },
    )
    return acl
  }
}
