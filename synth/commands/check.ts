import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Arguments, type Command, type Terminal, UsageError } from '../../bin/command.ts'
import type { Verdict } from '../check/finding.ts'
import { check } from '../check.ts'
import { SynthError } from '../errors.ts'
import { root } from '../sources.ts'
import { productionPaths } from '../synth.ts'
import { printFindings, verdictLine } from '../verdict.ts'

export const command: Command = {
  help: `
Validates every distinct object in rendered/ by the schemas of Kubernetes and of every CRD in use (kubeconform,
strict, offline), and judges it, the fleet as a whole and every resource of the cloud by the rules in policies/, with
the API server's own CEL: what passes here passes admission in the cluster. Each finding names the line of source to mend.

  npx meridian check                        after npx meridian synth
  npx meridian check --json                 everything: findings, exceptions, notes
  npx meridian check --sarif check.sarif    the findings for code scanning; --sarif - writes them to stdout
  npx meridian check --rules                all rules: what they are about, their stage and their controls
  npx meridian check --compliance           writes docs/compliance.md, the matrix for auditors
  npx meridian check --compliance --check   is that page what the check says now?

What a team answers for until a day stands in policies/exceptions.yaml: it is shown and does not fail, until that day
is over. A rule may deny only after each wave's ref (wave/<wave>) has it as a warning.

Errors exit 1. Warnings, such as an image that is not built or mirrored yet, are shown and exit 0. An exception that
nothing needs any more exits 2.`,
  options: {
    out: { type: 'string', value: 'DIR', description: 'folder of the rendered fleet (rendered/)' },
    facts: { type: 'string', value: 'DIR', description: 'folder of its facts (clusters/)' },
    exceptions: { type: 'string', value: 'FILE', description: 'the exceptions (policies/exceptions.yaml)' },
    sarif: { type: 'string', value: 'FILE', description: 'write SARIF 2.1.0 there; - for stdout' },
    rules: { type: 'boolean', description: 'list all rules and judge nothing' },
    compliance: { type: 'boolean', description: 'write docs/compliance.md' },
    check: { type: 'boolean', description: 'with --compliance: write nothing, exit 1 if it is stale' },
  },
  async run(args, terminal) {
    if (args.flag('rules')) return listRules(args, terminal)
    if (args.flag('check') && !args.flag('compliance')) throw new UsageError('--check goes with --compliance')
    const sarif = args.text('sarif')
    if (sarif === '-' && args.flag('json')) {
      throw new UsageError('--json and --sarif - would both write to stdout: name a file for SARIF')
    }
    const path = (name: 'out' | 'facts' | 'exceptions') => {
      const given = args.text(name)
      return given === undefined ? undefined : resolve(given)
    }
    const [facts, exceptions] = [path('facts'), path('exceptions')]
    const verdict = await check(path('out') ?? productionPaths.out, terminal.progress, {
      ...(facts !== undefined && { facts }),
      ...(exceptions !== undefined && { exceptions }),
    })
    const fresh = !args.flag('compliance') || (await compliance(verdict, args.flag('check'), terminal))
    if (sarif !== undefined) await writeSarif(verdict, sarif, terminal)
    if (args.flag('json')) terminal.json({ ...verdict, complianceFresh: fresh })
    else if (sarif !== '-') print(verdict, terminal)
    const failed = verdict.findings.some(({ severity }) => severity === 'error')
    return failed || !fresh ? 1 : 0
  },
}

function print(verdict: Verdict, terminal: Terminal): void {
  printFindings(verdict, terminal)
  for (const note of verdict.notes) terminal.note(terminal.style('dim', `note: ${note}`))
  terminal.print(verdictLine(verdict, terminal))
}

async function writeSarif(verdict: Verdict, file: string, terminal: Terminal): Promise<void> {
  const [{ sarifOf }, { rules }] = await Promise.all([
    import('../check/sarif.ts'),
    import('../../policies/rules.ts'),
  ])
  const log = sarifOf(verdict, rules)
  if (file === '-') return terminal.json(log)
  try {
    writeFileSync(file, `${JSON.stringify(log, null, 2)}\n`)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new SynthError(
      file,
      `the SARIF log cannot be written: ${reason}`,
      'name a file in a folder that exists',
    )
  }
}

/** @returns whether the page is what the check says now; written, it always is */
async function compliance(verdict: Verdict, only: boolean, terminal: Terminal): Promise<boolean> {
  const [{ complianceOf }, { rules }] = await Promise.all([
    import('../check/compliance.ts'),
    import('../../policies/rules.ts'),
  ])
  const page = join(root, 'docs/compliance.md')
  const text = complianceOf(verdict, rules, root)
  const fresh = existsSync(page) && readFileSync(page, 'utf8') === text
  if (!only && !fresh) writeFileSync(page, text)
  if (only && !fresh) {
    terminal.note(`${terminal.style('red', '✗')} docs/compliance.md is stale`)
    terminal.note('  npx meridian check --compliance writes it; commit the result')
  }
  return fresh || !only
}

async function listRules(args: Arguments, terminal: Terminal): Promise<number> {
  const { rules } = await import('../../policies/rules.ts')
  if (args.flag('json')) {
    terminal.json(
      rules.map(({ id, title, why, scope, severity, stage, admission, controls, match, permissions }) => {
        return {
          id,
          title,
          why,
          scope,
          severity,
          stage,
          admission,
          controls,
          kinds: match.kinds,
          permissions,
        }
      }),
    )
    return 0
  }
  for (const { id, title, scope, severity, stage, admission, controls } of rules) {
    terminal.print(`${terminal.style('bold', id.padEnd(36))} ${title}`)
    const traits = [scope, severity, ...(scope === 'object' && admission ? [stage] : [])].join(' · ')
    terminal.print(`  ${traits.padEnd(34)} ${terminal.style('dim', controls.join(', '))}`)
  }
  terminal.print(`${rules.length} rules`)
  return 0
}
