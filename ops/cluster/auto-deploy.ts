import { basename, join } from 'node:path'
import type { Api } from '../control-plane/api.ts'
import type { ControlPlane } from '../control-plane/control-plane.ts'
import { must } from '../control-plane/kubectl.ts'
import { crdFolder } from '../engines/crd-folder.ts'
import type { Birth } from './bootstrap.ts'
import { waitFor } from './wait.ts'

const k3sDefinitions = [
  'helmcharts.helm.cattle.io',
  'helmchartconfigs.helm.cattle.io',
  'addons.k3s.cattle.io',
]

/**
 * What K3s applies by itself, and what its Helm controller would make of the HelmChart in it.
 * @param chart the objects of Argo CD's chart
 */
export async function autoDeploy(
  { api, kubectl }: ControlPlane,
  birth: Birth,
  chart: readonly object[],
): Promise<void> {
  async function define(files: readonly string[]): Promise<void> {
    const named = files.flatMap((file) => ['--filename', file])
    await must(kubectl, ['apply', '--server-side', ...named])
    for (const file of files) await untilServed(api, basename(file, '.yaml'))
  }

  await define(k3sDefinitions.map((name) => join(crdFolder, `${name}.yaml`)))
  for (const manifest of birth.manifests) {
    await must(kubectl, ['apply', '--filename', manifest])
    if (manifest.endsWith('/argocd.yaml')) {
      await define(birth.definitions)
      await must(kubectl, ['apply', '--filename=-'], list(chart))
    }
  }
}

function list(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
}

interface Definition {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
}

/** Waits until the API server serves the kind that a definition brings. */
async function untilServed(api: Api, name: string): Promise<void> {
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`
  const served = async () =>
    (await api.get<Definition>(path))?.status?.conditions?.some(
      ({ type, status }) => type === 'Established' && status === 'True',
    ) ?? false
  await waitFor(served, { timeoutMs: 60_000, onTimeout: () => `${name} is not served after 60 s` })
}
