import { type Changes, commitLines } from './changes.ts'
import type { Gate } from './gate.ts'
import { type Promotion, short } from './plan.ts'
import type { PullRequest } from './request.ts'
import type { Site } from './roster.ts'
import { durationText } from './slo.ts'

/** The pull request that fast-forwards a wave's branch. */
export function promotionRequest(
  promotion: Promotion,
  changes: Changes,
  gate: Gate | undefined,
): PullRequest {
  const { wave, branch, to, before, from, commits } = promotion
  const name = short(to)
  return {
    branch: `promote/${wave}/${name}`,
    commit: to,
    base: branch,
    title: `${wave}: promote ${name}${from === undefined ? '' : `, ${counted(commits.length, 'commit')}`}`,
    body: [
      '## What',
      whatMoves(promotion),
      ...commitLines(commits).map((line) => `- ${line}`),
      '',
      '## Why',
      before.wave === undefined
        ? `\`main\` holds it, and \`${branch}\` is where a change starts.`
        : `\`${before.branch}\` runs ${before.tip === to ? 'it' : `${short(before.tip)}, which holds it`}.`,
      '',
      '## Gate',
      gateText(promotion, gate),
      '',
      '## What changes',
      changes.markdown,
      '',
      '## How it is merged',
      'By fast-forward, after approval; never by the merge button, which writes a commit of its own:',
      '```sh',
      `npx meridian promote ${wave} --commit ${to} --land`,
      '```',
      '',
    ].join('\n'),
    labels: [],
  }
}

/** The move in a sentence: the branch, both commits, and how much of the world it reaches. */
export function whatMoves({ branch, from, to, commits, sites }: Promotion): string {
  const reach = `${counted(sites.length, 'site')} in ${counted(countriesOf(sites), 'country', 'countries')}`
  return from === undefined
    ? `\`${branch}\` does not exist yet: its first promotion creates it at \`${short(to)}\`, for ${reach}.`
    : `Moves \`${branch}\` from \`${short(from)}\` to \`${short(to)}\`: ${counted(commits.length, 'commit')}, for ${reach}.`
}

function gateText({ before }: Promotion, gate: Gate | undefined): string {
  if (before.wave === undefined) return 'Nothing runs before the first wave: there is nothing to measure.'
  if (!gate) return 'Not asked: this request was prepared without `--gate`.'
  if (!gate.open) return ['Closed:', ...gate.reasons.map((reason) => `- ${reason}`)].join('\n')
  const healthy = gate.sites.filter(({ state }) => state === 'healthy').length
  const soaked =
    gate.soakedSeconds === undefined ? '' : `, ${Math.floor(gate.soakedSeconds / 60)} min after it moved`
  return `Open: ${healthy} of ${counted(gate.sites.length, 'site')} of \`${before.branch}\` report, and meet 99.95 % availability and P99 < 50 ms${soaked} (soak ${durationText(gate.rules.soakSeconds)}, quorum ${Math.round(gate.rules.quorum * 100)} %).`
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

function countriesOf(sites: readonly Site[]): number {
  return new Set(sites.map(({ country }) => country)).size
}
