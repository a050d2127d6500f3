import { basename } from 'node:path'
import type { z } from 'zod'
import type { Facts, Path, Problem } from './facts.ts'
import * as schema from './schema.ts'

/** The files as they were read, each with the way back to its lines. */
export interface FactFiles {
  readonly platform: Facts<schema.Platform>
  readonly areas: Facts<z.infer<typeof schema.Areas>>
  readonly networks: Facts<schema.Networks>
  readonly regions: Facts<z.infer<typeof schema.Regions>>
  readonly cloud: Facts<schema.Cloud>
  readonly threats: Facts<z.infer<typeof schema.Threats>>
  readonly waves: Facts<z.infer<typeof schema.Waves>>
  readonly machines: Facts<z.infer<typeof schema.Machines>>
  readonly routes: Facts<schema.Routes>
  readonly budget: Facts<schema.Budget>
  readonly prices: Facts<z.infer<typeof schema.Prices>>
  readonly locations: readonly Facts<z.infer<typeof schema.Locations>>[]
  readonly clusters: readonly Facts<schema.Cluster>[]
}

/** What the files say of each other: every contradiction, with its place. */
export function crossCheck(files: FactFiles): Problem[] {
  return [...locations(files), ...clusters(files), ...waves(files), ...routes(files), ...money(files)]
}

function* locations(files: FactFiles): Generator<Problem> {
  const areas = files.areas.value.areas
  const seen = new Map<string, string>()
  const counts = new Map<string, number>()
  const served = new Map<string, number>()
  const withCluster = new Set(
    files.clusters.filter(({ value }) => value.distribution === 'k3s').map(({ value }) => value.location),
  )
  for (const facts of files.locations) {
    const { area: name } = facts.value
    const area = areas[name]
    if (basename(facts.file) !== `${name}.yaml`) {
      yield facts.problem(['area'], `area ${name} belongs into ${name}.yaml`)
    }
    counts.set(name, (counts.get(name) ?? 0) + facts.value.locations.length)
    for (const [index, location] of facts.value.locations.entries()) {
      const at = (field: string, message: string) => facts.problem(['locations', index, field], message)
      const first = seen.get(location.code)
      if (first) yield at('code', `duplicate location ${location.code}; the first one is in ${first}`)
      seen.set(location.code, facts.file)
      if (!area.countries[location.country]) {
        yield at(
          'country',
          `${location.city} lies outside ${area.name}: its countries are ${Object.keys(area.countries).join(' ')}`,
        )
      }
      const { south, north, west, east } = area.bounds
      const inside = location.lat >= south && location.lat <= north && between(location.lon, west, east)
      if (!inside) {
        yield at(
          'lat',
          `${location.lat}, ${location.lon} lies outside ${area.name} (latitude ${south} to ${north}, longitude ${west} to ${east})`,
        )
      }
      if (location.networks.includes('k3s') !== withCluster.has(location.code)) {
        yield at(
          'networks',
          withCluster.has(location.code)
            ? `a K3s cluster stands in ${location.code}, so its networks must list k3s`
            : `networks list k3s, but no cluster in fleet/ stands in ${location.code}`,
        )
      }
      for (const network of location.networks) served.set(network, (served.get(network) ?? 0) + 1)
    }
  }
  for (const [name, area] of Object.entries(areas)) {
    const found = counts.get(name) ?? 0
    if (found !== area.locations) {
      yield files.areas.problem(
        ['areas', name, 'locations'],
        `${area.name} must have ${area.locations} locations, found ${found}`,
      )
    }
  }
  for (const [name, network] of Object.entries(files.networks.value.networks)) {
    const found = served.get(name) ?? 0
    if (found < network.minLocations) {
      yield files.networks.problem(
        ['networks', name, 'minLocations'],
        `${network.name} must serve ${network.minLocations} locations or more, found ${found}`,
      )
    }
  }
}

/** Longitudes, for areas that cross the antimeridian too (west > east). */
function between(lon: number, west: number, east: number): boolean {
  return west <= east ? lon >= west && lon <= east : lon >= west || lon <= east
}

function* clusters(files: FactFiles): Generator<Problem> {
  const codes = new Set(files.locations.flatMap(({ value }) => value.locations.map(({ code }) => code)))
  const waveNames = files.waves.value.waves.map(({ name }) => name)
  const machines = Object.keys(files.machines.value.machines)
  const networks = new Map<string, string>()
  const sites = files.platform.value.sites
  for (const facts of files.clusters) {
    const cluster = facts.value
    const expected = basename(facts.file, '.yaml')
    if (cluster.name !== expected) {
      yield facts.problem(['name'], `found ${cluster.name}, expected ${expected}, the name of its file`)
    }
    if (!codes.has(cluster.location)) {
      yield facts.problem(
        ['location'],
        `unknown location ${cluster.location}; it is in no file of locations/`,
      )
    }
    const others = schema.RegionName.options.filter((region) => region !== cluster.region)
    if (cluster.overflow.toSorted().join() !== others.toSorted().join()) {
      yield facts.problem(
        ['overflow'],
        `found [${cluster.overflow.join(', ')}], expected ${others.join(' and ')} in either order: every region but its own`,
      )
    }
    if (!waveNames.includes(cluster.wave)) {
      yield facts.problem(['wave'], `unknown wave ${cluster.wave}; allowed: ${waveNames.join(', ')}`)
    }
    if (cluster.distribution === 'k3s' && !contains(sites, cluster.network.split('/')[0] ?? '')) {
      yield facts.problem(['network'], `${cluster.network} lies outside ${sites}, the network of all sites`)
    }
    const twin = networks.get(cluster.network)
    if (twin) yield facts.problem(['network'], `network ${cluster.network} is already that of ${twin}`)
    networks.set(cluster.network, cluster.name)
    yield* nodes(facts, machines)
  }
}

function* nodes(
  facts: Facts<FactFiles['clusters'][number]['value']>,
  machines: readonly string[],
): Generator<Problem> {
  const cluster = facts.value
  const servers = cluster.nodes.filter(({ role }) => role === 'server').length
  if (cluster.distribution === 'eks') {
    if (cluster.nodes.length > 0)
      yield facts.problem(['nodes'], 'an eks cluster lists no nodes: AWS runs them')
    return
  }
  const wanted = cluster.size === 'small' ? 1 : 3
  if (servers % 2 === 0) {
    yield facts.problem(
      ['nodes'],
      `found ${servers} servers; etcd needs an odd number for its quorum: 1 or 3`,
    )
  } else if (servers !== wanted) {
    yield facts.problem(['size'], `size ${cluster.size} means ${wanted} servers, found ${servers}`)
  }
  const seen = { name: new Set<string>(), address: new Set<string>() }
  for (const [index, node] of cluster.nodes.entries()) {
    const at: (field: string) => Path = (field) => ['nodes', index, field]
    if (!node.name.startsWith(`${cluster.name}-`)) {
      yield facts.problem(at('name'), `found ${node.name}, expected a name that begins with ${cluster.name}-`)
    }
    if (!machines.includes(node.machine)) {
      yield facts.problem(at('machine'), `unknown machine ${node.machine}; allowed: ${machines.join(', ')}`)
    }
    if (!contains(cluster.network, node.address)) {
      yield facts.problem(at('address'), `${node.address} lies outside the site's network ${cluster.network}`)
    }
    for (const field of ['name', 'address'] as const) {
      if (seen[field].has(node[field])) yield facts.problem(at(field), `duplicate ${field} ${node[field]}`)
      seen[field].add(node[field])
    }
  }
}

function contains(cidr: string, address: string): boolean {
  const [base = '', bits = '32'] = cidr.split('/')
  const size = 2 ** (32 - Number(bits))
  return Math.floor(toNumber(base) / size) === Math.floor(toNumber(address) / size)
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

function* waves(files: FactFiles): Generator<Problem> {
  const used = new Set(files.clusters.map(({ value }) => value.wave))
  const seen = new Set<string>()
  for (const [index, { name }] of files.waves.value.waves.entries()) {
    if (!used.has(name)) yield files.waves.problem(['waves', index], `wave ${name} has no cluster`)
    if (seen.has(name)) yield files.waves.problem(['waves', index], `duplicate wave ${name}`)
    seen.add(name)
  }
}

function* routes(files: FactFiles): Generator<Problem> {
  const { upstreams, routes } = files.routes.value
  const domain = files.platform.value.domain
  const ids = new Set<string>()
  const addresses = new Set<string>()
  for (const [index, route] of routes.entries()) {
    const at = (field: string, message: string) => files.routes.problem(['routes', index, field], message)
    if (route.upstream !== 'inference' && !upstreams[route.upstream]) {
      yield at(
        'upstream',
        `unknown upstream ${route.upstream}; allowed: ${[...Object.keys(upstreams), 'inference'].join(', ')}`,
      )
    }
    if (ids.has(route.id)) yield at('id', `duplicate route ${route.id}`)
    ids.add(route.id)
    const address = route.host + route.path
    if (addresses.has(address)) yield at('path', `another route already answers ${address}`)
    addresses.add(address)
    if (route.host !== domain && !route.host.endsWith(`.${domain}`)) {
      yield at('host', `${route.host} lies outside the platform's domain ${domain}`)
    }
  }
}

function* money(files: FactFiles): Generator<Problem> {
  const lines = files.budget.value.lines.map(({ id }) => id)
  const outside = files.budget.value.outside.map(({ id }) => id)
  yield* duplicates(files.budget, 'lines', lines)
  yield* duplicates(files.budget, 'outside', outside)
  yield* duplicates(
    files.prices,
    'prices',
    files.prices.value.prices.map(({ id }) => id),
  )
  for (const [index, id] of outside.entries()) {
    if (lines.includes(id)) {
      yield files.budget.problem(['outside', index, 'id'], `${id} is a line: it cannot be outside too`)
    }
  }
  for (const [index, price] of files.prices.value.prices.entries()) {
    if (![...lines, ...outside].includes(price.line)) {
      yield files.prices.problem(
        ['prices', index, 'line'],
        `unknown budget line ${price.line}; allowed: ${lines.join(', ')}; or outside the lines: ${outside.join(', ')}`,
      )
    }
  }
  const prices = files.prices.value.prices.map(({ id }) => id)
  for (const [network, uses] of Object.entries(files.budget.value.peak.networks)) {
    for (const [index, { price }] of uses.entries()) {
      if (prices.includes(price)) continue
      const allowed = prices.join(', ')
      yield files.budget.problem(
        ['peak', 'networks', network, index, 'price'],
        `unknown price ${price}; allowed: ${allowed}`,
      )
    }
  }
}

function* duplicates(facts: Facts<unknown>, list: string, ids: readonly string[]): Generator<Problem> {
  for (const [index, id] of ids.entries()) {
    if (ids.indexOf(id) !== index) yield facts.problem([list, index, 'id'], `duplicate id ${id}`)
  }
}
