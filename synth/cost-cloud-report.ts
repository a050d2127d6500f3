import type { Budget, Price } from '../clusters/schema.ts'
import { type CloudCost, type Estimate, serviceOf } from './cost-cloud.ts'

/** The rendered cloud beside the lines. Money is USD a month, at list price. */
export interface CloudReport {
  /** Fixed charges of all resources at the least size that they run at. */
  readonly usd: number
  readonly resources: {
    readonly all: number
    readonly priced: number
    readonly free: number
    /** Paid by use alone. */
    readonly byUse: number
    /** Billed, and wholly or partly without a price here. */
    readonly unpriced: number
  }
  /** Fixed charges by stack and service, the dearest first in each stack. */
  readonly services: readonly CloudService[]
  readonly lines: readonly CloudLine[]
  readonly byUse: readonly CloudKind[]
  readonly unpriced: readonly CloudKind[]
  /** Every resource with a fixed charge, and of which price how many. */
  readonly estimates: readonly Pick<Estimate, 'stack' | 'kind' | 'name' | 'usd' | 'charges'>[]
}

export interface CloudService {
  readonly stack: string
  /** As `route53.aws`. */
  readonly service: string
  /** Id of the budget line that it stands beside, or of what is outside the lines. */
  readonly line: string
  readonly name: string
  readonly outside: boolean
  readonly usd: number
}

/** One of the nine lines as it is planned. */
interface PlannedLine {
  readonly id: string
  readonly name: string
  readonly usd: number
  readonly volume: number
  /** Of the volume's unit. */
  readonly listPrice: Price | undefined
}

/** One of the nine lines, and what list prices say beside it. */
export interface CloudLine {
  readonly id: string
  readonly name: string
  readonly plannedUsd: number
  readonly fixedUsd: number
  /** The line's volume at its list price; undefined: none is known for the unit. */
  readonly useUsd: number | undefined
}

export interface CloudKind {
  readonly kind: string
  readonly resources: number
  /** What it is paid by, or why it has no price. */
  readonly words: string
}

/** Adds a priced cloud up: by stack and service, beside the lines, and what has no fixed price. */
export function cloudReport(cloud: CloudCost, lines: readonly PlannedLine[], budget: Budget): CloudReport {
  const { estimates } = cloud
  const priced = estimates.filter(({ charges }) => charges.length > 0)
  const unpriced = estimates.filter((one) => one.unpriced.length > 0)
  const byUse = estimates.filter((one) => one.byUse)
  return {
    usd: cloud.usd,
    resources: {
      all: estimates.length,
      priced: priced.length,
      free: estimates.filter(({ free }) => free).length,
      byUse: byUse.filter((one) => one.charges.length === 0 && one.unpriced.length === 0).length,
      unpriced: unpriced.length,
    },
    services: servicesOf(priced, budget),
    lines: lines.map(({ id, name, usd, volume, listPrice }) => ({
      id,
      name,
      plannedUsd: usd,
      fixedUsd: cloud.byLine[id] ?? 0,
      useUsd: listPrice && listPrice.usd * volume,
    })),
    byUse: kindsOf(byUse, ({ byUse: use }) => use?.by ?? ''),
    unpriced: kindsOf(unpriced, (one) => one.unpriced.join('; ')),
    estimates: priced.map(({ stack, kind, name, usd, charges }) => ({ stack, kind, name, usd, charges })),
  }
}

function servicesOf(priced: readonly Estimate[], { lines, outside }: Budget): readonly CloudService[] {
  const names = new Map([...lines, ...outside].map(({ id, name }) => [id, name]))
  const services = new Map<string, CloudService>()
  for (const { stack, kind, charges } of priced) {
    for (const { line, usd } of charges) {
      const service = serviceOf(kind)
      const key = `${stack} ${service} ${line}`
      const before = services.get(key)?.usd ?? 0
      const isOutside = outside.some(({ id }) => id === line)
      services.set(key, {
        stack,
        service,
        line,
        name: names.get(line) ?? line,
        outside: isOutside,
        usd: before + usd,
      })
    }
  }
  return [...services.values()].toSorted((a, b) =>
    a.stack === b.stack ? b.usd - a.usd : a.stack < b.stack ? -1 : 1,
  )
}

function kindsOf(estimates: readonly Estimate[], words: (one: Estimate) => string): readonly CloudKind[] {
  const groups = Map.groupBy(estimates, (one) => `${one.kind}\0${words(one)}`)
  return [...groups.values()]
    .flatMap(([first, ...rest]) =>
      first ? [{ kind: first.kind, resources: rest.length + 1, words: words(first) }] : [],
    )
    .toSorted((a, b) => (a.kind < b.kind ? -1 : 1))
}
