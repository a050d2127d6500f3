import { join, resolve } from 'node:path'
import { type Arguments, type Command, UsageError } from '../../bin/command.ts'
import { loadFleet } from '../../clusters/fleet.ts'
import { openClients } from '../cloud/clients.ts'
import { readGraph } from '../cloud/graph.ts'
import { openLive } from '../cloud/live.ts'
import { readState } from '../cloud/state.ts'
import { steps } from '../verify/steps.ts'
import { printWalk } from '../verify/table.ts'
import { walkAll } from '../verify/walk.ts'

const root = join(import.meta.dirname, '../..')

export const command: Command = {
  help: `
Walks from DNS to an answer and compares what is there with what is rendered: zones, records, health checks,
certificates, distributions, web ACLs, entrances, targets, databases, tables, images, Argo CD, and what the hosts
answer. Only asks; changes nothing. Wants AWS credentials that may read (as the AWS CLI finds them).

  npx meridian verify
  npx meridian verify --all                        every comparison, not the failed ones alone
  npx meridian verify --step records,tables        some of the steps
  npx meridian verify --state /tmp/exports         with what \`pulumi stack export --file\` wrote: finds by id
  npx meridian verify --kubeconfig akl1=akl1.yaml,fra1=fra1.yaml
                                                   asks the Argo CD of these clusters too
AWS_ENDPOINT_URL asks something else than AWS. Exits 1 where something is not as rendered.`,
  options: {
    step: { type: 'string', value: 'NAME,…', description: `of: ${steps.map(({ name }) => name).join(', ')}` },
    state: { type: 'string', value: 'PATH,…', description: 'exports of Pulumi stacks, or folders of them' },
    kubeconfig: { type: 'string', value: 'CLUSTER=FILE,…', description: 'clusters whose Argo CD is asked' },
    days: { type: 'string', value: 'N', description: 'that a certificate must last (30)' },
    rendered: { type: 'string', value: 'DIR', description: 'folder of the rendered fleet (rendered/)' },
    all: { type: 'boolean', description: 'show every comparison' },
  },
  async run(args, terminal) {
    const [stray] = args.positionals
    if (stray !== undefined) throw new UsageError(`found ${stray}, allowed: options alone`)
    const chosen = stepsNamed(args)
    const rendered = resolve(args.text('rendered') ?? join(root, 'rendered'))
    const graph = readGraph(join(rendered, 'cloud'))
    const state = readState(listOf(args.text('state')))
    const clients = openClients()
    try {
      const walk = {
        graph,
        clients,
        rendered,
        state,
        live: openLive(graph, clients, state),
        fleet: loadFleet(join(root, 'clusters')),
        now: new Date(),
        certificateDays: daysOf(args),
        kubeconfigs: kubeconfigsOf(args),
      }
      const report = await walkAll(chosen, walk, terminal.progress)
      if (args.flag('json')) terminal.json(report)
      else printWalk(report, args.flag('all'), terminal)
      return report.failed > 0 ? 1 : 0
    } finally {
      clients.close()
    }
  },
}

function stepsNamed(args: Arguments) {
  const names = listOf(args.text('step'))
  const unknown = names.find((name) => !steps.some((step) => step.name === name))
  if (unknown !== undefined) {
    throw new UsageError(`--step: no step ${unknown}; there are: ${steps.map(({ name }) => name).join(', ')}`)
  }
  return names.length === 0 ? steps : steps.filter(({ name }) => names.includes(name))
}

function daysOf(args: Arguments): number {
  const text = args.text('days') ?? '30'
  if (!/^\d+$/.test(text)) throw new UsageError(`--days: found ${text}, allowed: a number of days`)
  return Number(text)
}

function kubeconfigsOf(args: Arguments): ReadonlyMap<string, string> {
  return new Map(
    listOf(args.text('kubeconfig')).map((pair) => {
      const [, cluster, file] = /^([^=]+)=(.+)$/.exec(pair) ?? []
      if (cluster === undefined || file === undefined) {
        throw new UsageError(
          `--kubeconfig: found ${pair}, allowed: CLUSTER=FILE, such as akl1=/tmp/akl1.yaml`,
        )
      }
      return [cluster, resolve(file)]
    }),
  )
}

function listOf(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split(',').map((word) => word.trim())
}
