import type { Change, DiffReport, Radius } from './report.ts'

type Field = Change['fields'][number]

/** `12 of 30 clusters in 9 countries, 41 % of traffic by capacity`. */
export function reach({ clusters, ofClusters, countries, share }: Radius): string {
  if (clusters === 0) return 'no cluster'
  const traffic = share === undefined ? '' : `, ${percent(share)} of traffic by capacity`
  return `${number(clusters)} of ${count(ofClusters, 'cluster')} in ${count(countries, 'country', 'countries')}${traffic}`
}

/** The whole in one sentence: what a person wants to know before he reads on. */
export function headline(report: DiffReport): string {
  const { changes, files, clusters, paths } = report
  if (paths.changed === 0) return 'nothing changes'
  const parts = [
    ...changes.map((change) => `${subjectOf(change)}: ${gist(change)}`),
    ...files.map(({ name, op }) => `${name} ${op}`),
    ...clusterParts(clusters),
  ]
  if (parts.length === 0) return `${count(paths.changed, 'file')} written otherwise; no object differs`
  const where = report.radius.clusters === 0 ? 'on no cluster' : `in ${shortReach(report.radius)}`
  if (parts.length <= 2) return `${parts.join('; ')}, ${where}; nothing else`
  const subjects = [
    ...new Set([
      ...changes.map(({ scope, subject }) => room(scope, subject)),
      ...(files.length > 0 ? ['node files'] : []),
    ]),
  ]
  const named = subjects.slice(0, 4).join(', ')
  const rest = subjects.length > 4 ? ` and ${subjects.length - 4} more` : ''
  return `${count(parts.length, 'change')} in ${named || 'the fleet'}${rest}, ${where}`
}

/** ``router `large`, `small` ``. */
export function subjectOf({
  scope,
  subject,
  variants,
}: Pick<Change, 'scope' | 'subject' | 'variants'>): string {
  const shown = variants.slice(0, 4).map((name) => `\`${name}\``)
  if (variants.length > 4) shown.push(`${variants.length - 4} more variants`)
  return `${room(scope, subject)}${shown.length > 0 ? ` ${shown.join(', ')}` : ''}`
}

/** What a folder of objects is called. */
export function room(scope: Change['scope'], subject: string): string {
  if (scope === 'cloud') return `cloud ${subject}`
  if (scope !== 'cluster') return subject
  return subject === 'apps' ? 'Applications' : subject === 'identity' ? 'identities' : subject
}

/** `StatefulSet router`, `ConfigMap identity in router`. */
export function objectName({ kind, name }: Change['objects'][number]): string {
  return kind === 'Values' ? 'chart values' : `${kind} ${name}`.trim()
}

/** One line for a change: `image 0.1.0 → 0.2.0`, `StatefulSet router removed`. */
export function gist({ op, objects, fields, why }: Change): string {
  const [first, second] = objects
  const named = first && !second ? objectName(first) : count(objects.length, 'object')
  const [field, another] = fields
  if (op !== 'changed')
    return `${named} ${op}${why === 'placed' ? ' with the app' : why === 'withdrawn' ? ' with the app' : ''}`
  if (!field) return `${named} changed`
  return another
    ? `${named}: ${count(fields.length, 'field')}`
    : `${named}: ${lastKey(field.path)} ${valueChange(field)}`
}

/** `a → b`, `+ b`, `− a`: short, on one line. */
export function valueChange(field: Field): string {
  const { before, after } = field
  if (!('before' in field)) return `+ ${short(after)}`
  if (!('after' in field)) return `− ${short(before)}`
  const [old, now] = withoutCommonStart(before, after)
  return `${short(old)} → ${short(now)}`
}

export function count(amount: number, one: string, many = `${one}s`): string {
  return `${number(amount)} ${amount === 1 ? one : many}`
}

export function number(amount: number): string {
  return amount.toLocaleString('en')
}

/** `+ $31`, `− $31`. */
export function usd(amount: number): string {
  return `${amount < 0 ? '− ' : amount > 0 ? '+ ' : ''}$${Math.abs(amount).toLocaleString('en')}`
}

export function costLine(cost: DiffReport['cost']): string | undefined {
  if (cost.deltaUsdPerMonth === 0 && cost.lines.length === 0) return undefined
  const lines = cost.lines.map(
    ({ line, beforeUsdPerMonth, afterUsdPerMonth }) =>
      `${line} $${number(beforeUsdPerMonth)} → $${number(afterUsdPerMonth)}`,
  )
  return `${usd(cost.deltaUsdPerMonth)} a month planned${lines.length > 0 ? ` (${lines.join(', ')})` : ''}`
}

export function clusterParts({ added, removed, moved }: DiffReport['clusters']): readonly string[] {
  const names = (list: readonly string[]) =>
    list.length > 5 ? `${list.slice(0, 5).join(', ')} and ${list.length - 5} more` : list.join(', ')
  const ways = Map.groupBy(moved, ({ from, to }) => `${from} to ${to}`)
  return [
    ...(added.length > 0 ? [`${count(added.length, 'cluster')} added: ${names(added)}`] : []),
    ...(removed.length > 0 ? [`${count(removed.length, 'cluster')} removed: ${names(removed)}`] : []),
    ...[...ways].map(([way, list]) => `${names(list.map(({ cluster }) => cluster))} moved from wave ${way}`),
  ]
}

function shortReach({ clusters, countries }: Radius): string {
  return `${count(clusters, 'cluster')} of ${count(countries, 'country', 'countries')}`
}

function percent(share: number): string {
  const value = share * 100
  return `${value > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} %`
}

function lastKey(path: string): string {
  return /(?:^|\.)([^.[\]"]+)$/.exec(path)?.[1] ?? path
}

const most = 100

function short(value: unknown): string {
  const text = (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'))
    .replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, '$1…')
    .replace(/\s*\n\s*/g, ' ⏎ ')
  return text.length > most ? `${text.slice(0, most - 1)}…` : text === '' ? '""' : text
}

/** Two references to one image differ in their tags: the rest is said once, by the field. */
function withoutCommonStart(before: unknown, after: unknown): readonly [unknown, unknown] {
  const image = /^([^\s@]+\/[^\s@:]+):(.+)$/
  const [, repository, old] = image.exec(String(before)) ?? []
  const [, same, now] = image.exec(String(after)) ?? []
  return repository !== undefined && repository === same ? [old, now] : [before, after]
}
