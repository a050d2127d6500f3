import { once } from 'node:events'
import { resolve } from 'node:path'
import { type Command, UsageError } from '../../bin/command.ts'
import { standIns } from '../stand-ins.ts'
import { startFleetlet } from '../up.ts'

export const command: Command = {
  help: `
Brings clusters of the fleet up on this machine: real Kubernetes API servers, and in each the Argo CD that production
runs, which pulls rendered/ from a local git host under production's URL. No containers, and no process behind the
pods: the list of stand-ins says what is played. The first time builds the engines, a quarter of an hour.

  npx meridian up --cluster akl1              until Ctrl-C, to look at with kubectl
  npx meridian up --cluster mel1,akl1,fra1    several, of different waves, that pull from one git host
  npx meridian up --cluster akl1 --exit       stop once everything is Healthy; exit 1 where it does not get there

What is committed is what lies in rendered/ now. Nothing is left behind at the end.`,
  options: {
    cluster: { type: 'string', value: 'NAME,…', description: 'the clusters' },
    exit: { type: 'boolean', description: 'stop once everything is Healthy' },
    rendered: { type: 'string', value: 'DIR', description: 'folder of the rendered fleet (rendered/)' },
    poll: { type: 'string', value: 'SECONDS', description: 'between two looks at git (as rendered)' },
  },
  async run(args, terminal) {
    const names = args.text('cluster')?.split(',') ?? []
    if (names.length === 0) throw new UsageError('which cluster? For example: npx meridian up --cluster akl1')
    const poll = args.text('poll')
    const pollSeconds = poll === undefined ? undefined : Number(poll)
    if (pollSeconds !== undefined && !(pollSeconds >= 1))
      throw new UsageError(`--poll ${poll}: at least 1 second`)
    const json = args.flag('json')
    const out = args.text('rendered')
    const rendered = out === undefined ? undefined : resolve(out)
    const asked = once(process, 'SIGINT').then(() => 'stop' as const)
    const terminated = once(process, 'SIGTERM').then(() => 'stop' as const)
    const started = performance.now()
    const starting = startFleetlet({ clusters: names, rendered, pollSeconds, progress: terminal.progress })
    const ready = await Promise.race([starting, asked, terminated])
    if (ready === 'stop') return interrupted()
    const { lab, git, clusters } = ready
    try {
      const healthy = Promise.all(Object.values(clusters).map((cluster) => cluster.untilHealthy()))
      if ((await Promise.race([healthy, asked, terminated])) === 'stop') return 0
      const seconds = Math.round((performance.now() - started) / 100) / 10
      const report = Object.values(clusters).map(({ name, kubeconfig, server }) => ({
        name,
        kubeconfig,
        server,
      }))
      if (json)
        terminal.json({ healthySeconds: seconds, clusters: report, git: git.folder, standIns: list() })
      else {
        terminal.print(`${terminal.style('green', '✓')} ${names.join(', ')} Healthy after ${seconds} s`)
        terminal.print(`\nWhat is played here, so that nobody takes "Healthy" for more than it is:`)
        for (const { name, of, here } of list()) terminal.print(`  ${name}: instead of ${of}: ${here}`)
      }
      if (args.flag('exit')) return 0
      if (!json) {
        for (const { kubeconfig } of report) terminal.print(`\n  export KUBECONFIG=${kubeconfig}`)
        terminal.print(`  kubectl get applications --namespace argocd\n`)
        terminal.print('Ctrl-C stops everything.')
      }
      await Promise.race([asked, terminated])
      return 0
    } finally {
      terminal.progress('stopping')
      await lab.close()
    }
  },
}

/** Before there is anything to look at: what runs by then goes with this process. */
function interrupted(): never {
  process.exit(130)
}

function list() {
  return standIns.map(({ name, of, here }) => ({ name, of, here }))
}
