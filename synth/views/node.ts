import { type Data, type NodeView, VIEWS } from '../../policies/views.ts'
import type { Folders } from './composition.ts'
import { directives } from './configs.ts'
import { listAt, parseData, textsAt } from './data.ts'
import type { RenderedTree } from './tree.ts'
import type { MadeView } from './workload.ts'

/** The kinds of node, each with what its machine is born with. */
export function nodeViews(tree: RenderedTree, folders: Folders): readonly MadeView<NodeView>[] {
  return [...folders].flatMap(([folder, paths]) => {
    const [room, name] = folder.split('/')
    return room === 'nodes' && name !== undefined ? [nodeView(name, folder, paths, tree)] : []
  })
}

function nodeView(
  name: string,
  folder: string,
  paths: readonly string[],
  tree: RenderedTree,
): MadeView<NodeView> {
  const files = paths.map((path) => path.slice(folder.length + 1))
  const read = (file: string) => tree.read(`${folder}/${file}`) ?? ''
  const data = (file: string): Data => parseData(read(file)) ?? {}
  const config = data('config.yaml')
  return {
    view: {
      apiVersion: VIEWS,
      kind: 'Node',
      metadata: { name },
      spec: {
        server: textsAt({ labels: labelsOf(config) }, 'labels')['meridian/role'] === 'server',
        config,
        args: argsOf(config),
        kubelet: data('kubelet.yaml'),
        audit: data('audit.yaml'),
        admission: data('admission.yaml'),
        sysctl: directives(read('sysctl.conf'), /\s*=\s*/),
        scripts: Object.fromEntries(
          files.filter((file) => !file.endsWith('.yaml')).map((file) => [file, linesOf(read(file))]),
        ),
        files,
      },
    },
    files: paths.toSorted((a, b) => Number(b.endsWith('/config.yaml')) - Number(a.endsWith('/config.yaml'))),
  }
}

/** K3s's own name for a list of `label=value`. */
function labelsOf(config: Data): Readonly<Record<string, string>> {
  return pairs(listAt(config, 'node-label'))
}

function argsOf(config: Data): Readonly<Record<string, Readonly<Record<string, string>>>> {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) =>
      key.endsWith('-arg') && Array.isArray(value) ? [[key.slice(0, -'-arg'.length), pairs(value)]] : [],
    ),
  )
}

function pairs(list: readonly unknown[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    list
      .filter((item) => typeof item === 'string')
      .map((item) => [item.split('=', 1)[0] ?? '', item.slice(item.indexOf('=') + 1)]),
  )
}

/** A line that a backslash continues is one line. */
function linesOf(text: string): readonly string[] {
  return text
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}
