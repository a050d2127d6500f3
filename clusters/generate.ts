import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { distance } from './distance.ts'
import { type Fleet, loadFleet } from './fleet.ts'
import type { Cluster, Location, RegionName } from './schema.ts'

/** A cluster's facts may turn a prop of an app away from its default; here each cluster turns it to another number. */
export interface Setting {
  readonly app: string
  readonly prop: string
}

export interface SyntheticFleet {
  /** 1 to `maxClusters`. */
  readonly clusters: number
  /** The size of every cluster. @default sizes in about the proportions of a real fleet */
  readonly size?: Cluster['size']
  /** Settings that differ on every cluster, so that no two share a variant of these apps. @default none */
  readonly distinct?: readonly Setting[]
}

/** A facts file; its path is relative to the folder of the facts. */
export interface FactsFile {
  readonly path: string
  readonly content: string
}

/** As many as `sites` below has networks of /24, the first of which is nobody's. */
export const maxClusters = 2 ** 14 - 1
/** Disjoint from the regions' own networks (10.1.0.0/16 to 10.3.0.0/16). */
const sites = '10.64.0.0/10'

/**
 * A fleet of any size that passes every check: the locations, prices and routes of the facts in `base`, and K3s
 * clusters of its own in those locations. The same arguments give the same bytes.
 *
 * @throws {FactsError} if the facts in `base` are wrong
 * @throws {RangeError} for a number of clusters that there cannot be
 */
export function* generateFleet(base: string, fleet: SyntheticFleet): Generator<FactsFile> {
  if (!Number.isInteger(fleet.clusters) || fleet.clusters < 1 || fleet.clusters > maxClusters) {
    throw new RangeError(`found ${fleet.clusters} clusters, allowed: 1 to ${maxClusters}`)
  }
  const facts = loadFleet(base)
  const text = (path: string) => syntheticText(readFileSync(join(base, path), 'utf8'))
  for (const name of [
    'areas',
    'networks',
    'regions',
    'cloud',
    'threats',
    'machines',
    'routes',
    'budget',
    'prices',
  ]) {
    yield { path: `${name}.yaml`, content: text(`${name}.yaml`) }
  }
  yield { path: 'platform.yaml', content: edit(text('platform.yaml'), [[['sites'], sites]]) }
  const waves = facts.waves.slice(0, fleet.clusters)
  yield { path: 'waves.yaml', content: edit(text('waves.yaml'), [[['waves'], waves]]) }

  const places = [...facts.locations.values()]
  const stride = strideOver(places.length)
  const occupied = new Set<string>()
  for (let index = 0; index < fleet.clusters; index++) {
    const place = places[(index * stride) % places.length]
    if (!place) throw new RangeError(`no locations in ${base}`)
    occupied.add(place.code)
    const name = `${place.code}${Math.floor(index / places.length) + 1}`
    yield { path: `fleet/${name}.yaml`, content: clusterText(name, index, place, facts, fleet) }
  }
  for (const area of new Set(places.map(({ area }) => area))) {
    const path = `locations/${area}.yaml`
    const networks = places
      .filter((place) => place.area === area)
      .map((place, index) => [['locations', index, 'networks'], networksOf(place, occupied)] as const)
    yield { path, content: edit(text(path), networks) }
  }
}

/** Editors find no schema beside a synthetic file, and readers should see that it is one. */
function syntheticText(text: string): string {
  return `# Part of a synthetic fleet: npx meridian fleet generate\n${text.replace(/^# yaml-language-server:.*\n/, '')}`
}

/** The YAML text with other values in some places; comments and all else stay. */
function edit(
  text: string,
  changes: readonly (readonly [path: readonly (string | number)[], value: unknown])[],
) {
  const document = parseDocument(text)
  for (const [path, value] of changes) document.setIn(path, document.createNode(value, { flow: true }))
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

/** Exactly the locations with a K3s cluster list `k3s`; one that is left with no network at all gets Cloudflare. */
function networksOf({ code, networks }: Location, occupied: ReadonlySet<string>): Location['networks'] {
  const others = networks.filter((network) => network !== 'k3s')
  if (occupied.has(code)) return [...others, 'k3s']
  return others.length > 0 ? others : ['cloudflare']
}

function clusterText(
  name: string,
  index: number,
  place: Location,
  facts: Fleet,
  { size: onlySize, distinct = [] }: SyntheticFleet,
): string {
  const size = onlySize ?? sizes[index % sizes.length] ?? 'small'
  const network = networkOf(index + 1)
  const [region, ...overflow] = regionsByDistance(place, facts)
  const machine = machineOf(size, facts)
  const nodes = [...(size === 'small' ? 'a' : 'abc')].map(
    (letter, node) =>
      `  - {name: ${name}-${letter}, role: server, machine: ${machine}, address: ${network}.${11 + node}}`,
  )
  const settings = Object.entries(Object.groupBy(distinct, ({ app }) => app)).map(
    ([app, props = []]) => `  ${app}: {${props.map(({ prop }) => `${prop}: ${index + 1}`).join(', ')}}`,
  )
  return `name: ${name}
distribution: k3s
location: ${place.code}
region: ${region}
overflow: [${overflow.join(', ')}]
wave: ${waveOf(index, facts)}
tier: ${tiers[size]}
size: ${size}
network: ${network}.0/24
nodes:
${nodes.join('\n')}
${settings.length > 0 ? `settings:\n${settings.join('\n')}\n` : ''}`
}

/** In every nine: six of one server, two of three, one of three with GPUs: 1.67 nodes a cluster. */
const sizes: readonly Cluster['size'][] = [
  'small',
  'medium',
  'small',
  'small',
  'large',
  'small',
  'small',
  'medium',
  'small',
]
const tiers = { small: 'silver', medium: 'gold', large: 'platinum' } as const

/** The first clusters have a wave each; of the others, one in ten is in the first, three in the second. */
function waveOf(index: number, { waves }: Fleet): string {
  const turn = index % 10
  const wave = index < waves.length ? index : turn === 0 ? 0 : turn < 4 ? 1 : waves.length - 1
  return waves[Math.min(wave, waves.length - 1)]?.name ?? ''
}

/** small: the least machine; medium: the greatest without a GPU; large: one with a GPU, where there is one. */
function machineOf(size: Cluster['size'], { machines }: Fleet): string {
  const bySize = Object.entries(machines).toSorted(([, a], [, b]) => a.cpu - b.cpu)
  const plain = bySize.filter(([, { gpu }]) => !gpu)
  const gpu = bySize.find((entry) => entry[1].gpu)
  const chosen = size === 'small' ? plain[0] : size === 'large' && gpu ? gpu : plain.at(-1)
  return (chosen ?? bySize[0])?.[0] ?? ''
}

/** The first three bytes of the site's network, the n-th /24 of `sites`. */
function networkOf(n: number): string {
  return `10.${64 + (n >> 8)}.${n & 255}`
}

function regionsByDistance(place: Location, { regions }: Fleet): RegionName[] {
  // Object.keys knows its argument's keys only as strings.
  const names = Object.keys(regions) as RegionName[]
  return names.toSorted((a, b) => distance(place, regions[a]) - distance(place, regions[b]))
}

/** A stride that visits each of `count` places once before any twice, far apart from one to the next. */
function strideOver(count: number): number {
  let stride = Math.max(1, Math.round(count * 0.618))
  while (gcd(stride, count) !== 1) stride++
  return stride
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}
