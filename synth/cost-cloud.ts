import { parse } from 'yaml'
import type { Fleet } from '../clusters/fleet.ts'
import type { Price } from '../clusters/schema.ts'
import { freeKinds, freeServices, type Use, unpricedKinds, usedKinds } from './cost-kinds.ts'
import { type Billable, type Charge, readKinds, type Surroundings, tariffs } from './cost-tariffs.ts'
import type { Document } from './documents.ts'
import { dataAt, isData, textAt } from './views/data.ts'

/** A charge at list price, USD a month. */
export interface PricedCharge extends Charge {
  /** The budget line that the price stands beside, or what `budget.yaml` has outside the lines. */
  readonly line: string
  readonly usd: number
}

/** What a resource costs a month at its least size: free, by use, at list price, or not known. */
export interface Estimate {
  readonly stack: string
  readonly kind: string
  readonly name: string
  readonly usd: number
  readonly charges: readonly PricedCharge[]
  /** What is paid on top by use; undefined: nothing. */
  readonly byUse: Use | undefined
  /** What is billed and has no price here, in words. */
  readonly unpriced: readonly string[]
  readonly free: boolean
}

/** The rendered cloud at list price. Money is USD a month. */
export interface CloudCost {
  readonly estimates: readonly Estimate[]
  readonly usd: number
  /** Fixed charges by the budget line, or the entry outside the lines, that their prices stand beside. */
  readonly byLine: Readonly<Record<string, number>>
  readonly byStack: Readonly<Record<string, number>>
}

/** Nothing is rendered, nothing is paid. */
export const noCloud: CloudCost = { estimates: [], usd: 0, byLine: {}, byStack: {} }

/**
 * Prices every resource at the least size that it runs at: an autoscaler's minimum, all month (730 hours), on demand,
 * without free allowances.
 *
 * @param documents what `readCloudDocuments` gives
 */
export function cloudCostOf(
  documents: readonly Document[],
  { prices, regions }: Pick<Fleet, 'prices' | 'regions'>,
): CloudCost {
  const priceOf = new Map(prices.map((price) => [price.id, price]))
  const entrances = new Set(Object.values(regions).map(({ entrance }) => entrance.host))
  const resources = documents.flatMap(billableOf)
  const byKind = Map.groupBy(resources, ({ stack, kind }) => `${stack} ${kind}`)
  const estimates = resources.map((resource) =>
    estimateOf(resource, priceOf, {
      near: (kind) => byKind.get(`${resource.stack} ${kind}`) ?? [],
      entrances,
    }),
  )
  const charges = estimates.flatMap((one) => one.charges)
  return {
    estimates,
    usd: sumOf(estimates),
    byLine: sums(Map.groupBy(charges, ({ line }) => line)),
    byStack: sums(Map.groupBy(estimates, ({ stack }) => stack)),
  }
}

function estimateOf(
  resource: Billable,
  prices: ReadonlyMap<string, Price>,
  surroundings: Surroundings,
): Estimate {
  const { stack, kind, name } = resource
  const tariff = tariffs[kind]
  const charges: PricedCharge[] = []
  const unpriced: string[] = []
  for (const charge of tariff?.(resource, surroundings) ?? []) {
    const price = prices.get(charge.price)
    if (!price) unpriced.push(`no price ${charge.price} in clusters/prices.yaml`)
    else charges.push({ ...charge, line: price.line, usd: charge.quantity * price.usd })
  }
  const reason = unpricedKinds[kind]
  if (reason !== undefined) unpriced.push(reason)
  const byUse = usedKinds[kind]
  const free = kind in freeKinds || freeServices.includes(serviceOf(kind))
  if (!tariff && !byUse && !free && reason === undefined) unpriced.push('how it is billed is not known here')
  return { stack, kind, name, usd: sumOf(charges), charges, byUse, unpriced, free }
}

/** `route53.aws` of `route53.aws HealthCheck`. */
export function serviceOf(kind: string): string {
  return kind.slice(0, kind.indexOf(' '))
}

function billableOf({ text, files }: Document): readonly Billable[] {
  const [, apiGroup = ''] = /^apiVersion: (\S+)\/v\d+$/m.exec(text) ?? []
  const [, kindName = ''] = /^kind: (\S+)$/m.exec(text) ?? []
  const kind = `${apiGroup} ${kindName}`
  if (kind === 'pulumi Stack') return []
  const [, name = ''] = /^ {2}name: "?([^"\n]+)"?$/m.exec(text) ?? []
  const stack = (files[0] ?? '').replace(/^.*\/|\.yaml$/g, '')
  // Parsing costs more than all the rest: nine in ten resources are free or paid by use.
  if (!readKinds.has(kind)) return [{ stack, kind, name, spec: {} }]
  const content: unknown = parse(text)
  if (!isData(content)) return []
  return [{ stack, kind, name: textAt(content, 'metadata', 'name'), spec: dataAt(content, 'spec') }]
}

function sums(groups: ReadonlyMap<string, readonly { readonly usd: number }[]>): Record<string, number> {
  return Object.fromEntries([...groups].map(([key, group]) => [key, sumOf(group)]))
}

function sumOf(all: readonly { readonly usd: number }[]): number {
  return all.reduce((total, { usd }) => total + usd, 0)
}
