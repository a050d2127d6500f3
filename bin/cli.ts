import { parseArgs } from 'node:util'
import { type Command, type Option, UsageError } from './command.ts'
import { openTerminal } from './terminal.ts'

type Verbs = Readonly<Record<string, readonly [summary: string, load: () => Promise<{ command: Command }>]>>

const common: Readonly<Record<string, Option>> = {
  json: { type: 'boolean', description: 'one JSON value on stdout, for machines' },
  help: { type: 'boolean', short: 'h', description: 'this text' },
}

/**
 * Runs `meridian <verb> …` and turns every error into words.
 *
 * @returns the exit code: 0 good, 1 found something, 2 wrong usage or unusable sources
 */
export async function runCommandLine(argv: readonly string[], verbs: Verbs): Promise<number> {
  const [verb, ...rest] = argv
  const terminal = openTerminal()
  try {
    if (verb === undefined || verb === '--help' || verb === '-h' || verb === 'help') {
      terminal.print(overview(verbs))
      return verb === undefined ? 2 : 0
    }
    const entry = verbs[verb]
    if (!entry) throw new UsageError(`no verb ${verb}; there are: ${Object.keys(verbs).join(', ')}`)
    const [summary, load] = entry
    const { command } = await load()
    const options = { ...command.options, ...common }
    const { values, positionals } = parse(rest, options)
    if (values.help) {
      terminal.print(helpOf(verb, summary, command, options))
      return 0
    }
    const text = (name: string) => {
      const value = values[name]
      return typeof value === 'string' ? value : undefined
    }
    return await command.run({ positionals, text, flag: (name) => values[name] === true }, terminal)
  } catch (error) {
    if (!isKnown(error)) throw error
    const lines = error.message.split('\n')
    if (argv.includes('--json')) terminal.json({ error: { name: error.name, message: error.message } })
    terminal.note(`${terminal.style('red', '✗')} ${lines.join('\n  ')}`)
    if (error instanceof UsageError)
      terminal.note(`  see: npx meridian ${verbs[verb ?? ''] ? `${verb} ` : ''}--help`)
    return 2
  } finally {
    terminal.close()
  }
}

function parse(args: string[], options: Readonly<Record<string, Option>>) {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** Errors that are meant for the user; anything else is a fault of ours and keeps its stack. */
function isKnown(error: unknown): error is Error {
  const known = [
    'FactsError',
    'PlatformError',
    'SynthError',
    'UsageError',
    'RuleError',
    'EvaluatorError',
    'ValidateError',
    'BuildError',
    'LabError',
    'CloudError',
  ]
  return error instanceof Error && known.includes(error.name)
}

function overview(verbs: Verbs): string {
  const rows = Object.entries(verbs).map(([verb, [summary]]) => `  ${verb.padEnd(8)} ${summary}`)
  return `Meridian: a fleet of edge sites as code.

Usage: npx meridian <verb> [options]

${rows.join('\n')}

npx meridian <verb> --help teaches a verb. Exit codes: 0 good, 1 found something, 2 wrong usage or sources.`
}

function helpOf(
  verb: string,
  summary: string,
  command: Command,
  options: Readonly<Record<string, Option>>,
): string {
  const rows = Object.entries(options).map(([name, option]) => {
    const flag = `${option.short ? `-${option.short}, ` : ''}--${name}${option.value ? ` ${option.value}` : ''}`
    return `  ${flag.padEnd(20)} ${option.description}`
  })
  return `${summary}

Usage: npx meridian ${verb} ${command.usage ? `${command.usage} ` : ''}[options]

${command.help.trim()}

Options:
${rows.join('\n')}`
}
