import { join } from 'node:path'
import type { Fleet } from '../../clusters/fleet.ts'
import {
  type Application,
  describe,
  isDone,
  listApplications,
  refreshApplication,
} from '../argocd/applications.ts'
import { type ArgocdServices, argocdServices } from '../argocd/argocd.ts'
import { configMaps } from '../argocd/settings.ts'
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts'
import { nodeFlags } from '../control-plane/flags.ts'
import { must } from '../control-plane/kubectl.ts'
import { nodeObjects } from '../control-plane/nodes.ts'
import type { GitHost } from '../git/host.ts'
import { type GitLink, openGitLink } from '../git/link.ts'
import { LabError } from '../lab/errors.ts'
import type { Lab } from '../lab/lab.ts'
import { podStages } from '../stand-ins/pods.ts'
import { standIns } from '../stand-ins.ts'
import { argocdObjects, repositorySecret } from './argocd-objects.ts'
import { autoDeploy } from './auto-deploy.ts'
import { type Birth, readBirth } from './bootstrap.ts'
import { waitFor } from './wait.ts'

const healthyMs = 300_000

export interface ClusterOptions {
  readonly fleet: Fleet
  readonly name: string
  /** Folder of the rendered fleet that it is born with. */
  readonly rendered: string
  readonly git: GitHost
  /** Seconds between two looks of Argo CD at the repository, without jitter. Default: as rendered. */
  readonly pollSeconds?: number
  readonly progress: (text: string) => void
}

/** A cluster of the fleet on a control plane of its own. From its start on it is changed through git alone. */
export interface Cluster extends Pick<ControlPlane, 'api' | 'kubectl' | 'kubeconfig' | 'server'> {
  readonly name: string
  /** Its way to the git host: `link.cut()`, `link.mend()`. */
  readonly link: GitLink
  /** Each process: `services.apiServer.kill()`, then `.start()`. */
  readonly services: ControlPlane['services'] & ArgocdServices
  applications(): Promise<readonly Application[]>
  /** Makes Argo CD look at git now. Default: at every Application. */
  refresh(...names: string[]): Promise<void>
  /**
   * Waits until all of its Applications are synced and healthy.
   * @returns seconds waited
   * @throws {LabError} after 300 s, with what holds each of the others up
   */
  untilHealthy(progress?: (text: string) => void): Promise<number>
}

/** Starts a cluster and lets it be born as K3s and `meridian-gitops` would; Argo CD works from there on. */
export async function startCluster(lab: Lab, options: ClusterOptions): Promise<Cluster> {
  const { fleet, name, rendered, git, progress } = options
  const facts = fleet.clusters.find((cluster) => cluster.name === name)
  if (!facts)
    throw new LabError(`no cluster ${name}; there are: ${fleet.clusters.map((c) => c.name).join(', ')}`)
  const birth = readBirth(rendered, facts)
  progress(`${name}: starting etcd, the API server, its controllers and kwok`)
  const flags = (logs: string) => nodeFlags(birth.variant, logs)
  const plane = await startControlPlane(lab, { name, flags, stages: podStages(join(lab.folder, name)) })
  const objects = nodeObjects(facts, fleet.machines, flags('').labels)
  progress(`${name}: bootstrap`)
  await addNodes(plane, objects)
  const stage = {
    api: plane.api,
    addresses: facts.nodes.map(({ address }) => address),
    certificate: {
      cert: join(lab.folder, name, 'pki/api.crt'),
      key: join(lab.folder, name, 'pki/api.key'),
    },
  }
  for (const { play } of standIns) if (play) lab.onClose(await play(stage))
  const maps = configMaps(polling(birth, options.pollSeconds))
  await autoDeploy(plane, birth, argocdObjects(maps))
  const link = await openGitLink(git.host, git.server.port)
  lab.onClose(() => link.close())
  progress(`${name}: starting Argo CD`)
  const argocd = await argocdServices(lab, {
    name,
    kubeconfig: await controllerKubeconfig(plane),
    maps,
    git,
    proxy: link.proxy,
  })
  await Promise.all([argocd.redis.start(), argocd.repoServer.start()])
  await argocd.applicationController.start()
  await gitops(
    plane,
    birth,
    repositorySecret({ url: birth.repository, ...git.credential, proxy: link.proxy }),
  )
  const { api } = plane
  const applications = () => listApplications(api)
  return {
    ...plane,
    name,
    link,
    services: { ...plane.services, ...argocd },
    applications,
    async refresh(...names) {
      const all = names.length > 0 ? names : (await applications()).map(({ metadata }) => metadata.name)
      await Promise.all(all.map((application) => refreshApplication(api, application)))
    },
    untilHealthy: (report = progress) => untilHealthy(name, applications, report),
  }
}

function polling({ values }: Birth, pollSeconds: number | undefined): Birth['values'] {
  if (pollSeconds === undefined) return values
  const cm = {
    ...values.configs?.cm,
    'timeout.reconciliation': `${pollSeconds}s`,
    'timeout.reconciliation.jitter': '0s',
  }
  return { ...values, configs: { ...values.configs, cm } }
}

async function addNodes({ api }: ControlPlane, nodes: ReturnType<typeof nodeObjects>): Promise<void> {
  for (const node of nodes) {
    await api.post('/api/v1/nodes', node)
    await api.patch(`/api/v1/nodes/${node.metadata.name}/status`, { status: node.status })
  }
}

/** What `meridian-gitops` does on the first node. */
async function gitops({ kubectl }: ControlPlane, { rootApplication }: Birth, secret: object): Promise<void> {
  await must(kubectl, ['create', '--filename=-'], JSON.stringify(secret))
  await must(kubectl, ['create', '--filename=-'], rootApplication)
}

async function controllerKubeconfig(plane: ControlPlane): Promise<string> {
  const token = await must(plane.kubectl, [
    'create',
    'token',
    'argocd-application-controller',
    '--namespace=argocd',
    '--duration=24h',
  ])
  return plane.kubeconfigFor('argocd-application-controller', { token: token.trim() })
}

function untilHealthy(
  name: string,
  applications: () => Promise<readonly Application[]>,
  progress: (text: string) => void,
): Promise<number> {
  return waitFor(
    async () => {
      const all = await applications()
      const open = all.filter((application) => !isDone(application))
      const first = open.map(({ metadata }) => metadata.name).join(' ')
      progress(
        `${name}: ${all.length - open.length} of ${all.length} Applications healthy; waiting for ${first}`,
      )
      return all.length > 1 && open.length === 0
    },
    { timeoutMs: healthyMs, onTimeout: async () => stuck(name, await applications()) },
  )
}

function stuck(name: string, all: readonly Application[]): string {
  const lines = all.filter((application) => !isDone(application)).map((open) => describe(open))
  return `${name} is not healthy after ${healthyMs / 1000} s:\n${lines.join('\n')}`
}
