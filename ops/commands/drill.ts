import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { type Arguments, type Command, type Terminal, UsageError } from '../../bin/command.ts'
import { loadFleet } from '../../clusters/fleet.ts'
import { openClients } from '../cloud/clients.ts'
import { readGraph } from '../cloud/graph.ts'
import { openLive } from '../cloud/live.ts'
import { readState } from '../cloud/state.ts'
import { drillFailover } from '../drill/failover.ts'
import { regionsOf } from '../drill/plan.ts'
import { restore } from '../drill/restore.ts'
import { printDrill } from '../drill/table.ts'

const root = join(import.meta.dirname, '../..')

export const command: Command = {
  usage: 'failover|restore',
  help: `
Lets a region fail as far as DNS is concerned, and takes the time of the five steps: health checks, Route 53, traffic
rerouted, state synchronised, recovery validated. Times of our steps are measured; how long checkers need to see a
failure and resolvers keep an answer is computed from the settings, and says so. The sum is held against the recovery
time and the replication lag against the recovery point (clusters/cloud.yaml).

  npx meridian drill failover --region us-east-1          the plan: what it would change, what can be computed
  npx meridian drill failover --region us-east-1 --yes    does it; puts everything back, also after Ctrl-C
  npx meridian drill restore                              after a drill that was killed: which checks are not as rendered
  npx meridian drill restore --yes                        sets them as rendered

It changes the region's health check alone; see docs/runbooks/fail-over-a-region.md. Exits 1 where an objective is
missed.`,
  options: {
    region: { type: 'string', value: 'REGION', description: 'the region that is to fail' },
    yes: { type: 'boolean', description: 'change what the plan says' },
    state: { type: 'string', value: 'PATH,…', description: 'exports of Pulumi stacks, or folders of them' },
    rendered: { type: 'string', value: 'DIR', description: 'folder of the rendered fleet (rendered/)' },
  },
  async run(args, terminal) {
    const [what, stray] = args.positionals
    if (stray !== undefined || (what !== 'failover' && what !== 'restore')) {
      throw new UsageError(`found ${args.positionals.join(' ') || 'nothing'}, allowed: failover, restore`)
    }
    const graph = readGraph(join(resolve(args.text('rendered') ?? join(root, 'rendered')), 'cloud'))
    const clients = openClients()
    const live = openLive(graph, clients, readState(args.text('state')?.split(',') ?? []))
    try {
      if (what === 'restore')
        return await restoreAll(args, terminal, () => restore(graph, live, clients, args.flag('yes')))
      const region = regionFrom(args, regionsOf(graph))
      const ending = new AbortController()
      for (const signal of ['SIGINT', 'SIGTERM']) {
        void once(process, signal, { signal: ending.signal }).then(
          () => ending.abort(),
          () => {},
        )
      }
      const fleet = loadFleet(join(root, 'clusters'))
      const yes = args.flag('yes')
      const { progress } = terminal
      const report = await drillFailover({
        graph,
        live,
        clients,
        fleet,
        region,
        yes,
        progress,
        signal: ending.signal,
      })
      ending.abort()
      if (args.flag('json')) terminal.json(report)
      else printDrill(report, terminal)
      return report.rto.met && (report.dryRun || report.rpo.met) ? 0 : 1
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'AbortError') throw error
      terminal.note(`${terminal.style('yellow', '!')} interrupted: everything is put back as it was`)
      return 1
    } finally {
      clients.close()
    }
  },
}

function regionFrom(args: Arguments, regions: readonly string[]): string {
  const region = args.text('region')
  if (region !== undefined && regions.includes(region)) return region
  throw new UsageError(`--region: found ${region ?? 'nothing'}, allowed: ${regions.join(', ')}`)
}

async function restoreAll(
  args: Arguments,
  terminal: Terminal,
  run: () => ReturnType<typeof restore>,
): Promise<number> {
  const restored = await run()
  if (args.flag('json')) terminal.json(restored)
  else if (restored.length === 0)
    terminal.print(`${terminal.style('green', '✓')} every health check is as rendered`)
  for (const { check, was, rendered } of args.flag('json') ? [] : restored) {
    const words = args.flag('yes') ? 'set to' : 'rendered'
    terminal.print(`${check}: was ${JSON.stringify(was)}, ${words} ${JSON.stringify(rendered)}`)
  }
  return restored.length > 0 && !args.flag('yes') ? 1 : 0
}
