import { PlatformError } from '../../stack.ts'

/** A range of IPv4 addresses: the first one as a number, and how many (a power of two). */
interface Range {
  readonly first: number
  readonly size: number
}

/**
 * The `index`-th range with `bits` of prefix inside `cidr`: `subnet('10.1.0.0/16', 24, 64)` is `10.1.64.0/24`.
 *
 * @throws {PlatformError} where the range has no such part
 */
export function subnet(cidr: string, bits: number, index: number): string {
  const { first, size } = rangeOf(cidr)
  const part = 2 ** (32 - bits)
  if (index < 0 || (index + 1) * part > size) {
    throw new PlatformError(place, `${cidr} has no part ${index} of /${bits}`, 'give it a wider range')
  }
  return `${addressOf(first + index * part)}/${bits}`
}

/** Whether all addresses of `inner` lie in `outer`. */
export function contains(outer: string, inner: string): boolean {
  const [a, b] = [rangeOf(outer), rangeOf(inner)]
  return b.first >= a.first && b.first + b.size <= a.first + a.size
}

/** Whether two ranges share an address. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [rangeOf(one), rangeOf(other)]
  return a.first < b.first + b.size && b.first < a.first + a.size
}

/** How far `inner` begins into `outer`, put into another range of the same size: `10.2.80.0/24` of `10.2.0.0/16`. */
export function sameOffset(inner: string, outer: string, other: string): string {
  const offset = rangeOf(inner).first - rangeOf(outer).first
  return `${addressOf(rangeOf(other).first + offset)}/${inner.split('/')[1]}`
}

const place = 'clusters/cloud.yaml'

function rangeOf(cidr: string): Range {
  const [address = '', bits = '32'] = cidr.split('/')
  const first = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  return { first, size: 2 ** (32 - Number(bits)) }
}

function addressOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
}
