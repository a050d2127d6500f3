import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { Release } from '../apps/_lib/release.ts'
import * as facts from '../clusters/schema.ts'
import { Exceptions } from '../policies/exceptions.ts'

/** Every YAML file that people write, and where the JSON schema of its kind lies. */
const sources: Readonly<Record<string, readonly [title: string, schema: z.ZodType]>> = {
  'apps/_lib/release.schema.json': ['The versions that an app runs: apps/<app>/release.yaml', Release],
  'clusters/schemas/areas.json': ['How the world is divided', facts.Areas],
  'clusters/schemas/budget.json': ['The nine lines of the budget and what they leave out', facts.Budget],
  'clusters/schemas/cloud.json': ['What the programs of platform/ need to know of the clouds', facts.Cloud],
  'clusters/schemas/cluster.json': ['One Kubernetes cluster: clusters/fleet/<cluster>.yaml', facts.Cluster],
  'clusters/schemas/locations.json': [
    'The cities of an area: clusters/locations/<area>.yaml',
    facts.Locations,
  ],
  'clusters/schemas/machines.json': ['The kinds of machine that nodes are', facts.Machines],
  'clusters/schemas/networks.json': ['The four edge networks', facts.Networks],
  'clusters/schemas/platform.json': ['What the whole platform has one of', facts.Platform],
  'clusters/schemas/prices.json': ['List prices as their sellers publish them', facts.Prices],
  'clusters/schemas/regions.json': ['The AWS regions behind the edge', facts.Regions],
  'clusters/schemas/routes.json': ['What the platform answers, and who answers it', facts.Routes],
  'clusters/schemas/threats.json': ['Networks whose requests every edge refuses', facts.Threats],
  'clusters/schemas/waves.json': ['The order in which changes roll over the clusters', facts.Waves],
  'policies/exceptions.schema.json': ['What a rule finds and somebody answers for until a day', Exceptions],
}

const lineWidth = 110

/**
 * The JSON schemas that editors check facts with, by path from the repository's root. They are made from the zod
 * schemas that `synth` checks the same files with; draft 7, the newest that every YAML language server reads.
 */
export function jsonSchemas(): ReadonlyMap<string, string> {
  const schemas = Object.entries(sources).map(([path, [title, schema]]) => {
    const { $schema, ...rest } = z.toJSONSchema(schema, {
      target: 'draft-7',
      // What a person writes: a key with a default may be left out.
      io: 'input',
      override: ({ jsonSchema }) => withoutSafeIntegers(jsonSchema),
    })
    return [path, `${print({ $schema, title, ...rest }, '', 0)}\n`] as const
  })
  return new Map(schemas)
}

/** zod bounds every integer by what a double holds; beside real bounds that is noise. */
function withoutSafeIntegers(schema: { minimum?: number; maximum?: number }): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
}

/** JSON as Biome formats it: a list of plain values on one line where it fits. */
function print(value: unknown, indent: string, column: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const inner = `${indent}  `
  const lines = (items: readonly string[]) => items.map((item) => `\n${inner}${item}`).join(',')
  if (Array.isArray(value)) {
    const line = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`
    const plain = value.every((item) => typeof item !== 'object')
    if (plain && column + line.length < lineWidth) return line
    return `[${lines(value.map((item) => print(item, inner, inner.length)))}\n${indent}]`
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  if (entries.length === 0) return '{}'
  const pairs = entries.map(([key, item]) => {
    const start = `${JSON.stringify(key)}: `
    return start + print(item, inner, inner.length + start.length)
  })
  return `{${lines(pairs)}\n${indent}}`
}

if (import.meta.main) {
  const root = dirname(import.meta.dirname)
  for (const [path, text] of jsonSchemas()) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}
