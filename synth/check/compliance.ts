import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Rule } from '../../policies/rule.ts'
import type { Verdict } from './finding.ts'

/** What the check says of a rule. Of the rules of a control the first in this order counts. */
const outcomes = ['fail', 'excepted', 'warning', 'pass', 'nothing to judge'] as const
export type Outcome = (typeof outcomes)[number]

const signs: Readonly<Record<Outcome, string>> = {
  fail: '✗ fail',
  excepted: '± excepted',
  warning: '! warning',
  'nothing to judge': '– nothing to judge',
  pass: '✓ pass',
}

export const standards = ['SOC 2', 'ISO 27001', 'PCI DSS', 'GDPR', 'CCPA'] as const

/**
 * `docs/compliance.md`: standard × control × rules × verdict. It has no date and no counts: it changes only when a
 * rule or a verdict does.
 *
 * @param repository where each rule's file is looked up, to be linked to
 */
export function complianceOf(verdict: Verdict, rules: readonly Rule[], repository: string): string {
  const links = linksOf(repository)
  const outcome = new Map(rules.map((rule) => [rule.id, outcomeOf(rule, verdict)]))
  const link = ({ id, title }: Rule) => `[${title}](${links.get(id) ?? '../policies/rules.ts'})`
  return `${head}
${standards.map((standard) => section(standard)).join('\n')}
## Rules

A rule with a stage (audit, warn, deny) is also admission in every cluster. The others are judged in the pull request
alone: they need several objects or facts, or judge what no cluster is asked for.

${table(
  ['rule', 'why', 'about', 'stage', 'verdict'],
  rules.map((rule) => [link(rule), rule.why, about[rule.scope], stageOf(rule), signOf(rule.id)]),
)}
## Permissions

What is allowed where a rule cannot hold, and what stands in its place. It is part of the rule's own text.

${listing(
  ['rule', 'where', 'allows', 'why', 'instead'],
  rules.flatMap((rule) =>
    rule.permissions.map(({ where, allows, why, instead }) => [
      rule.id,
      `\`${where}\``,
      allows.map((right) => `\`${right}\``).join(', '),
      why,
      instead,
    ]),
  ),
)}
## Exceptions

What a rule finds and a team answers for until a day ([policies/exceptions.yaml](../policies/exceptions.yaml)).

${listing(['rule', 'object', 'owner', 'reason', 'until'], exceptionRows(verdict))}`

  function section(standard: string): string {
    const controls = [...new Set(rules.flatMap((rule) => rule.controls))]
      .filter((control) => control.startsWith(`${standard} `))
      .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    const rows = controls.map((control) => {
      const evidence = rules.filter((rule) => rule.controls.includes(control))
      const worst =
        outcomes.find((one) => evidence.some(({ id }) => outcome.get(id) === one)) ?? 'nothing to judge'
      return [
        control.slice(standard.length + 1),
        signs[worst],
        evidence.map((rule) => `${signOf(rule.id)}: ${link(rule)}`).join('<br>'),
      ]
    })
    return `## ${names[standard] ?? standard}\n\n${listing(['control', 'verdict', 'rules'], rows)}`
  }

  function signOf(id: string): string {
    return signs[outcome.get(id) ?? 'nothing to judge']
  }
}

/** What the check says of one rule. */
export function outcomeOf({ id }: Rule, { findings, excepted, judged }: Verdict): Outcome {
  const its = findings.filter(({ rule }) => rule === id)
  if (its.some(({ severity }) => severity === 'error')) return 'fail'
  if (excepted.some(({ rule }) => rule === id)) return 'excepted'
  if (its.length > 0) return 'warning'
  return (judged[id] ?? 0) === 0 ? 'nothing to judge' : 'pass'
}

const names: Readonly<Record<string, string>> = {
  'SOC 2': 'SOC 2 (Trust Services Criteria, 2017)',
  'ISO 27001': 'ISO 27001:2022, Annex A',
  'PCI DSS': 'PCI DSS 4',
  GDPR: 'GDPR',
  CCPA: 'CCPA',
}

const about = { object: 'one object', fleet: 'the fleet', cloud: 'the cloud' } as const

const head = `# Compliance

Which control of which standard is met by which rule, and what the rules say of this commit. Made by
\`npx meridian check --compliance\`, never by hand; \`npx meridian check --compliance --check\` fails where it is stale.

**What it is evidence for.** That the desired state of the fleet and of the cloud, as committed beside this page, keeps
these rules. Argo CD brings clusters to that state and holds them there; Pulumi brings the cloud to it at each deployment. Rules about one object are judged again by each cluster's
API server, by the same text.

**What it is not.** No certificate and no audit. It shows what is to run, not what ran over a period: that is in the
audit logs and in the history of this repository. A control also asks for people and processes (training, access
reviews, incident response, contracts, requests of persons concerned) that no manifest shows. A control that is not
listed has no evidence here. What the checks never see is in [unseen.md](unseen.md).

| verdict | means |
|---|---|
| ✓ pass | every object that the rule judges keeps it |
| ! warning | kept as far as it denies; something is to be done |
| ± excepted | broken where a team answers for it until a day |
| – nothing to judge | no object of that kind is rendered: no evidence |
| ✗ fail | broken |
`

function stageOf({ scope, stage, severity, admission }: Rule): string {
  const where = scope === 'object' && admission ? stage : 'pull request'
  return severity === 'warning' ? `${where} (warning)` : where
}

function exceptionRows({ excepted }: Verdict): string[][] {
  const rows = excepted.map(({ rule, object, exception: { owner, reason, until } }) =>
    JSON.stringify([rule, object, owner, reason, until]),
  )
  return [...new Set(rows)].toSorted().map((row): string[] => JSON.parse(row))
}

/** The file of each rule, as `docs/` links to it. */
function linksOf(repository: string): ReadonlyMap<string, string> {
  const files = globSync('policies/rules/**/*.ts', { cwd: repository }).toSorted()
  return new Map(
    files.flatMap((file) => {
      const id = /defineRule\(\{\s*id: '([a-z0-9-]+)'/.exec(readFileSync(join(repository, file), 'utf8'))?.[1]
      return id === undefined ? [] : [[id, `../${file.replaceAll('\\', '/')}`] as const]
    }),
  )
}

function listing(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length > 0 ? table(columns, rows) : 'None.\n'
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return `${[line(columns), `|${'---|'.repeat(columns.length)}`, ...rows.map(line)].join('\n')}\n`
}
