import { z } from 'zod'

const Level = z.enum(['low', 'medium', 'high'])

const Radius = z.object({
  clusters: z.int(),
  /** Of so many in the fleet. */
  ofClusters: z.int(),
  countries: z.int(),
  /** Share of the edge's cores, 0 to 1: the traffic by capacity. Absent where the index has no cores. */
  share: z.number().optional(),
})

const ObjectId = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string(),
  name: z.string(),
})

const Field = z.object({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() })

const Change = z.object({
  op: z.enum(['added', 'removed', 'changed']),
  /** `app`: of an app's variants; `cluster`: clusters' own; `node`: what nodes start by themselves; `cloud`: a stack's. */
  scope: z.enum(['app', 'cluster', 'node', 'cloud']),
  subject: z.string(),
  why: z.enum(['edited', 'moved', 'placed', 'withdrawn']),
  /** All that change in the same way. */
  objects: z.array(ObjectId),
  variants: z.array(z.string()),
  fields: z.array(Field),
  clusters: z.array(z.string()),
  radius: Radius,
})

const File = z.object({
  op: z.enum(['added', 'removed', 'changed']),
  name: z.string(),
  paths: z.array(z.string()),
  lines: z.array(z.object({ removed: z.array(z.string()), added: z.array(z.string()) })),
  clusters: z.array(z.string()),
  radius: Radius,
})

const Danger = z.object({
  /** Stable: `data-loss`, `immutable-field`, … */
  id: z.string(),
  severity: Level,
  /** What happens, and why it is dangerous. */
  sentence: z.string(),
  /** `router/StatefulSet router`; empty for what concerns the fleet. */
  objects: z.array(z.string()),
  clusters: z.array(z.string()),
})

const Tree = z.object({
  /** As it was asked for; `working tree` where no head was. */
  ref: z.string(),
  commit: z.string().optional(),
})

const CostLine = z.object({
  line: z.string(),
  beforeUsdPerMonth: z.number(),
  afterUsdPerMonth: z.number(),
})

/** What `npx meridian diff --json` prints. */
export const DiffReport = z.object({
  version: z.literal(1),
  base: Tree,
  head: Tree,
  /** Set where a wave's ref is compared: only its clusters are counted. */
  wave: z.string().optional(),
  risk: z.object({ level: Level, reasons: z.array(z.string()) }),
  dangers: z.array(Danger),
  radius: Radius,
  /** In the order in which the waves take it. */
  waves: z.array(z.object({ wave: z.string(), clusters: z.int(), changes: z.int() })),
  clusters: z.object({
    added: z.array(z.string()),
    removed: z.array(z.string()),
    moved: z.array(z.object({ cluster: z.string(), from: z.string(), to: z.string() })),
  }),
  cost: z.object({ deltaUsdPerMonth: z.number(), lines: z.array(CostLine) }),
  changes: z.array(Change),
  files: z.array(File),
  /** How many files differ, and the files and objects that are the same, written otherwise. */
  paths: z.object({ changed: z.int(), cosmetic: z.array(z.string()) }),
})

export type DiffReport = z.infer<typeof DiffReport>
export type Level = z.infer<typeof Level>
export type Radius = z.infer<typeof Radius>
export type Danger = z.infer<typeof Danger>
export type Change = z.infer<typeof Change>
