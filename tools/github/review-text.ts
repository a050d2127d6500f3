import { at } from './api.ts'

/** GitHub refuses a longer comment. */
export const longestComment = 65_536
const shownFindings = 30

/**
 * The comment of a pull request: what changes where, then which rules it breaks, with the line of source to mend.
 *
 * Both inputs were made by code of the pull request, so they are shown and not believed: nobody is called by an `@`,
 * no marker of ours can be forged, and the text ends before GitHub would refuse it.
 * @param marker by which the comment is found again
 * @param diff Markdown of `meridian diff`; undefined: there is none
 * @param findings SARIF 2.1.0 of `meridian check`; undefined: there is none
 */
export function reviewText(
  marker: string,
  diff: string | undefined,
  findings: unknown,
  run: { readonly url: string; readonly commit: string },
): string {
  const parts = [
    marker,
    harmless(diff ?? '**What changes could not be computed**: the job `diff` says why.'),
    findingsText(findings),
    `<sub>Of ${run.commit.slice(0, 12)}, by [this run](${run.url}).</sub>`,
  ]
  const whole = parts.join('\n\n')
  if (whole.length <= longestComment) return whole
  const cut = '\n\n*Cut here: the whole of it is in the summary of the job `diff`.*'
  const room = longestComment - cut.length - (whole.length - (parts[1]?.length ?? 0)) - closing.length
  return [
    parts[0],
    `${(parts[1] ?? '').slice(0, Math.max(0, room))}${closing}${cut}`,
    ...parts.slice(2),
  ].join('\n\n')
}

/** Ends a fence or a fold that a cut left open. */
const closing = '\n```\n</details>'

function findingsText(sarif: unknown): string {
  if (sarif === undefined) return '**Policies could not be asked**: the job `policies` says why.'
  const results = at(sarif, 'runs', 0, 'results')
  const all = Array.isArray(results) ? results : []
  const suppressed = (result: unknown) =>
    Array.isArray(at(result, 'suppressions')) && at(result, 'suppressions', 0)
  const errors = all.filter((result) => at(result, 'level') === 'error' && !suppressed(result))
  const warnings = all.filter((result) => at(result, 'level') === 'warning' && !suppressed(result))
  const rest = `${counted(warnings.length, 'warning')}`
  if (errors.length === 0) return `**Policies**: no rule is broken; ${rest}.`
  const rows = errors.slice(0, shownFindings).map((result) => {
    const place = at(result, 'locations', 0, 'physicalLocation')
    const line = at(place, 'region', 'startLine')
    const source = `${at(place, 'artifactLocation', 'uri') ?? ''}${line === undefined ? '' : `:${line}`}`
    return `| ${cell(at(result, 'ruleId'))} | ${cell(at(result, 'message', 'text'))} | ${cell(source)} |`
  })
  const more = errors.length - rows.length
  return [
    `**Policies**: ${counted(errors.length, 'finding')} must be mended; ${rest}.`,
    '',
    '| rule | what is wrong | where to mend it |',
    '|---|---|---|',
    ...rows,
    ...(more > 0 ? ['', `… and ${more} more, in code scanning and in the job \`policies\`.`] : []),
  ].join('\n')
}

function cell(value: unknown): string {
  const text = String(value ?? '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('|', '\\|')
  return harmless(text.length > 300 ? `${text.slice(0, 299)}…` : text).replaceAll('<', '&lt;')
}

/** Without calls to people and teams, and without comments of HTML, which could hold a marker of ours. */
function harmless(text: string): string {
  return text.replaceAll('<!--', '&lt;!--').replaceAll(/(?<![\w/])@(?=[A-Za-z0-9])/g, '@\u200b')
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`
}
