import { readdirSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import type { z } from 'zod'
import { crossCheck, type FactFiles } from './checks.ts'
import { FactsError, type ParsedFacts, type Problem, readFacts } from './facts.ts'
import * as schema from './schema.ts'

/** Everything that is known of the fleet: parsed, checked, and ordered by name. */
export interface Fleet {
  readonly platform: schema.Platform
  readonly areas: schema.Areas
  readonly networks: schema.Networks
  readonly regions: schema.Regions
  readonly cloud: schema.Cloud
  readonly threats: readonly schema.Threat[]
  readonly waves: readonly schema.Wave[]
  readonly machines: schema.Machines
  readonly locations: ReadonlyMap<string, PlacedLocation>
  readonly clusters: readonly schema.Cluster[]
  readonly routes: schema.Routes
  readonly budget: schema.Budget
  readonly prices: readonly schema.Price[]
}

export type PlacedLocation = schema.Location & { readonly area: schema.AreaName }

/**
 * Loads the facts under `dir` (in production `clusters/`).
 *
 * @throws {FactsError} with every wrong fact of every file: unreadable, not YAML, against its schema, or at odds
 * with another fact.
 */
export function loadFleet(dir: string, parsed?: ParsedFacts): Fleet {
  const problems: Problem[] = []
  const read = <S extends z.ZodType>(file: string, shape: S) =>
    readFacts(join(dir, file), shape, problems, parsed)
  const files = {
    platform: read('platform.yaml', schema.Platform),
    areas: read('areas.yaml', schema.Areas),
    networks: read('networks.yaml', schema.Networks),
    regions: read('regions.yaml', schema.Regions),
    cloud: read('cloud.yaml', schema.Cloud),
    threats: read('threats.yaml', schema.Threats),
    waves: read('waves.yaml', schema.Waves),
    machines: read('machines.yaml', schema.Machines),
    routes: read('routes.yaml', schema.Routes),
    budget: read('budget.yaml', schema.Budget),
    prices: read('prices.yaml', schema.Prices),
    locations: yamlFiles(dir, 'locations', problems).map((file) => read(file, schema.Locations)),
    clusters: yamlFiles(dir, 'fleet', problems).map((file) => read(file, schema.Cluster)),
  }
  // A file that could not be read makes every check against it noise: those come in the next run.
  if (problems.length > 0) throw new FactsError(problems)
  // No problems: every file was read.
  const complete = files as FactFiles
  problems.push(...crossCheck(complete))
  if (problems.length > 0) throw new FactsError(problems)
  return {
    platform: complete.platform.value,
    areas: complete.areas.value.areas,
    networks: complete.networks.value,
    regions: complete.regions.value.regions,
    cloud: complete.cloud.value,
    threats: complete.threats.value.networks,
    waves: complete.waves.value.waves,
    machines: complete.machines.value.machines,
    locations: new Map(
      complete.locations.flatMap(({ value }) =>
        value.locations.map((location) => [location.code, { ...location, area: value.area }] as const),
      ),
    ),
    clusters: complete.clusters.map(({ value }) => value),
    routes: complete.routes.value,
    budget: complete.budget.value,
    prices: complete.prices.value.prices,
  }
}

function yamlFiles(dir: string, folder: string, problems: Problem[]): string[] {
  try {
    return readdirSync(join(dir, folder))
      .filter((name) => name.endsWith('.yaml') && !basename(name).startsWith('.'))
      .sort()
      .map((name) => join(folder, name))
  } catch (error) {
    const message = `the folder cannot be read: ${error instanceof Error ? error.message : String(error)}`
    problems.push({ file: relative(process.cwd(), join(dir, folder)), line: 1, column: 1, message })
    return []
  }
}
