import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import type { Cluster } from '../../clusters/schema.ts'
import { chartDefinitions } from '../argocd/charts.ts'
import type { ArgocdValues } from '../argocd/settings.ts'
import { LabError } from '../lab/errors.ts'

/** What a cluster is born with, from the rendered files alone. */
export interface Birth {
  /** Folder of the rendered kind of node. */
  readonly variant: string
  /** Files that K3s applies by itself, in the order in which they can be applied. */
  readonly manifests: readonly string[]
  /** The first node's root Application, as it stands in its cloud-init. */
  readonly rootApplication: string
  /** The repository that everything comes from. */
  readonly repository: string
  /** Of Argo CD's chart. */
  readonly values: ArgocdValues
  readonly definitions: readonly string[]
}

interface CloudInit {
  readonly write_files: readonly { readonly path: string; readonly content: string }[]
}

/**
 * Reads the birth of a cluster's first node.
 *
 * @throws {LabError} where the cluster has no nodes of ours
 */
export function readBirth(rendered: string, cluster: Cluster): Birth {
  const [first] = cluster.nodes
  if (cluster.distribution !== 'k3s' || !first) {
    throw new LabError(
      `${cluster.name} is run by AWS: its nodes and bootstrap are not rendered. Choose a K3s cluster`,
    )
  }
  const file = join(rendered, 'clusters', cluster.name, 'node', `${first.name}.yaml`)
  // Rendered by nodes/cloud-init.ts.
  const { write_files: files } = parse(readFileSync(file, 'utf8')) as CloudInit
  const content = (path: string) => {
    const found = files.find((written) => written.path === path)
    if (!found) throw new LabError(`${file} does not write ${path}`)
    return found.content
  }
  const environment = content('/etc/meridian/node.env')
  const variant = join(rendered, 'nodes', variable(environment, 'VARIANT'))
  const chart = argocdChart(join(variant, 'manifests/argocd.yaml'))
  return {
    variant,
    manifests: ['network.yaml', 'argocd.yaml', 'root-project.yaml'].map((name) =>
      join(variant, 'manifests', name),
    ),
    rootApplication: content('/etc/meridian/root-application.yaml'),
    repository: variable(environment, 'REPOSITORY'),
    // Values of the chart; rendered by apps/argocd.
    values: parse(chart.valuesContent) as ArgocdValues,
    definitions: chartDefinitions(chart.chart),
  }
}

function argocdChart(file: string): { readonly chart: string; readonly valuesContent: string } {
  const objects = parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS())
  const found: unknown = objects.find(({ kind }) => kind === 'HelmChart')
  if (!found) throw new LabError(`${file} holds no HelmChart`)
  // helm.cattle.io/v1, validated by its schema.
  return (found as { spec: { chart: string; valuesContent: string } }).spec
}

function variable(environment: string, name: string): string {
  const [, value] = new RegExp(`^${name}='(.*)'$`, 'm').exec(environment) ?? []
  if (value === undefined) throw new LabError(`node.env has no ${name}`)
  return value
}
