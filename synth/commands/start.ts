import type { Command } from '../../bin/command.ts'
import { check } from '../check.ts'
import { describe, printTable } from '../summary.ts'
import { productionPaths, synth } from '../synth.ts'
import { printFindings, verdictLine } from '../verdict.ts'

export const command: Command = {
  help: `
The main job in one go: reads the facts, renders the fleet into rendered/, validates it, judges it by the
policies, and says what it came to. npm start does the same after setting up what is missing.

  npm start                     set up, then this
  npx meridian start --json     the summary and the verdict, for machines`,
  options: {},
  async run(args, terminal) {
    const start = performance.now()
    const { summary, written, pruned } = await synth(productionPaths, terminal.progress)
    const verdict = await check(productionPaths.out, terminal.progress)
    const seconds = (performance.now() - start) / 1000
    const failed = verdict.findings.some(({ severity }) => severity === 'error')
    if (args.flag('json')) {
      terminal.json({ summary, written, pruned, verdict, seconds })
      return failed ? 1 : 0
    }
    printFindings(verdict, terminal)
    terminal.print('')
    printTable(
      [
        ...describe(summary, terminal),
        ['Policies', verdictLine(verdict, terminal)],
        [
          'Written',
          written + pruned === 0 ? 'nothing had changed' : `${written} files changed, ${pruned} removed`,
        ],
        ['Time', `${seconds.toFixed(2)} s`],
      ],
      terminal,
    )
    return failed ? 1 : 0
  },
}
