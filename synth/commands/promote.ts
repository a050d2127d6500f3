import { resolve } from 'node:path'
import { type Arguments, type Command, type Terminal, UsageError } from '../../bin/command.ts'
import { root } from '../sources.ts'
import { changesBetween, commitLines } from '../waves/changes.ts'
import { askGate, type Gate } from '../waves/gate.ts'
import { openRepository, type Repository } from '../waves/git.ts'
import { land } from '../waves/land.ts'
import { movedAt } from '../waves/log.ts'
import { type Promotion, planPromotion, short } from '../waves/plan.ts'
import { openPrometheus } from '../waves/prometheus.ts'
import { promotionRequest, whatMoves } from '../waves/promotion-request.ts'
import { commandsFor, type Opened, open } from '../waves/request.ts'
import { secondsOf } from '../waves/slo.ts'

export const command: Command = {
  help: `
A wave is the branch wave/<wave>; its clusters follow it. A promotion fast-forwards it to a commit that the wave
before runs (the first wave: to a commit of main). This shows what moves and prepares the pull request; it refuses to
skip a wave, to move backwards, and what the wave before does not hold.

  npx meridian promote canary                       what main has and the canaries do not
  npx meridian promote early --gate https://prometheus.example
                        only if wave/canary meets its SLO: says why not, and exits 1
  npx meridian promote early --gate URL --soak 6h --quorum 0.9
  npx meridian promote early --commit 1a2b3c4 --push   pushes the branch, opens the pull request with gh
  npx meridian promote early --commit 1a2b3c4 --land   after approval: moves the branch, logs it as a tag was/early/<time>

PROMETHEUS_TOKEN, if set, goes to Prometheus as a bearer token.`,
  usage: 'WAVE',
  options: {
    commit: { type: 'string', value: 'SHA', description: 'what to move to (what the wave before runs)' },
    gate: { type: 'string', value: 'URL', description: 'a Prometheus that knows how the wave before fares' },
    quorum: {
      type: 'string',
      value: 'SHARE',
      description: 'gate: sites that must report, above 0 to 1 (0.8)',
    },
    soak: {
      type: 'string',
      value: 'TIME',
      description: 'gate: since the wave before moved: 30m, 1h, 2d (1h)',
    },
    push: { type: 'boolean', description: 'push the branch and open the pull request' },
    land: { type: 'boolean', description: 'move the wave: what the pipeline does after approval' },
    'no-fetch': { type: 'boolean', description: 'take what this clone saw of the remote last' },
    repository: { type: 'string', value: 'DIR', description: 'the clone (this one)' },
  },
  async run(args, terminal) {
    const [wave, stray] = args.positionals
    if (wave === undefined) throw new UsageError('which wave? npx meridian promote WAVE')
    if (stray !== undefined) throw new UsageError(`found ${stray}, allowed: one wave`)
    if (args.flag('push') && args.flag('land'))
      throw new UsageError('--push asks for what --land does: take one')
    const gateOptions = gateOptionsOf(args)
    terminal.progress('reading the waves')
    const repository = openRepository(resolve(args.text('repository') ?? root), {
      fetch: !args.flag('no-fetch'),
    })
    const promotion = planPromotion(repository, wave, args.text('commit'))
    if (promotion.from === promotion.to) return nothingToDo(promotion, args, terminal)
    const gate = gateOptions && (await gateOf(repository, promotion, gateOptions, terminal))
    if (gate && !gate.open) return closed(promotion, gate, args, terminal)
    if (args.flag('land')) return landed(repository, promotion, args, terminal)
    return prepared(repository, promotion, gate, args, terminal)
  },
}

interface GateOptions {
  readonly url: URL
  readonly quorum: number
  readonly soakSeconds: number
}

function gateOptionsOf(args: Arguments): GateOptions | undefined {
  const address = args.text('gate')
  if (address === undefined) {
    const stray = ['quorum', 'soak'].find((name) => args.text(name) !== undefined)
    if (stray) throw new UsageError(`--${stray} is an option of --gate URL`)
    return undefined
  }
  const url = URL.parse(address)
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`--gate: found ${address}, allowed: an http or https address`)
  }
  const share = args.text('quorum') ?? '0.8'
  const quorum = Number(share)
  if (!(quorum > 0 && quorum <= 1))
    throw new UsageError(`--quorum: found ${share}, allowed: above 0, up to 1`)
  const soak = args.text('soak') ?? '1h'
  const soakSeconds = secondsOf(soak)
  if (soakSeconds === undefined)
    throw new UsageError(`--soak: found ${soak}, allowed: a time such as 30m, 1h, 2d`)
  return { url, quorum, soakSeconds }
}

function gateOf(
  repository: Repository,
  promotion: Promotion,
  { url, quorum, soakSeconds }: GateOptions,
  terminal: Terminal,
): Promise<Gate> {
  terminal.progress(`asking ${url.host} how ${promotion.before.branch} fares`)
  const { before } = promotion
  return askGate(openPrometheus(url, { token: process.env.PROMETHEUS_TOKEN }), {
    promotion,
    movedAt: before.wave === undefined ? undefined : movedAt(repository, before.wave, before.tip),
    rules: { quorum, soakSeconds },
    now: new Date(),
  })
}

function nothingToDo(promotion: Promotion, args: Arguments, terminal: Terminal): number {
  if (args.flag('json')) terminal.json({ promotion })
  else terminal.print(`✓ ${promotion.branch} runs ${short(promotion.to)} already: nothing to promote`)
  return 0
}

function closed(promotion: Promotion, gate: Gate, args: Arguments, terminal: Terminal): number {
  if (args.flag('json')) terminal.json({ promotion, gate })
  else {
    terminal.print(
      `${terminal.style('red', '✗')} ${promotion.branch} stays at ${promotion.from ? short(promotion.from) : 'nothing'}:`,
    )
    for (const reason of gate.reasons) terminal.print(`  ${reason}`)
  }
  return 1
}

function landed(repository: Repository, promotion: Promotion, args: Arguments, terminal: Terminal): number {
  const tags = land(repository, [promotion], new Date())
  if (args.flag('json')) terminal.json({ promotion, tags })
  else {
    terminal.print(
      `${terminal.style('green', '✓')} ${promotion.branch} is at ${short(promotion.to)}, logged as ${tags.join()}`,
    )
  }
  return 0
}

async function prepared(
  repository: Repository,
  promotion: Promotion,
  gate: Gate | undefined,
  args: Arguments,
  terminal: Terminal,
): Promise<number> {
  terminal.progress('comparing the two commits')
  const changes = await changesBetween(repository, promotion.from, promotion.to, promotion.wave)
  const request = promotionRequest(promotion, changes, gate)
  const opened = args.flag('push') ? push(repository, promotion, request) : undefined
  if (args.flag('json')) {
    terminal.json({ promotion, gate, risk: changes.risk, request, opened })
    return 0
  }
  if (opened && opened.kind !== 'pushed') {
    terminal.print(whatMoves(promotion).replaceAll('`', ''))
    for (const line of commitLines(promotion.commits)) terminal.print(`  ${line}`)
    terminal.print(`\n${changes.text}\n`)
    terminal.print(`${terminal.style('green', '✓')} ${opened.kind} ${opened.url}`)
    return 0
  }
  // What stands below is the request, and says all of this once.
  terminal.print(`${terminal.style('bold', request.title)}\n\n${request.body}`)
  const rest = opened?.commands ?? commandsFor(request, repository.remote)
  terminal.print(
    opened
      ? 'Pushed. There is no gh here; open it, with the text above, by:'
      : 'Open it with --push; or, with the text above, by:',
  )
  for (const line of rest) terminal.print(`  ${line}`)
  return 0
}

/** A pull request needs a branch to go to: a wave that has none yet gets it at the first commit there is. */
function push(
  repository: Repository,
  promotion: Promotion,
  request: ReturnType<typeof promotionRequest>,
): Opened {
  if (promotion.from === undefined && repository.remote !== undefined) {
    const [first = ''] = repository.git(['rev-list', '--max-parents=0', promotion.to]).split('\n')
    repository.git([
      'push',
      '--quiet',
      `--force-with-lease=refs/heads/${promotion.branch}:`,
      repository.remote,
      `${first}:refs/heads/${promotion.branch}`,
    ])
  }
  return open(repository, request)
}
