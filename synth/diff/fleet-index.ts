import { z } from 'zod'
import { SynthError } from '../errors.ts'

const Cluster = z.object({
  location: z.string(),
  country: z.string().default(''),
  region: z.string(),
  wave: z.string(),
  /** Cores of its nodes; 0 where the cloud runs them. */
  cpu: z.number().default(0),
  runs: z.record(z.string(), z.string()),
})

const FleetIndex = z.object({
  version: z.literal(1),
  waves: z.array(z.string()),
  cost: z.object({
    plannedUsdPerMonth: z.number(),
    budgetUsdPerMonth: z.number(),
    outsideUsdPerMonth: z.number(),
    lines: z.record(z.string(), z.number()).default({}),
    cloud: z.record(z.string(), z.number()).optional(),
  }),
  variants: z.record(z.string(), z.object({ layer: z.string(), namespace: z.string(), objects: z.number() })),
  clusters: z.record(z.string(), Cluster),
})

/** `rendered/fleet.json`: which cluster runs which variant, and what the fleet costs. */
export type FleetIndex = z.infer<typeof FleetIndex>

/**
 * Reads a tree's `fleet.json`.
 *
 * @param place how a person calls the tree: its ref
 * @throws {SynthError} when it is not what `npx meridian synth` writes
 */
export function parseFleetIndex(text: string | undefined, place: string): FleetIndex {
  const mend = 'compare with a commit whose rendered/ was written by npx meridian synth'
  if (text === undefined) throw new SynthError(place, 'rendered/fleet.json is not there', mend)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new SynthError(place, 'rendered/fleet.json is no JSON', mend)
  }
  const parsed = FleetIndex.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new SynthError(place, `rendered/fleet.json: ${issue?.path.join('.')}: ${issue?.message}`, mend)
}
