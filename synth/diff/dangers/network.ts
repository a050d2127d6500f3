import type { ObjectChange } from '../change.ts'
import { at, canonical, isMap, listAt, type Plain, textAt } from '../plain.ts'
import { type Cidr, contains, parseCidr } from './cidr.ts'
import type { DangerSign } from './sign.ts'

type Direction = 'ingress' | 'egress'

export const network: readonly DangerSign[] = [
  {
    id: 'network-policy-removed',
    severity: 'high',
    find: ({ op, id }) =>
      op === 'removed' && id.kind === 'NetworkPolicy'
        ? ['is removed: what it selected is held by other policies alone']
        : [],
  },
  {
    id: 'network-opened',
    severity: 'high',
    find(change) {
      if (change.op === 'removed' || change.id.kind !== 'NetworkPolicy') return []
      return (['ingress', 'egress'] as const).flatMap((direction) => [
        ...unruled(change, direction),
        ...opened(change, direction),
        ...widened(change, direction),
      ])
    },
  },
  {
    id: 'network-peer-added',
    severity: 'medium',
    find(change) {
      if (change.op !== 'changed' || change.id.kind !== 'NetworkPolicy') return []
      return (['ingress', 'egress'] as const).flatMap((direction) => addedPeers(change, direction))
    },
  },
  {
    id: 'service-exposed',
    severity: 'medium',
    find({ op, id, before, after }) {
      if (op === 'removed' || id.kind !== 'Service') return []
      const type = textAt(after, 'spec', 'type') ?? 'ClusterIP'
      const same = type === (textAt(before, 'spec', 'type') ?? 'ClusterIP')
      return !same && (type === 'LoadBalancer' || type === 'NodePort')
        ? [`can be reached from outside the cluster (${type})`]
        : []
    },
  },
]

/** A direction that the policy no longer rules at all. */
function unruled({ before, after }: ObjectChange, direction: Direction): readonly string[] {
  const type = direction === 'ingress' ? 'Ingress' : 'Egress'
  const rules = (object: Plain | undefined) => listAt(object, 'spec', 'policyTypes').includes(type)
  return rules(before) && !rules(after) ? [`no longer rules ${direction}`] : []
}

/** Rules for any peer, any network, or any port, that were not there. */
function opened({ before, after }: ObjectChange, direction: Direction): readonly string[] {
  const had = new Set(openings(before, direction))
  return openings(after, direction).filter((opening) => !had.has(opening))
}

function openings(object: Plain | undefined, direction: Direction): readonly string[] {
  return rulesOf(object, direction).flatMap((rule) => {
    const found: string[] = []
    if (peersOf(rule, direction).length === 0) found.push(`opens ${direction} to any peer`)
    if (listAt(rule, 'ports').length === 0) found.push(`opens ${direction} on any port`)
    return found
  })
}

/** A network that holds one that was allowed, or an exception that is no more. */
function widened({ before, after }: ObjectChange, direction: Direction): readonly string[] {
  const had = blocksOf(before, direction)
  return blocksOf(after, direction).flatMap(({ cidr, except, range }) => {
    const same = had.find((old) => old.cidr === cidr)
    if (same) {
      const lost = same.except.filter((network) => !except.includes(network))
      return lost.length > 0
        ? [`lets ${direction} into ${lost.join(', ')}, which was excepted from ${cidr}`]
        : []
    }
    const inner = had.find((old) => old.range && range && contains(range, old.range))
    if (inner) return [`widens ${direction} from ${inner.cidr} to ${cidr}`]
    return range?.bits === 0 ? [`opens ${direction} to ${cidr}, every address`] : []
  })
}

function addedPeers({ before, after }: ObjectChange, direction: Direction): readonly string[] {
  const peers = (object: Plain | undefined) =>
    rulesOf(object, direction).flatMap((rule) => peersOf(rule, direction))
  const had = new Set(peers(before).map(canonical))
  const known = blocksOf(before, direction)
  const preposition = direction === 'ingress' ? 'from' : 'to'
  return peers(after)
    .filter((peer) => !had.has(canonical(peer)))
    .filter((peer) => {
      const range = parseCidr(textAt(peer, 'ipBlock', 'cidr'))
      // Wider ones are said above; narrower ones are no gain.
      return (
        !range ||
        !known.some((old) => old.range && (contains(range, old.range) || contains(old.range, range)))
      )
    })
    .map((peer) => `lets traffic in ${preposition} ${peerName(peer)}`.replace('in to', 'out to'))
}

function peerName(peer: unknown): string {
  const cidr = textAt(peer, 'ipBlock', 'cidr')
  if (cidr) return cidr
  const labels = (selector: unknown) => {
    const found = at(selector, 'matchLabels')
    return isMap(found) ? Object.values(found).map(String).join(' ') : ''
  }
  const namespaces = labels(at(peer, 'namespaceSelector'))
  const pods = labels(at(peer, 'podSelector'))
  const where =
    at(peer, 'namespaceSelector') === undefined ? 'its own namespace' : namespaces || 'any namespace'
  return `${pods || 'all pods'} in ${where}`
}

interface Block {
  readonly cidr: string
  readonly except: readonly string[]
  readonly range: Cidr | undefined
}

function blocksOf(object: Plain | undefined, direction: Direction): readonly Block[] {
  return rulesOf(object, direction)
    .flatMap((rule) => peersOf(rule, direction))
    .flatMap((peer) => {
      const cidr = textAt(peer, 'ipBlock', 'cidr')
      if (cidr === undefined) return []
      return [{ cidr, except: listAt(peer, 'ipBlock', 'except').map(String), range: parseCidr(cidr) }]
    })
}

function rulesOf(object: Plain | undefined, direction: Direction): readonly Plain[] {
  return listAt(object, 'spec', direction).filter(isMap)
}

function peersOf(rule: Plain, direction: Direction): readonly unknown[] {
  return listAt(rule, direction === 'ingress' ? 'from' : 'to')
}
