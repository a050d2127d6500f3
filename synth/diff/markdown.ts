import type { Change, DiffReport } from './report.ts'
import {
  clusterParts,
  costLine,
  count,
  headline,
  objectName,
  reach,
  room,
  subjectOf,
  valueChange,
} from './words.ts'

/** GitHub refuses a comment of more characters (REST API, "body is too long (maximum is 65536 characters)"). */
export const longest = 65_536

/** How much is shown: of each list so many entries. The first that fits is taken. */
const details = [200, 60, 20, 8, 3, 1]

/** The report as the comment of a pull request: one sentence, what is dangerous, and the rest folded away. */
export function toMarkdown(report: DiffReport): string {
  for (const most of details) {
    const text = write(report, most)
    if (text.length <= longest) return text
  }
  const end = '\n\n… the rest does not fit a comment: `npx meridian diff` shows it.\n'
  // Cut before the folded part, so that no fold stays open.
  const short = write(report, 1)
  const fold = short.indexOf('<details>')
  return `${short.slice(0, Math.min(fold < 0 ? longest : fold, longest - end.length))}${end}`
}

function write(report: DiffReport, most: number): string {
  const { risk, dangers, waves, cost, clusters, changes, files, paths } = report
  const icon = { low: '🟢', medium: '🟡', high: '🔴' }[risk.level]
  const money = costLine(cost)
  const rows = [
    ['Risk', `**${risk.level}**: ${risk.reasons.join(', ')}`],
    ['Reaches', reach(report.radius) + (report.wave ? ` (only wave \`${report.wave}\` is counted)` : '')],
    ...(waves.length > 0
      ? [
          [
            'Rolls out',
            waves.map(({ wave, clusters }) => `\`${wave}\` ${count(clusters, 'cluster')}`).join(', then '),
          ],
        ]
      : []),
    ...(money ? [['Cost', money]] : []),
    ...clusterParts(clusters).map((part) => ['Fleet', part]),
  ]
  const sections = [
    `${icon} **${risk.level} risk** · ${headline(report)}`,
    ['| | |', '|---|---|', ...rows.map(([label, text]) => `| ${label} | ${cell(text ?? '')} |`)].join('\n'),
    ...(dangers.length > 0 ? [dangerList(dangers, most)] : []),
    ...[...Map.groupBy(changes, ({ scope, subject }) => room(scope, subject))]
      .slice(0, most * 4)
      .map(([subject, same]) => changeFold(subject, same, most)),
    ...(files.length > 0 ? [fileFold(files, most)] : []),
    ...(paths.cosmetic.length > 0
      ? [`${count(paths.cosmetic.length, 'object')} only written otherwise.`]
      : []),
    `<sub>\`${report.base.ref}\` → \`${report.head.ref}\` · npx meridian diff</sub>`,
  ]
  return `${sections.join('\n\n')}\n`
}

function dangerList(dangers: DiffReport['dangers'], most: number): string {
  const lines = dangers.slice(0, most * 2).map(({ severity, sentence, objects, clusters, id }) => {
    const icon = { low: '🟢', medium: '🟡', high: '🔴' }[severity]
    const who = objects.length > 0 ? `**${escaped(listed(objects, 4))}** ` : ''
    const where = clusters.length > 0 ? ` (${count(clusters.length, 'cluster')}: ${listed(clusters, 5)})` : ''
    return `- ${icon} ${who}${escaped(sentence)}${where} \`${id}\``
  })
  if (dangers.length > most * 2) lines.push(`- and ${dangers.length - most * 2} more`)
  return ['#### Dangers', ...lines].join('\n')
}

function changeFold(subject: string, changes: readonly Change[], most: number): string {
  const summary = `<b>${escaped(subject)}</b>: ${count(changes.length, 'change')}, ${escaped(widest(changes))}`
  const blocks = changes.slice(0, most).map((change) => {
    const head = `${escaped(subjectOf(change))} · ${reach(change.radius)}`
    const sign = change.op === 'added' ? '+' : change.op === 'removed' ? '-' : ' '
    const body = [
      ...capped(
        change.objects.map((object) => `${sign} ${objectName(object)}`),
        most,
        ' ',
      ),
      ...capped(change.fields.flatMap(fieldLines), most * 3, '#'),
    ]
    return `${head}\n${fence(body)}`
  })
  if (changes.length > most) blocks.push(`… and ${count(changes.length - most, 'more change')}`)
  return folded(summary, blocks)
}

function fileFold(files: DiffReport['files'], most: number): string {
  const blocks = files.slice(0, most).map(({ name, op, paths, lines, radius }) => {
    const body = lines.flatMap(({ removed, added }) => [
      ...removed.map((line) => `- ${line}`),
      ...added.map((line) => `+ ${line}`),
    ])
    const head = `\`${name}\` ${op}${paths.length > 1 ? `, ${count(paths.length, 'file')}` : ''} · ${reach(radius)}`
    return body.length > 0 ? `${head}\n${fence(capped(body, most * 3, '#'))}` : head
  })
  if (files.length > most) blocks.push(`… and ${count(files.length - most, 'more')}`)
  return folded(`<b>files of nodes and others</b>: ${count(files.length, 'change')}`, blocks)
}

/** A field as diff shows it: red and green where both are there. */
function fieldLines(field: Change['fields'][number]): readonly string[] {
  const before = 'before' in field
  if (before && 'after' in field) {
    const text = valueChange(field)
    return [`! ${field.path}: ${text}`]
  }
  return [`${before ? '-' : '+'} ${field.path}: ${valueChange(field).slice(2)}`]
}

function widest(changes: readonly Change[]): string {
  const [first] = changes.toSorted((a, b) => b.radius.clusters - a.radius.clusters)
  return first ? reach(first.radius) : ''
}

function folded(summary: string, blocks: readonly string[]): string {
  return `<details><summary>${summary}</summary>\n\n${blocks.join('\n\n')}\n\n</details>`
}

/** A fence longer than any in what it holds. */
function fence(lines: readonly string[]): string {
  const inner = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)))
  const ticks = '`'.repeat(inner + 1)
  return [`${ticks}diff`, ...lines, ticks].join('\n')
}

function capped(lines: readonly string[], most: number, sign: string): readonly string[] {
  return lines.length > most ? [...lines.slice(0, most), `${sign} … ${lines.length - most} more`] : lines
}

function listed(names: readonly string[], most: number): string {
  return names.length > most
    ? `${names.slice(0, most).join(', ')} and ${names.length - most} more`
    : names.join(', ')
}

function escaped(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@(?=\w)/g, '@\u200b')
}

function cell(text: string): string {
  return escaped(text).replaceAll('|', '\\|')
}
