import { ApiObject, type Chart } from 'cdk8s'
import { jobAccount } from './upgrade-jobs.ts'

export interface PlanProps {
  /** A K3s release, such as v1.36.3+k3s1. */
  readonly k3s: string
  /** By digest. */
  readonly upgrade: string
  /** Pods can move to another node while theirs is away. */
  readonly severalNodes: boolean
}

const controlPlane = 'node-role.kubernetes.io/control-plane'

/**
 * Servers first, one at a time; agents when every server runs the new version.
 *
 * @throws {RangeError} where the image is not the version that the facts name
 */
export function plans(chart: Chart, { k3s, upgrade, severalNodes }: PlanProps): void {
  const tag = k3s.replace('+', '-')
  if (!upgrade.includes(`:${tag}@`)) {
    throw new RangeError(
      `the facts ask for K3s ${k3s}, but apps/upgrades/release.yaml brings ${upgrade}: set ${tag}`,
    )
  }
  const shared = {
    version: k3s,
    serviceAccountName: jobAccount,
    concurrency: 1,
    // Neither plan works on a node while the other does.
    exclusive: true,
    jobActiveDeadlineSecs: 1800,
    tolerations: [{ operator: 'Exists' }],
  }
  plan(chart, 'k3s-server', {
    ...shared,
    nodeSelector: { matchExpressions: [{ key: controlPlane, operator: 'In', values: ['true'] }] },
    upgrade: { image: upgrade },
    // The pods of a lone node have nowhere to go: they run on for the seconds in which K3s restarts.
    ...(severalNodes ? { drain } : { cordon: true }),
  })
  if (!severalNodes) return
  plan(chart, 'k3s-agent', {
    ...shared,
    nodeSelector: { matchExpressions: [{ key: controlPlane, operator: 'DoesNotExist' }] },
    prepare: { image: upgrade, args: ['prepare', 'k3s-server'] },
    upgrade: { image: upgrade },
    drain,
  })
}

/** Evictions ask the disruption budgets. */
const drain = { force: false, deleteEmptydirData: true, ignoreDaemonSets: true, timeout: '10m0s' }

function plan(chart: Chart, name: string, spec: Record<string, unknown>): void {
  new ApiObject(chart, name, {
    apiVersion: 'upgrade.cattle.io/v1',
    kind: 'Plan',
    metadata: {
      name,
      namespace: 'node-agents',
      annotations: {
        // The controller brings the definition of a Plan: it must run first.
        'argocd.argoproj.io/sync-wave': '1',
        'argocd.argoproj.io/sync-options': 'SkipDryRunOnMissingResource=true',
      },
    },
    spec,
  })
}
