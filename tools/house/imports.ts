import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import type { Import, Source } from './parse.ts'
import { type Grant, type Room, rooms, testPackages } from './rooms.ts'

/** What a file of the house imports from another room, or from npm, though its room may not. */
export function wrongImports(source: Source): readonly string[] {
  const place = placeOf(source.path)
  if (!place) {
    return [`${source.path} lies in no room of the house: give its folder a line in tools/house/rooms.ts`]
  }
  return source.imports.flatMap((found) => {
    const wrong = faultOf(found, source, place)
    return wrong ? [`${source.path}:${found.line} ${wrong}`] : []
  })
}

/** The file that a relative import means, from the repository's root. */
export function targetOf(path: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined
}

/** A test, or what tests alone stand on: `app.test.ts`, `testing.ts`, `redis.testing.ts`, `rule.fixture.ts`. */
export function isTest(path: string): boolean {
  return /[./](test|e2e|testing|fixture)\.[mc]?[jt]sx?$/.test(path)
}

interface Place {
  readonly room: Room
  /** The folder itself: `apps/router` for the room `apps/<name>`. */
  readonly folder: string
  readonly name: string
}

/** The room that a file lies in: of those that fit, the one that names the most of its path. */
export function placeOf(path: string): Place | undefined {
  const parts = path.split('/')
  const fits = rooms.flatMap((room) => {
    const wanted = room.folder.split('/')
    const inside = parts.length > wanted.length
    if (!inside || !wanted.every((part, at) => part === '<name>' || part === parts[at])) return []
    const folder = parts.slice(0, wanted.length).join('/')
    return [{ room, folder, name: parts[wanted.length - 1] ?? '', exact: !room.folder.includes('<name>') }]
  })
  return fits.toSorted((a, b) => Number(b.exact) - Number(a.exact))[0]
}

function faultOf({ specifier, typeOnly }: Import, source: Source, place: Place): string | undefined {
  const { room, folder, name } = place
  if (specifier === undefined) {
    // Apps and the programs of stacks are found by their folder; nothing else may import what it computes.
    return ['synth', 'platform', 'tools'].includes(folder)
      ? undefined
      : `imports a path that it computes: only synth/ and platform/ do that, to find apps and programs; because ${room.because}`
  }
  const target = targetOf(source.path, specifier)
  if (target === undefined) return packageFault(specifier, source.path, place)
  const test = isTest(source.path)
  if (isTest(target) && !test) return `imports ${target}, which is for tests`
  if (inside(target, folder)) return undefined
  const granted = test ? [...room.may, ...(room.tests ?? [])] : room.may
  const grants = granted.map((grant) => ({ ...grant, path: grant.path.replace('<name>', name) }))
  const grant = grants.find(({ path }) => inside(target, path))
  // A test may run what its room only names: it holds the one against the other.
  if (grant && (!grant.types || typeOnly || test)) return undefined
  const how = grant ? `imports ${target} for more than its types` : `imports ${target}`
  return `${how}: ${folder}/ may import ${listOf(grants)}; because ${room.because}`
}

function packageFault(specifier: string, path: string, { room, folder }: Place): string | undefined {
  if (isBuiltin(specifier)) {
    // What a pure room takes from Node is judged by name: see purity.ts.
    return specifier.startsWith('node:') ? undefined : `imports ${specifier} without its node: in front`
  }
  if (specifier.startsWith('/')) return `imports ${specifier} by a path of this machine`
  if (room.packages === 'any') return undefined
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  if (room.packages.includes(name) || (isTest(path) && testPackages.includes(name))) return undefined
  const allowed = room.packages.length > 0 ? room.packages.join(', ') : 'none'
  return `imports the package ${name}: the packages of ${folder}/ are ${allowed}; because ${room.because}`
}

function inside(target: string, path: string): boolean {
  return target === path || target.startsWith(`${path}/`)
}

function listOf(grants: readonly Grant[]): string {
  if (grants.length === 0) return 'nothing of another room'
  return grants.map(({ path, types }) => (types ? `${path} (types only)` : path)).join(', ')
}
