import * as cloudflare from '@pulumi/cloudflare'
import * as pulumi from '@pulumi/pulumi'
import type { Fleet } from '../../clusters/fleet.ts'
import type { PublicHost } from '../aws/_lib/hosts.ts'
import type { Bundle } from '../stack.ts'
import type { ClientPair } from './origin-pulls.ts'
import { workerFacts } from './worker-facts.ts'

export interface EdgeWorkerArgs {
  readonly fleet: Pick<Fleet, 'cloud' | 'regions' | 'networks' | 'locations'>
  readonly hosts: readonly PublicHost[]
  readonly zoneId: pulumi.Input<string>
  readonly bundle: Bundle
  /** What it shows a region that it asks by itself, past the load balancers. */
  readonly pair: ClientPair
}

/** The runtime's behavior is that of this day, until somebody moves it. */
const compatibilityDate = '2026-09-01'
const mainModule = 'worker.mjs'

/** The classes of Durable Objects that it exports, by the binding that leads to them; each has a SQLite database. */
const objects = { SESSIONS: 'Session', LIMITS: 'Limiter' }

/** The Worker that answers every host: the router, with its storage, its versions and who is asked of which. */
export class EdgeWorker extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>
  /** The id of the newest version. */
  readonly version: pulumi.Output<string>

  constructor(name: string, args: EdgeWorkerArgs, opts: pulumi.ComponentResourceOptions) {
    super('meridian:EdgeWorker', name, {}, opts)
    const { fleet, hosts, zoneId } = args
    const accountId = fleet.cloud.cloudflare.account
    const inside = { parent: this }
    const worker = new cloudflare.Worker(
      'worker',
      {
        accountId,
        name: 'meridian-router',
        // Reached by our hosts alone, where the firewall stands before it.
        subdomain: { enabled: false, previewsEnabled: false },
        logpush: fleet.cloud.cloudflare.logpush,
        // For a look at the last days; the central logs and traces have all of it.
        observability: { enabled: true, headSamplingRate: 0.01 },
      },
      { ...inside, protect: true },
    )
    this.name = worker.name
    const version = new cloudflare.WorkerVersion(
      'worker-version',
      {
        accountId,
        workerId: worker.id,
        annotations: { workersTag: args.bundle.digest.slice(0, 12) },
        mainModule,
        modules: [
          {
            name: mainModule,
            contentFile: args.bundle.path,
            contentSha256: args.bundle.digest,
            contentType: 'application/javascript+module',
          },
        ],
        compatibilityDate,
        compatibilityFlags: ['nodejs_compat'],
        // Declared, not migrated: Cloudflare makes what is missing, and nothing is lost where a line goes.
        exports: Object.fromEntries(
          Object.values(objects).map((type) => [type, { type: 'durable-object', storage: 'sqlite' }]),
        ),
        bindings: this.#bindings(args),
        // Of one request: inference in WebAssembly takes most of it.
        limits: { cpuMs: 200, subrequests: 50 },
        usageModel: 'standard',
      },
      // A version never changes: a new one comes, and those before it are there to roll back to.
      { ...inside, retainOnDelete: true },
    )
    this.version = version.id
    new cloudflare.WorkersDeployment(
      'worker-deployment',
      { accountId, scriptName: worker.name, strategy: 'percentage', versions: this.#shares(fleet, version) },
      inside,
    )
    for (const { label, host } of hosts) {
      new cloudflare.WorkersRoute(
        `route-${label}`,
        { zoneId, pattern: `${host}/*`, script: worker.name },
        inside,
      )
    }
    this.registerOutputs()
  }

  /** How much each version answers. */
  #shares({ cloud }: Pick<Fleet, 'cloud'>, newest: cloudflare.WorkerVersion) {
    const { percent, previous } = cloud.cloudflare.worker.rollout
    return [
      { versionId: newest.id, percentage: percent },
      ...(previous ? [{ versionId: previous, percentage: 100 - percent }] : []),
    ]
  }

  #bindings({ fleet, hosts, pair }: EdgeWorkerArgs): cloudflare.types.input.WorkerVersionBinding[] {
    const accountId = fleet.cloud.cloudflare.account
    const inside = { parent: this }
    const keyValue = (name: string) =>
      new cloudflare.WorkersKvNamespace(
        `kv-${name}`,
        { accountId, title: `meridian-${name}` },
        { ...inside, protect: true },
      )
    const client = new cloudflare.MtlsCertificate(
      'worker-client-certificate',
      {
        accountId,
        ca: false,
        name: 'meridian-worker',
        certificates: pair.certificate,
        privateKey: pair.privateKey,
      },
      inside,
    )
    return [
      { type: 'json', name: 'FACTS', json: JSON.stringify(workerFacts(fleet, hosts)) },
      // Level 2 of the cache, and what is the same for all users of an experiment.
      { type: 'kv_namespace', name: 'OBJECTS', namespaceId: keyValue('objects').id },
      { type: 'kv_namespace', name: 'FLAGS', namespaceId: keyValue('flags').id },
      ...Object.entries(objects).map(([name, className]) => ({
        type: 'durable_object_namespace',
        name,
        className,
      })),
      { type: 'mtls_certificate', name: 'REGIONS', certificateId: client.id },
      { type: 'version_metadata', name: 'VERSION' },
    ]
  }
}
