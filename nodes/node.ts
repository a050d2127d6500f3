/** A kind of K3s node: what decides the files that it is born with. */
export interface NodeKind {
  readonly role: 'server' | 'agent'
  /** Three servers or more share the control plane (embedded etcd); one keeps it in SQLite. */
  readonly highlyAvailable: boolean
  readonly gpu: boolean
}

/** The name of its folder in `rendered/nodes/`, such as `server-ha-gpu`. */
export function nodeVariant({ role, highlyAvailable, gpu }: NodeKind): string {
  return [role, highlyAvailable ? 'ha' : 'single', ...(gpu ? ['gpu'] : [])].join('-')
}
