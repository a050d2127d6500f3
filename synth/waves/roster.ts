import { z } from 'zod'
import { SynthError } from '../errors.ts'
import type { Repository } from './git.ts'

/** Of `rendered/fleet.json`, what waves need; other readers know the rest. */
const Index = z.object({
  waves: z.array(z.string()).min(1),
  clusters: z.record(z.string(), z.object({ wave: z.string(), country: z.string(), cpu: z.number() })),
})

/** Who is in which wave at one commit. */
export interface Roster {
  /** In the order of the roll-out. */
  readonly waves: readonly string[]
  /** The sites of a wave by name: clusters with machines of their own, whose gateways users reach. */
  sites(wave: string): readonly Site[]
}

export interface Site {
  readonly name: string
  readonly country: string
}

/** @throws {SynthError} if the commit holds no `rendered/fleet.json` that can be read */
export function rosterAt(repository: Repository, commit: string): Roster {
  const place = `${commit.slice(0, 12)}:rendered/fleet.json`
  const text = repository.read(commit, 'rendered/fleet.json')
  if (text === undefined) throw new SynthError(place, 'is not there', 'name a commit that holds rendered/')
  const { waves, clusters } = parse(text, place)
  return {
    waves,
    sites: (wave) =>
      Object.entries(clusters).flatMap(([name, cluster]) =>
        cluster.wave === wave && cluster.cpu > 0 ? [{ name, country: cluster.country }] : [],
      ),
  }
}

function parse(text: string, place: string) {
  try {
    return Index.parse(JSON.parse(text))
  } catch (error) {
    const [line = ''] = (error instanceof z.ZodError ? z.prettifyError(error) : String(error)).split('\n')
    throw new SynthError(place, `cannot be read: ${line}`, 'npx meridian synth renders it anew')
  }
}
