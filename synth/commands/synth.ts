import { resolve } from 'node:path'
import type { Arguments, Command, Terminal } from '../../bin/command.ts'
import type { SynthPaths } from '../cache.ts'
import { productionPaths, synth } from '../synth.ts'

export const command: Command = {
  help: `
Reads the facts in clusters/, places every app of apps/ on every cluster, renders each distinct variant once and
makes rendered/ hold exactly that. Only changed files are rewritten and stale ones are removed; if anything is
wrong, every fault is named with its line and rendered/ stays as it was.

  npx meridian synth                    after a change of facts or apps
  npx meridian synth --check            in the pull request: is rendered/ what the sources give?
  npx meridian synth --facts DIR --out DIR    another fleet into another folder, without the cloud behind it`,
  options: {
    check: { type: 'boolean', description: 'write nothing; print what differs and exit 1 if anything does' },
    facts: { type: 'string', value: 'DIR', description: 'folder of the facts (clusters/)' },
    apps: { type: 'string', value: 'DIR', description: 'folder of the apps (apps/)' },
    out: { type: 'string', value: 'DIR', description: 'folder to write (rendered/)' },
  },
  run: (args, terminal) => (args.flag('check') ? check(args, terminal) : write(args, terminal)),
}

/** The three folders that a command works on. */
export function pathsOf(args: Arguments): SynthPaths {
  const path = (name: keyof SynthPaths) => {
    const given = args.text(name)
    return given === undefined ? productionPaths[name] : resolve(given)
  }
  return { facts: path('facts'), apps: path('apps'), out: path('out') }
}

async function write(args: Arguments, terminal: Terminal): Promise<number> {
  const start = performance.now()
  const outcome = await synth(pathsOf(args), terminal.progress)
  const seconds = (performance.now() - start) / 1000
  if (args.flag('json')) {
    terminal.json({ ...outcome, seconds })
    return 0
  }
  const { describe, printTable } = await import('../summary.ts')
  printTable(
    [
      ...describe(outcome.summary, terminal),
      ['Written', changesOf(outcome)],
      ['Time', `${seconds.toFixed(2)} s`],
    ],
    terminal,
  )
  return 0
}

function changesOf({
  written,
  pruned,
  cached,
}: {
  written: number
  pruned: number
  cached: boolean
}): string {
  if (cached) return 'nothing: neither sources nor output changed'
  return `${written} files changed, ${pruned} stale ones removed`
}

async function check(args: Arguments, terminal: Terminal): Promise<number> {
  terminal.progress('rendering everything anew')
  const { compareTree } = await import('../compare.ts')
  const drifts = await compareTree(pathsOf(args))
  if (args.flag('json')) terminal.json({ drifts: drifts.map(({ path, kind }) => ({ path, kind })) })
  else if (drifts.length === 0)
    terminal.print(`${terminal.style('green', '✓')} rendered/ is what the sources give`)
  else {
    const { createTwoFilesPatch } = await import('diff')
    for (const { path, found, expected } of drifts.slice(0, 20)) {
      terminal.print(
        createTwoFilesPatch(`found/${path}`, `expected/${path}`, found, expected, '', '', { context: 2 }),
      )
    }
    const rest = drifts.length > 20 ? `, of which 20 are shown` : ''
    terminal.note(`${terminal.style('red', '✗')} ${drifts.length} files are not what the sources give${rest}`)
    terminal.note('  npx meridian synth writes them; commit the result')
  }
  return drifts.length === 0 ? 0 : 1
}
