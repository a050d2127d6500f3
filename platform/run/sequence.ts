import type { Stack } from '../stack.ts'
import type { Pulumi } from './pulumi.ts'

/**
 * One stack after another, as far as all goes well: what comes next may need what failed.
 *
 * @returns 0, or 1 where one failed
 */
export function inSequence(
  verb: 'preview' | 'up' | 'refresh',
  list: readonly Stack[],
  pulumi: Pulumi,
  options: readonly string[],
  print: (line: string) => void,
): number {
  for (const [index, { name }] of list.entries()) {
    print(`[${index + 1}/${list.length}] ${verb} ${name}`)
    if (pulumi.run(verb, name, options) === 0) continue
    const rest = list.slice(index + 1).map((stack) => stack.name)
    print(`✗ ${verb} ${name} failed${rest.length > 0 ? `; not begun: ${rest.join(', ')}` : ''}`)
    return 1
  }
  return 0
}
