import type { Terminal } from '../../bin/command.ts'
import type { Change, DiffReport, Level } from './report.ts'
import {
  clusterParts,
  costLine,
  count,
  headline,
  objectName,
  reach,
  subjectOf,
  valueChange,
} from './words.ts'

/** So many fields of one change, and so many names in a list, before the rest is only counted. */
const most = 12

/** The report for a terminal. */
export function toText(report: DiffReport, style: Terminal['style']): string {
  const { risk, dangers, changes, files, waves, cost, clusters, paths } = report
  const title = `${report.base.ref} → ${report.head.ref}`
  const lines = [`${style('bold', title)}  ${headline(report)}`, '']
  const row = (label: string, text: string) => lines.push(`  ${style('dim', label.padEnd(8))} ${text}`)
  row('Risk', `${level(risk.level, style)}  ${style('dim', risk.reasons.join(', '))}`)
  row(
    'Reaches',
    reach(report.radius) + (report.wave ? style('dim', ` · only wave ${report.wave} is counted`) : ''),
  )
  if (waves.length > 0)
    row('Rolls', waves.map(({ wave, clusters }) => `${wave} ${count(clusters, 'cluster')}`).join(', then '))
  const money = costLine(cost)
  if (money) row('Cost', money)
  for (const part of clusterParts(clusters)) row('Fleet', part)
  if (dangers.length > 0) lines.push('', style('bold', 'Dangers'))
  for (const danger of dangers.slice(0, most * 3)) {
    const who = danger.objects.length > 0 ? `${listed(danger.objects)} ` : ''
    const where =
      danger.clusters.length > 0
        ? style('dim', `  (${count(danger.clusters.length, 'cluster')}: ${listed(danger.clusters, 3)})`)
        : ''
    lines.push(
      `  ${level(danger.severity, style)} ${who}${danger.sentence}${where} ${style('dim', danger.id)}`,
    )
  }
  if (dangers.length > most * 3) lines.push(`  and ${dangers.length - most * 3} more`)
  for (const [subject, same] of Map.groupBy(changes, subjectOf)) {
    const radii = new Set(same.map((change) => reach(change.radius)))
    lines.push(
      '',
      `${style('bold', subject.replaceAll('`', ''))}  ${style('dim', radii.size === 1 ? [...radii].join('') : '')}`,
    )
    for (const change of same) lines.push(...changeLines(change, radii.size > 1, style))
  }
  if (files.length > 0) lines.push('', style('bold', 'Files'))
  for (const { name, op, lines: stretches, paths, radius } of files) {
    lines.push(
      `  ${mark(op, style)} ${name}${paths.length > 1 ? ` (${count(paths.length, 'file')})` : ''}  ${style('dim', reach(radius))}`,
    )
    const changed = stretches.flatMap(({ removed, added }) => [
      ...removed.map((line) => style('red', `      - ${line}`)),
      ...added.map((line) => style('green', `      + ${line}`)),
    ])
    lines.push(...cut(changed, most, 'lines'))
  }
  if (paths.cosmetic.length > 0)
    lines.push('', style('dim', `${count(paths.cosmetic.length, 'object')} only written otherwise`))
  return lines.join('\n')
}

function changeLines(change: Change, showReach: boolean, style: Terminal['style']): readonly string[] {
  const { op, objects, fields, radius } = change
  const where = showReach ? `  ${style('dim', reach(radius))}` : ''
  const head = `  ${mark(op, style)} ${listed(objects.map(objectName), most)}${where}`
  return [
    head,
    ...cut(
      fields.map((field) => `      ${style('dim', field.path)}: ${valueChange(field)}`),
      most,
      'fields',
    ),
  ]
}

function cut(lines: readonly string[], most: number, what: string): readonly string[] {
  return lines.length > most
    ? [...lines.slice(0, most), `      … ${lines.length - most} more ${what}`]
    : lines
}

function listed(names: readonly string[], most = 4): string {
  return names.length > most
    ? `${names.slice(0, most).join(', ')} and ${names.length - most} more`
    : names.join(', ')
}

function mark(op: Change['op'], style: Terminal['style']): string {
  return op === 'added' ? style('green', '+') : op === 'removed' ? style('red', '-') : style('yellow', '~')
}

function level(level: Level, style: Terminal['style']): string {
  return style(level === 'high' ? 'red' : level === 'medium' ? 'yellow' : 'green', level.padEnd(6))
}
