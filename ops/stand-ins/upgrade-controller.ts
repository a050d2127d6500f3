import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ApiError, type Live } from '../control-plane/api.ts'
import { crdFolder } from '../engines/crd-folder.ts'
import type { Stage } from './stand-in.ts'

interface Deployment extends Live {
  readonly status?: { readonly availableReplicas?: number }
}

/** The upgrade controller registers its own kind when it starts; so the kind comes once its pod is there. */
export function upgradeController({ api }: Stage): () => void {
  const definition: unknown = parse(readFileSync(join(crdFolder, 'plans.upgrade.cattle.io.yaml'), 'utf8'))
  return api.watch<Deployment>('/apis/apps/v1/deployments', async ({ metadata, status }) => {
    if (metadata.name !== 'system-upgrade-controller' || !status?.availableReplicas) return
    await api
      .post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition)
      .catch((error: unknown) => {
        // Conflict: it has it.
        if (!(error instanceof ApiError && error.code === 409)) throw error
      })
  })
}
