import { resolve } from 'node:path'
import { type Arguments, type Command, type Terminal, UsageError } from '../../bin/command.ts'
import { SynthError } from '../errors.ts'
import { root } from '../sources.ts'
import { changesBetween } from '../waves/changes.ts'
import { openRepository, type Repository } from '../waves/git.ts'
import { land } from '../waves/land.ts'
import { type Past, pastOf, stopOf } from '../waves/past.ts'
import { branchOf, short } from '../waves/plan.ts'
import { commandsFor, open, type PullRequest } from '../waves/request.ts'
import { revertOnMain } from '../waves/revert.ts'
import {
  type ExpressMove,
  expressMoves,
  expressRequest,
  revertRequest,
  revertTitle,
} from '../waves/rollback-request.ts'

export const command: Command = {
  help: `
Shows where a wave was before (its log: tags was/<wave>/<time>) and prepares the way back: a revert on main, which
then moves wave by wave. Prepares only, unless told otherwise; this clone's files stay as they are.

  npx meridian rollback early                     back to where it was: a branch with the revert, and its pull request
  npx meridian rollback early --to 1a2b3c4 --push
  npx meridian rollback early --ref               in need: the branch itself goes back, main stays
  npx meridian rollback early --express           in an emergency: all waves to the commit where early was
  npx meridian rollback --express --to 1a2b3c4    all waves to this commit of main, back or forward

--ref and --express need two approvals; then --land, by who may push to the waves, moves all branches or none.`,
  usage: '[WAVE]',
  options: {
    to: { type: 'string', value: 'SHA', description: 'the commit to go to (where the wave was before)' },
    ref: { type: 'boolean', description: "move the wave's branch back, without a revert on main" },
    express: { type: 'boolean', description: 'move every wave to the commit' },
    push: { type: 'boolean', description: 'push the branch and open the pull request' },
    land: { type: 'boolean', description: 'with --ref or --express: move, after approval' },
    'no-fetch': { type: 'boolean', description: 'take what this clone saw of the remote last' },
    repository: { type: 'string', value: 'DIR', description: 'the clone (this one)' },
  },
  async run(args, terminal) {
    const [wave, stray] = args.positionals
    checkUsage(args, wave, stray)
    terminal.progress('reading the waves')
    const repository = openRepository(resolve(args.text('repository') ?? root), {
      fetch: !args.flag('no-fetch'),
    })
    const past = wave === undefined ? undefined : pastOf(repository, wave)
    if (args.flag('express')) return express(repository, past, args, terminal)
    // checkUsage: only --express goes without a wave.
    if (!past) throw new UsageError('which wave?')
    const target = stopOf(repository, past, args.text('to'))
    return args.flag('ref')
      ? moveRefs(
          repository,
          [{ wave: past.wave, from: past.tip, to: target, direction: 'back' }],
          past,
          args,
          terminal,
        )
      : revert(repository, past, target, args, terminal)
  },
}

function checkUsage(args: Arguments, wave: string | undefined, stray: string | undefined): void {
  if (stray !== undefined) throw new UsageError(`found ${stray}, allowed: one wave`)
  const express = args.flag('express')
  if (wave === undefined && !express) throw new UsageError('which wave? npx meridian rollback WAVE')
  if (wave === undefined && args.text('to') === undefined)
    throw new UsageError('--express: to where? --to SHA, or a wave')
  if (express && args.flag('ref')) throw new UsageError('--express moves every wave, --ref one: take one')
  if (args.flag('land') && !express && !args.flag('ref')) {
    throw new UsageError('--land moves branches: with --ref or --express; a revert is merged into main')
  }
  if (args.flag('land') && args.flag('push'))
    throw new UsageError('--push asks for what --land does: take one')
  if (args.flag('ref') && args.flag('push')) {
    throw new UsageError(
      '--push: a branch that moves back can be no pull request; --land moves it, after approval',
    )
  }
}

async function revert(
  repository: Repository,
  past: Past,
  target: string,
  args: Arguments,
  terminal: Terminal,
): Promise<number> {
  terminal.progress('reverting on main')
  const done = revertOnMain(repository, {
    branch: `rollback/${past.wave}/${short(past.tip)}`,
    title: revertTitle(past, target),
    from: target,
    to: past.tip,
  })
  if (!done) {
    if (args.flag('json')) terminal.json({ past, target })
    else terminal.print(`✓ main is without them already: npx meridian promote brings that to ${past.branch}`)
    return 0
  }
  const changes = await changesBetween(repository, past.tip, target, past.wave)
  const request = revertRequest(past, target, done, changes)
  const opened = args.flag('push') ? open(repository, request) : undefined
  if (args.flag('json')) {
    terminal.json({ past, target, revert: done, risk: changes.risk, request, opened })
    return 0
  }
  printPast(past, terminal)
  if (opened && opened.kind !== 'pushed') {
    terminal.print(`${terminal.style('green', '✓')} ${opened.kind} ${opened.url}`)
    return 0
  }
  printRequest(request, terminal)
  terminal.print(
    opened
      ? 'Pushed. There is no gh here; open it, with the text above, by:'
      : `On the branch ${done.branch} of this clone. Open it with --push; or, with the text above, by:`,
  )
  for (const line of opened?.commands ?? commandsFor(request, repository.remote)) terminal.print(`  ${line}`)
  return 0
}

function express(
  repository: Repository,
  past: Past | undefined,
  args: Arguments,
  terminal: Terminal,
): Promise<number> {
  const to = args.text('to')
  const target = to !== undefined ? repository.commit(to) : past ? stopOf(repository, past) : ''
  return moveRefs(repository, expressMoves(repository, target), past, args, terminal)
}

async function moveRefs(
  repository: Repository,
  all: readonly ExpressMove[],
  past: Past | undefined,
  args: Arguments,
  terminal: Terminal,
): Promise<number> {
  const moves = all.filter(({ direction }) => direction !== 'stays')
  const [first] = moves
  if (!first) throw new SynthError('all waves', 'are at this commit already', 'name another: --to SHA')
  if (args.flag('land')) {
    const tags = land(repository, moves, new Date())
    if (args.flag('json')) terminal.json({ moves, tags })
    else
      for (const { wave, to } of moves)
        terminal.print(`${terminal.style('green', '✓')} ${branchOf(wave)} is at ${short(to)}`)
    return 0
  }
  const how = args.flag('express') ? '--express' : `${first.wave} --ref`
  terminal.progress('comparing the commits')
  const requests: PullRequest[] = []
  for (const move of moves) {
    const changes = await changesBetween(repository, move.from, move.to, move.wave)
    requests.push(expressRequest(move, changes, `npx meridian rollback ${how} --to ${first.to} --land`))
  }
  // A pull request can only add commits to its base.
  const forward = requests.filter(
    (_, index) => moves[index]?.direction === 'forward' && moves[index].from !== undefined,
  )
  const opened = args.flag('push') ? forward.map((request) => open(repository, request)) : undefined
  if (args.flag('json')) {
    terminal.json({ past, moves, requests, opened })
    return 0
  }
  if (past) printPast(past, terminal)
  for (const request of requests) printRequest(request, terminal)
  for (const one of opened ?? []) {
    if (one.kind === 'pushed') for (const line of one.commands) terminal.print(`  ${line}`)
    else terminal.print(`${terminal.style('green', '✓')} ${one.kind} ${one.url}`)
  }
  return 0
}

function printPast({ branch, tip, stops }: Past, terminal: Terminal): void {
  terminal.print(`${branch} is at ${short(tip)}; it was at`)
  for (const { at, sha, subject } of stops) {
    const when = at ? at.toISOString().replace(/:\d+\.\d+Z/, 'Z') : '(main; no tag tells when)'
    terminal.print(`  ${short(sha)} ${subject}  ${terminal.style('dim', when)}`)
  }
  terminal.print('')
}

function printRequest({ title, body }: PullRequest, terminal: Terminal): void {
  terminal.print(`${terminal.style('bold', title)}\n\n${body}`)
}
