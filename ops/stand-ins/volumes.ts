import { ApiError, type Live } from '../control-plane/api.ts'
import type { Stage } from './stand-in.ts'

interface Claim extends Live {
  readonly spec: {
    readonly volumeName?: string
    readonly storageClassName?: string
    readonly accessModes?: readonly string[]
    readonly resources?: { readonly requests?: Readonly<Record<string, string>> }
  }
}

interface Volume extends Live {
  readonly status?: { readonly phase?: string }
}

const selectedNode = 'volume.kubernetes.io/selected-node'

/** Makes the volume of each claim that the scheduler found a node for, as the local-path provisioner does. */
export function volumes({ api }: Stage): () => void {
  const claims = api.watch<Claim>('/api/v1/persistentvolumeclaims', async (claim) => {
    const { metadata, spec } = claim
    const node = metadata.annotations?.[selectedNode]
    if (node === undefined || spec.volumeName !== undefined) return
    await api.post('/api/v1/persistentvolumes', volumeFor(claim, node)).catch((error: unknown) => {
      // Conflict: it was made a moment ago.
      if (!(error instanceof ApiError && error.code === 409)) throw error
    })
  })
  const released = api.watch<Volume>('/api/v1/persistentvolumes', async ({ metadata, status }) => {
    if (status?.phase === 'Released') await api.delete(`/api/v1/persistentvolumes/${metadata.name}`)
  })
  return () => {
    claims()
    released()
  }
}

function volumeFor({ metadata, spec }: Claim, node: string) {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `pvc-${metadata.uid}` },
    spec: {
      accessModes: spec.accessModes,
      capacity: { storage: spec.resources?.requests?.storage },
      storageClassName: spec.storageClassName,
      persistentVolumeReclaimPolicy: 'Retain',
      claimRef: {
        kind: 'PersistentVolumeClaim',
        namespace: metadata.namespace,
        name: metadata.name,
        uid: metadata.uid,
      },
      local: { path: `/var/lib/rancher/k3s/storage/pvc-${metadata.uid}` },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] },
          ],
        },
      },
    },
  }
}
