import { resolve } from 'node:path'
import { type Command, UsageError } from '../../bin/command.ts'
import { diffTrees } from '../diff/diff.ts'

export const command: Command = {
  help: `
What changes in rendered/ between two commits, as the clusters will see it: objects added, removed, changed by
field, the same change said once for all variants and clusters where it happens; whom it reaches, in which order
the waves take it, what is dangerous about it, what it costs.

  npx meridian diff --base main                    the working tree against main
  npx meridian diff --base main --head my-branch   two commits; nothing is checked out
  npx meridian diff --base wave/early --head wave/canary
                                                   what a promotion of early would do, to its clusters
  npx meridian diff --base main --markdown         the pull request's comment, never too long for GitHub
  npx meridian diff --base main --json             for machines: see DiffReport in synth/diff/report.ts

Where main went on since a branch left it, compare with the merge base: --base $(git merge-base main HEAD).
It says what it finds and exits 0, unless --fail-on names the risk from which on it exits 1.`,
  options: {
    base: { type: 'string', value: 'REF', description: 'the commit before: a branch, a tag, an id' },
    head: { type: 'string', value: 'REF', description: 'the commit after (rendered/ of the working tree)' },
    wave: {
      type: 'string',
      value: 'WAVE',
      description: 'count the clusters of one wave (the one that --base names)',
    },
    markdown: { type: 'boolean', description: 'as a comment for GitHub' },
    'fail-on': {
      type: 'string',
      value: 'RISK',
      description: 'exit 1 from this risk on: low, medium or high',
    },
    repository: { type: 'string', value: 'DIR', description: 'the clone to read (this one)' },
  },
  async run(args, terminal) {
    const base = args.text('base')
    if (args.positionals.length > 0)
      throw new UsageError(`found ${args.positionals[0]}, allowed: options only, as --base main`)
    if (base === undefined) throw new UsageError('--base REF is missing: the commit before, as --base main')
    if (args.flag('markdown') && args.flag('json')) throw new UsageError('--markdown and --json: choose one')
    const limit = limitOf(args.text('fail-on'))
    const [wave, repository] = [args.text('wave'), args.text('repository')]
    const report = await diffTrees(base, args.text('head'), {
      ...(repository === undefined ? {} : { root: resolve(repository) }),
      ...(wave === undefined ? {} : { wave }),
      progress: terminal.progress,
    })
    if (args.flag('json')) terminal.json(report)
    else if (args.flag('markdown')) {
      const { toMarkdown } = await import('../diff/markdown.ts')
      terminal.print(toMarkdown(report))
    } else {
      const { toText } = await import('../diff/text.ts')
      terminal.print(toText(report, terminal.style))
    }
    return levels.indexOf(report.risk.level) >= limit ? 1 : 0
  },
}

const levels = ['low', 'medium', 'high']

/** The rank of the risk that fails; one that none has, where none was named. */
function limitOf(text: string | undefined): number {
  if (text === undefined) return levels.length
  const rank = levels.indexOf(text)
  if (rank < 0) throw new UsageError(`--fail-on: found ${text}, allowed: ${levels.join(', ')}`)
  return rank
}
