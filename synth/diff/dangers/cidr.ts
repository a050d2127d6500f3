/** A network: the address as a number, and how many of its first bits count. */
export interface Cidr {
  readonly address: bigint
  readonly bits: number
  readonly size: 32 | 128
}

/** Reads `10.0.0.0/8` or `2001:db8::/32` (RFC 4632, RFC 4291 2.3); `undefined`: it is neither. */
export function parseCidr(text: string | undefined): Cidr | undefined {
  const [, host = '', length] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text ?? '') ?? []
  const size = host.includes(':') ? 128 : 32
  const address = size === 32 ? ipv4(host) : ipv6(host)
  const bits = Number(length)
  return address === undefined || bits > size || length === undefined ? undefined : { address, bits, size }
}

/** Does the one hold every address of the other? */
export function contains(outer: Cidr, inner: Cidr): boolean {
  if (outer.size !== inner.size || outer.bits > inner.bits) return false
  const rest = BigInt(outer.size - outer.bits)
  return outer.address >> rest === inner.address >> rest
}

function ipv4(host: string): bigint | undefined {
  const parts = host.split('.').map(Number)
  if (parts.length !== 4 || !parts.every((part) => Number.isInteger(part) && part >= 0 && part < 256))
    return undefined
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n)
}

function ipv6(host: string): bigint | undefined {
  const [head = '', tail, more] = host.split('::')
  if (more !== undefined) return undefined
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [front, back] = [groups(head), groups(tail ?? '')]
  const missing = 8 - front.length - back.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const all = [...front, ...Array<string>(tail === undefined ? 0 : missing).fill('0'), ...back]
  if (!all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  return all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n)
}
