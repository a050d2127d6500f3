import { PlatformError } from '../stack.ts'
import type { Graph } from './resource.ts'

/** What a stack reads of another: `${aws-core.outputs.modelsBucket.eu-west-1}`. */
export interface Link {
  readonly from: string
  readonly output: string
}

/** Every output of another stack that a graph shows, once each, sorted. */
export function linksOf({ outputs, resources }: Graph): readonly Link[] {
  const text = JSON.stringify([outputs, resources.map(({ inputs }) => inputs)])
  const found = new Map(
    [...text.matchAll(/\$\{([a-z0-9-]+)\.outputs\.([\w.-]+)\}/g)].map(([whole, from = '', output = '']) => [
      whole,
      { from, output },
    ]),
  )
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, link]) => link)
}

/**
 * @param sources the graphs that those may read from
 * @throws {PlatformError} with every output that is read and that nobody gives
 */
export function checkLinks(graphs: readonly Graph[], sources: readonly Graph[]): void {
  const byStack = new Map(sources.map((graph) => [graph.stack, graph]))
  const missing = graphs.flatMap((graph) =>
    linksOf(graph)
      .filter(({ from, output }) => byStack.get(from)?.outputs[output] === undefined)
      .map(({ from, output }) => `${graph.stack} reads ${output} of ${from}, which does not give it`),
  )
  if (missing.length === 0) return
  throw new PlatformError(
    'platform',
    missing.join('\n  '),
    "return it from that stack's program, or read another",
  )
}
