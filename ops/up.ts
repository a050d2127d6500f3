import { dirname, join } from 'node:path'
import { loadFleet } from '../clusters/fleet.ts'
import { type Cluster, startCluster } from './cluster/cluster.ts'
import { type GitHost, startGitHost } from './git/host.ts'
import { type Lab, openLab } from './lab/lab.ts'

const root = dirname(import.meta.dirname)

export interface Fleetlet {
  readonly lab: Lab
  readonly git: GitHost
  /** By name, in the order asked for. */
  readonly clusters: Readonly<Record<string, Cluster>>
}

export interface FleetletOptions {
  readonly clusters: readonly string[]
  /** Folder of the rendered fleet. Default: `rendered/`. */
  readonly rendered?: string
  /** Folder of the facts. Default: `clusters/`. */
  readonly facts?: string
  /** Seconds between two looks of Argo CD at git. Default: as rendered. */
  readonly pollSeconds?: number
  readonly progress?: (text: string) => void
}

/**
 * Starts some clusters of the fleet and the git host that they pull from, in a lab of their own.
 *
 * ```ts
 * const { lab, git, clusters } = await startFleetlet({ clusters: ['mel1', 'akl1'] })
 * try {
 *   await clusters.akl1.untilHealthy()
 *   git.commit('Two routers more', { 'rendered/apps/router/small/…': '…' })
 *   git.move('wave/early', 'main')
 *   await clusters.akl1.refresh('router')
 * } finally {
 *   await lab.close()
 * }
 * ```
 *
 * @throws {LabError | BuildError} and then nothing is left running
 */
export async function startFleetlet(options: FleetletOptions): Promise<Fleetlet> {
  const { rendered = join(root, 'rendered'), facts = join(root, 'clusters'), progress = () => {} } = options
  const fleet = loadFleet(facts)
  const lab = await openLab(progress)
  try {
    const url = fleet.platform.repository
    const git = await startGitHost(lab, { url, rendered, waves: fleet.waves.map(({ name }) => name) })
    const clusters = await Promise.all(
      options.clusters.map((name) =>
        startCluster(lab, { fleet, name, rendered, git, pollSeconds: options.pollSeconds, progress }),
      ),
    )
    return { lab, git, clusters: Object.fromEntries(clusters.map((cluster) => [cluster.name, cluster])) }
  } catch (error) {
    await lab.close()
    throw error
  }
}
