import { build } from '../../ops/engines/build.ts'
import type { Engine } from '../../ops/engines/engines.ts'
import type { PeerEngine } from './peers/peer.ts'

const folder = 'tools/bench-synth/engines'

/** Programs of the bench alone, each pinned by the go.mod of its folder. */
const engines: Readonly<Record<PeerEngine | 'measure', Engine>> = {
  measure: { name: 'bench-measure', folder: `${folder}/measure`, package: '.' },
  helm: { name: 'helm', folder: `${folder}/helm`, package: 'helm.sh/helm/v4/cmd/helm' },
  kustomize: {
    name: 'kustomize',
    folder: `${folder}/kustomize`,
    package: 'sigs.k8s.io/kustomize/kustomize/v5',
  },
  jsonnet: {
    name: 'jsonnet',
    folder: `${folder}/jsonnet`,
    package: 'github.com/google/go-jsonnet/cmd/jsonnet',
  },
  cue: { name: 'cue', folder: `${folder}/cue`, package: 'cuelang.org/go/cmd/cue' },
}

/**
 * Builds a program of the bench, or finds it in the user's cache.
 *
 * @returns its path, `.cache/bin/<name>`
 * @throws {BuildError} where Go cannot build it
 */
export async function engine(name: keyof typeof engines): Promise<string> {
  return (await build(engines[name])).binary
}
