import type { Cluster, Node } from '../../clusters/schema.ts'
import type { ClusterView } from '../../policies/views.ts'
import { dataAt, listAt, parseData, textAt } from './data.ts'
import { normal, ofCluster } from './normal.ts'
import type { RenderedTree } from './tree.ts'

/** What a node's cloud-init says of it. */
export interface Birth {
  /** The node variant that it fetches; '' where nothing is rendered for it. */
  readonly variant: string
  readonly closed: boolean
  /** The root Application that a server writes. */
  readonly root?: Pick<ClusterView['spec']['roots'][number], 'revision' | 'path'>
}

/** Reads how nodes are born; nodes of a sort share the work. */
export function birthReader(tree: RenderedTree): (cluster: Cluster, node: Node) => Birth {
  const known = new Map<string, Birth>()
  return (cluster, node) => {
    const own = tree.read(birthFile(cluster, node))
    if (own === undefined) return { variant: '', closed: false }
    const text = normal(own, cluster)
    let birth = known.get(text)
    if (birth === undefined) {
      birth = birthOf(text)
      known.set(text, birth)
    }
    return birth.root
      ? { ...birth, root: { ...birth.root, path: ofCluster(birth.root.path, cluster) } }
      : birth
  }
}

export function birthFile({ name }: Cluster, node: Node): string {
  return `clusters/${name}/node/${node.name}.yaml`
}

function birthOf(text: string): Birth {
  const document = parseData(text)
  const written = new Map(
    listAt(document, 'write_files').map((file) => [textAt(file, 'path'), textAt(file, 'content')]),
  )
  const variant = /^VARIANT='(.*)'$/m.exec(written.get('/etc/meridian/node.env') ?? '')?.[1] ?? ''
  const source = dataAt(parseData(written.get('/etc/meridian/root-application.yaml') ?? ''), 'spec', 'source')
  const revision = textAt(source, 'targetRevision')
  return {
    variant,
    closed:
      document?.ssh_pwauth === false &&
      document.disable_root === true &&
      listAt(document, 'users').every(
        (user) => dataAt(user).lock_passwd === true && listAt(user, 'ssh_authorized_keys').length === 0,
      ),
    ...(revision ? { root: { revision, path: textAt(source, 'path') } } : {}),
  }
}
