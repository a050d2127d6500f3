import type { ParseArgsOptionDescriptor } from 'node:util'

/** One verb of the command line: its module's `command` export. */
export interface Command {
  /** Everything after the summary in `--help`: what it does, when one wants it, an example of each use. */
  readonly help: string
  /** What stands after the verb, such as `generate`. */
  readonly usage?: string
  readonly options: Readonly<Record<string, Option>>
  /** 0: good; 1: it found something. A thrown error is 2: wrong usage, or sources that cannot be used. */
  run(args: Arguments, terminal: Terminal): Promise<number> | number
}

export interface Option extends ParseArgsOptionDescriptor {
  readonly description: string
  /** The name of the value in `--help`, such as `DIR`. */
  readonly value?: string
}

export interface Arguments {
  readonly positionals: readonly string[]
  /** The value of an option that takes one. */
  text(name: string): string | undefined
  flag(name: string): boolean
}

/** Where a command's words go. Results on stdout; progress and notes on stderr, for people. */
export interface Terminal {
  print(text: string): void
  /** One result for machines. */
  json(value: unknown): void
  note(text: string): void
  /** What is being done now. Replaces the line before it where the terminal can. */
  progress(text: string): void
  /** The text in colour where the terminal has it. */
  style(style: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', text: string): string
}

/** Wrong usage: the message says what was given and what is possible. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
