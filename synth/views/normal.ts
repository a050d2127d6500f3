import type { Cluster } from '../../clusters/schema.ts'

/**
 * Stands for what is one cluster's alone, so that the files of clusters of a sort become one text that is parsed
 * once. A plain YAML scalar like the names that it replaces.
 */
const mark = 'zz-this-zz'

/** The text with the cluster's own name, network and addresses taken out. */
export function normal(text: string, { name, network, nodes }: Cluster): string {
  let result = text.replaceAll(name, mark).replaceAll(network, `${mark}-network`)
  for (const [index, { address }] of nodes.entries()) {
    result = result.replaceAll(address, `${mark}-address-${index}`)
  }
  return result
}

/** A text out of a normal one, with the cluster's name back in its place. */
export function ofCluster(text: string, { name }: Cluster): string {
  return text.replaceAll(mark, name)
}
