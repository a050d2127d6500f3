import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A site's past traffic, a minute a step: requests a minute, of which how many failed and how many were slow. */
export interface Traffic {
  readonly wave: string
  readonly cluster: string
  /** How long ago it began and, if it went silent, ended; in minutes. @default 100 to 0 */
  readonly minutes?: readonly [from: number, to: number]
  readonly perMinute?: number
  readonly failed?: number
  readonly slow?: number
  /** Minutes ago when it began to fail and to be slow. @default always */
  readonly badSince?: number
  /** Minutes ago when that ended. @default it goes on */
  readonly badUntil?: number
  /** Without a histogram. */
  readonly untimed?: true
}

/** Debian's Prometheus, if it is here: `tools/debian.mjs` brings it. */
export const hasPrometheus = ['prometheus', 'promtool'].every(
  (program) => spawnSync(program, ['--version']).error === undefined,
)

/** A real Prometheus on a free port of this machine that holds this past and scrapes nothing. */
export async function startPrometheus(
  traffic: readonly Traffic[],
): Promise<{ url: URL; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'))
  const [data, config] = [join(folder, 'data'), join(folder, 'prometheus.yml')]
  writeFileSync(join(folder, 'past.txt'), openMetrics(traffic))
  writeFileSync(config, '{}\n')
  execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', join(folder, 'past.txt'), data], {
    stdio: 'ignore',
  })
  const port = await freePort()
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=30d',
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    { stdio: 'ignore' },
  )
  // A test file that crashes runs no teardown, and the engine must not outlive it.
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const url = new URL(`http://127.0.0.1:${port}`)
  await ready(url, child)
  return {
    url,
    async stop() {
      process.off('exit', kill)
      const gone = new Promise((resolve) => child.once('exit', resolve))
      kill()
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function ready(url: URL, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 300 && child.exitCode === null; attempt++) {
    const ok = await fetch(new URL('/-/ready', url)).then(
      (response) => response.ok,
      () => false,
    )
    if (ok) return
    await sleep(100)
  }
  throw new Error('Prometheus did not become ready')
}

/** The counters as a site's gateway exports them, a sample a minute up to now. */
function openMetrics(traffic: readonly Traffic[]): string {
  const now = Math.floor(Date.now() / 1000)
  const requests: string[] = []
  const durations: string[] = []
  for (const site of traffic) {
    const {
      wave,
      cluster,
      minutes = [100, 0],
      perMinute = 1000,
      failed = 0,
      slow = 0,
      badSince = 1e9,
      badUntil = 0,
    } = site
    const labels = `cluster="${cluster}",wave="${wave}"`
    let [good, bad, fast, all] = [0, 0, 0, 0]
    for (let ago = minutes[0]; ago >= minutes[1]; ago--) {
      const at = now - ago * 60
      const isBad = ago <= badSince && ago >= badUntil
      bad += isBad ? failed : 0
      good += perMinute - (isBad ? failed : 0)
      fast += perMinute - (isBad ? slow : 0)
      all += perMinute
      requests.push(
        `meridian_requests_total{${labels},code="200"} ${good} ${at}`,
        `meridian_requests_total{${labels},code="503"} ${bad} ${at}`,
      )
      if (site.untimed) continue
      durations.push(
        `meridian_request_duration_seconds_bucket{${labels},le="0.05"} ${fast} ${at}`,
        `meridian_request_duration_seconds_bucket{${labels},le="+Inf"} ${all} ${at}`,
        `meridian_request_duration_seconds_count{${labels}} ${all} ${at}`,
      )
    }
  }
  return [
    '# TYPE meridian_requests counter',
    ...requests,
    '# TYPE meridian_request_duration_seconds histogram',
    ...durations,
    '# EOF\n',
  ].join('\n')
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
