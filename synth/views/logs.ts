import type { Data, WorkloadView } from '../../policies/views.ts'
import { dataAt, isData, listAt, textAt } from './data.ts'

/**
 * The globs of a node's files that a DaemonSet reads as logs and sends away, by the configuration that Vector
 * defines (https://vector.dev/docs/reference/configuration/): a file source from which some sink with an address
 * is reached through transforms, in a folder of the node that is mounted at its own path.
 */
export function shippedLogs({ spec }: WorkloadView): readonly string[] {
  if (spec.kind !== 'DaemonSet') return []
  const folders = mountedFolders(spec.pod)
  return spec.configs
    .flatMap(({ content }) => sentFiles(content))
    .filter((glob) => folders.some((folder) => glob.startsWith(`${folder}/`)))
}

function sentFiles(content: Data): readonly string[] {
  const sources = dataAt(content, 'sources')
  const sinks = Object.values(dataAt(content, 'sinks')).filter(hasAddress)
  const sent = new Set<unknown>(sinks.flatMap((sink) => listAt(sink, 'inputs')))
  // What leads into a set that grows while it is walked is walked too: a Set's iteration allows it.
  for (const name of sent) {
    for (const input of listAt(content, 'transforms', String(name), 'inputs')) sent.add(input)
  }
  return Object.entries(sources)
    .filter(([name, source]) => sent.has(name) && textAt(source, 'type') === 'file')
    .flatMap(([, source]) => listAt(source, 'include').map(String))
}

function hasAddress(sink: unknown): boolean {
  return isData(sink) && ['uri', 'endpoint', 'endpoints', 'address'].some((key) => key in sink)
}

/** Folders of the node that a pod sees under the same path. */
function mountedFolders(pod: Data): readonly string[] {
  const mounts = listAt(pod, 'containers').flatMap((container) => listAt(container, 'volumeMounts'))
  return listAt(pod, 'volumes').flatMap((volume) => {
    const path = textAt(volume, 'hostPath', 'path')
    const name = textAt(volume, 'name')
    const same = mounts.some((mount) => textAt(mount, 'name') === name && textAt(mount, 'mountPath') === path)
    return path !== '' && same ? [path] : []
  })
}
