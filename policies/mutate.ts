import type { Change } from './rule.ts'

/**
 * Breaks an object as a rule's mutation says.
 *
 * @returns a changed copy
 * @throws RangeError where a change changes nothing: what it takes away is not there, or what it sets stands there
 * @example
 * mutated(service, [{ path: '/spec/type', value: 'NodePort' }])
 */
export function mutated(object: object, changes: readonly Change[]): object {
  const before = JSON.stringify(object)
  const copy: unknown = JSON.parse(before)
  for (const change of changes) {
    const last = 'value' in change ? parent(copy, change.path, true) : parent(copy, change.path, false)
    if (last === undefined) throw new RangeError(`${change.path} is not there`)
    const [container, key] = last
    if (Array.isArray(container)) {
      const index = key === '-' ? container.length : Number(key)
      if (!(index <= container.length)) throw new RangeError(`${change.path} is not there`)
      if ('value' in change) container.splice(index, 1, change.value)
      else container.splice(index, 1)
    } else if ('value' in change) Reflect.set(container, key, change.value)
    else if (!Reflect.deleteProperty(container, key)) throw new RangeError(`${change.path} stays`)
  }
  if (JSON.stringify(copy) === before) throw new RangeError('the mutation changes nothing')
  return Object(copy)
}

/** The object or list that holds the last step of a JSON pointer (RFC 6901), and that step. */
function parent(root: unknown, path: string, make: boolean): [container: object, key: string] | undefined {
  const keys = path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  const last = keys.pop() ?? ''
  let at: unknown = root
  for (const [step, key] of keys.entries()) {
    if (typeof at !== 'object' || at === null) return undefined
    let next: unknown = Reflect.get(at, key)
    if (next === undefined && make && !Array.isArray(at)) {
      next = (keys[step + 1] ?? last) === '-' ? [] : {}
      Reflect.set(at, key, next)
    }
    at = next
  }
  return typeof at === 'object' && at !== null ? [at, last] : undefined
}
