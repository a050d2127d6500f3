import { z } from 'zod'
import { layers } from '../../apps/_lib/layers.ts'
import { SynthError } from '../errors.ts'
import type { RenderedTree } from './tree.ts'

/** What views need of fleet.json: the layer of each variant, by `router/small`. */
export interface FleetIndex {
  readonly layers: ReadonlyMap<string, (typeof layers)[number]>
}

const Index = z.object({ variants: z.record(z.string(), z.object({ layer: z.enum(layers) })) })

/** @throws {SynthError} where fleet.json is not what `synth` writes */
export function fleetIndex(tree: RenderedTree): FleetIndex {
  const parsed = Index.safeParse(JSON.parse(tree.read('fleet.json') ?? '{}'))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new SynthError(
      'rendered/fleet.json',
      `is not what this version writes: ${issue?.path.join('.')}: ${issue?.message}`,
      'npx meridian synth writes it anew',
    )
  }
  return {
    layers: new Map(Object.entries(parsed.data.variants).map(([variant, { layer }]) => [variant, layer])),
  }
}
