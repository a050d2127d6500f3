import type { DiffReport } from '../diff/report.ts'
import { SynthError } from '../errors.ts'
import type { Commit, Repository } from './git.ts'
import { short } from './plan.ts'

/** What differs between two commits, for people and for a pull request's body. */
export interface Changes {
  readonly text: string
  readonly markdown: string
  /** As the semantic diff weighs it; undefined: it could not compare the two. */
  readonly risk: DiffReport['risk'] | undefined
}

/** How many lines of a list are shown before the rest is counted. */
const shown = 20
/** Characters of a body that GitHub takes (65,536), less what stands around the changes. */
const longest = 60_000

/**
 * The semantic diff of two commits, for the sites of one wave. Where there is none (nothing was rendered before, or
 * in a form that is no longer read) it says so: what is in need of a roll-back is not held up by it.
 */
export async function changesBetween(
  repository: Repository,
  from: string | undefined,
  to: string,
  wave: string,
): Promise<Changes> {
  if (from === undefined || repository.read(from, 'rendered/fleet.json') === undefined) {
    const all = 'Everything is new: nothing was there before.'
    return { text: all, markdown: all, risk: undefined }
  }
  // Loaded only when there is something to compare: most calls refuse, or ask the gate.
  const [{ diffTrees }, { toMarkdown }, { toText }] = await Promise.all([
    import('../diff/diff.ts'),
    import('../diff/markdown.ts'),
    import('../diff/text.ts'),
  ])
  try {
    const report = await diffTrees(short(from), short(to), { root: repository.root, wave })
    const markdown = toMarkdown(report)
    return {
      text: toText(report, (_, text) => text),
      markdown:
        markdown.length <= longest ? markdown : listedIn(pathsBetween(repository, from, to), from, to),
      risk: report.risk,
    }
  } catch (error) {
    if (!(error instanceof SynthError)) throw error
    const text = `${error.message.split('\n')[0]}\n${pathsBetween(repository, from, to)}`
    return { text, markdown: text.replaceAll('\n', '\n\n'), risk: undefined }
  }
}

function listedIn(paths: string, from: string, to: string): string {
  return `Too much for one text: \`npx meridian diff --base ${short(from)} --head ${short(to)}\` shows it.\n\n${paths}`
}

/** Changed paths below `rendered/`, folded by the folder that one app, cluster or kind of node has. */
function pathsBetween(repository: Repository, from: string, to: string): string {
  const paths = repository.changed(from, to).filter((path) => path.startsWith('rendered/'))
  if (paths.length === 0) return 'Nothing in rendered/ differs: no cluster changes.'
  const folders = new Map<string, number>()
  for (const path of paths) {
    const folder = path.split('/').slice(1, 3).join('/')
    folders.set(folder, (folders.get(folder) ?? 0) + 1)
  }
  const rows = [...folders].map(
    ([folder, count]) => `${folder}: ${count === 1 ? '1 file' : `${count} files`}`,
  )
  return [
    `${paths.length} files of rendered/ differ, ${short(from)} to ${short(to)}:`,
    ...cut(rows).map((row) => `- ${row}`),
  ].join('\n')
}

/** Commits as a list, a line each. */
export function commitLines(commits: readonly Commit[]): readonly string[] {
  return cut(commits.map(({ sha, subject }) => `${short(sha)} ${subject}`))
}

function cut(lines: readonly string[]): readonly string[] {
  return lines.length <= shown ? lines : [...lines.slice(0, shown), `… and ${lines.length - shown} more`]
}
