import { existsSync } from 'node:fs'
import test from 'ava'
import { proveChanges } from './loop/changes.ts'
import { proveFailures } from './loop/failures.ts'
import { proveFirstSync } from './loop/first-sync.ts'
import type { Site } from './loop/site.ts'
import { proveConcern, proveWaves } from './loop/waves.ts'
import { type Fleetlet, startFleetlet } from './up.ts'

/** A small site of each wave, in the order of the waves. */
const names = { 'wave/canary': 'mel1', 'wave/early': 'akl1', 'wave/broad': 'arn1' }
/** Production's is three minutes; a test has to wait for it. */
const pollSeconds = 8

const started = performance.now()
let fleetlet: Fleetlet

test.before(async () => {
  fleetlet = await startFleetlet({ clusters: Object.values(names), pollSeconds })
})
test.after.always(() => fleetlet?.lab.close())

const sites = (): readonly Site[] => Object.entries(names).map(([branch, name]) => siteOf(branch, name))
const canary = () => siteOf('wave/canary', names['wave/canary'])
const early = () => siteOf('wave/early', names['wave/early'])

proveFirstSync(sites, () => started)
proveWaves(sites)
proveConcern(canary)
proveChanges(canary)
proveFailures(early)

test.serial('at the end no process and no file is left', async (t) => {
  const pids = sites().flatMap(({ cluster }) =>
    Object.values(cluster.services).map((service) => service.pid()),
  )
  t.true(pids.every((pid) => pid !== undefined))
  await fleetlet.lab.close()
  t.false(existsSync(fleetlet.lab.folder))
  for (const pid of pids) t.throws(() => process.kill(pid ?? 0, 0), { code: 'ESRCH' })
})

function siteOf(branch: string, name: string): Site {
  const cluster = fleetlet.clusters[name]
  if (!cluster) throw new Error(`${name} was not started`)
  return { fleetlet, cluster, branch }
}
