import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { downloadModules } from '../engines/modules.ts'

const kwok = {
  module: 'sigs.k8s.io/kwok',
  version: 'v0.8.0',
  sum: 'h1:OTIOTwgROqPMovcTwxICx2eYQ4AwLpSx5EpjbDKF4SQ=',
  crds: [],
}

/** kwok's own: how a node becomes ready and stays it, how a pod ends. */
const asTheyAre = [
  'node/fast/node-initialize.yaml',
  'node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
  'pod/fast/pod-complete.yaml',
  'pod/fast/pod-delete.yaml',
]

/** The digest that no image has: a container that asks for it never starts. */
export const missingDigest = `sha256:${'f'.repeat(64)}`

const fails = `.spec.containers[] | select(.image | endswith("@${missingDigest}")) | .name`

/** kwok's Stage, as far as it is changed here. */
interface Stage {
  readonly spec: { readonly selector: { readonly matchExpressions: object[] } }
}

/**
 * Writes the stages that kwok plays kubelets by: kwok's own, and one for an image that cannot be pulled.
 *
 * @returns the files
 */
export function podStages(folder: string): string[] {
  const module = downloadModules([kwok]).get(kwok.module) ?? ''
  const stages = join(module, 'kustomize/stage')
  // From the pinned module.
  const ready = parse(readFileSync(join(stages, 'pod/fast/pod-ready.yaml'), 'utf8')) as Stage
  ready.spec.selector.matchExpressions.push({ key: fails, operator: 'DoesNotExist' })
  const own = join(folder, 'stages.yaml')
  mkdirSync(folder, { recursive: true })
  writeFileSync(own, [ready, imageFails].map((stage) => stringify(stage)).join('---\n'))
  return [...asTheyAre.map((file) => join(stages, file)), own]
}

const imageFails = {
  apiVersion: 'kwok.x-k8s.io/v1alpha1',
  kind: 'Stage',
  metadata: { name: 'pod-image-fails' },
  spec: {
    resourceRef: { apiGroup: 'v1', kind: 'Pod' },
    selector: {
      matchExpressions: [
        { key: '.metadata.deletionTimestamp', operator: 'DoesNotExist' },
        { key: fails, operator: 'Exists' },
        {
          key: '.status.containerStatuses.[].state.waiting.reason',
          operator: 'NotIn',
          values: ['ImagePullBackOff'],
        },
      ],
    },
    next: {
      statusTemplate: `
{{ $now := Now }}
conditions:
- { type: Initialized, status: "True", lastTransitionTime: {{ $now | Quote }} }
- { type: Ready, status: "False", reason: ContainersNotReady, lastTransitionTime: {{ $now | Quote }} }
- { type: ContainersReady, status: "False", reason: ContainersNotReady, lastTransitionTime: {{ $now | Quote }} }
containerStatuses:
{{ range .spec.containers }}
- image: {{ .image | Quote }}
  name: {{ .name | Quote }}
  ready: false
  restartCount: 0
  state:
    waiting: { reason: ImagePullBackOff, message: "no image has this digest" }
{{ end }}
phase: Pending
`,
    },
  },
}
