import { readFileSync } from 'node:fs'
import test from 'ava'
import { type Application, isDone } from '../argocd/applications.ts'
import { configMapFile, hasConfigMap, isAt, look, type Site, settled, since, until } from './site.ts'

const name = 'e2e-wave'

/** @param sites one of each wave, in the order of the waves */
export function proveWaves(sites: () => readonly Site[]): void {
  test.serial('a commit goes canary, early, broad as the refs move, and to no other cluster', async (t) => {
    const all = sites()
    const [first] = all
    if (!first) throw new Error('no sites')
    const { git } = first.fleetlet
    const commit = git.commit('A ConfigMap more', configMapFile(name))
    t.teardown(async () => {
      const reverted = git.revert(commit)
      for (const { branch } of all) git.move(branch, reverted)
      await Promise.all(all.map((site) => settled(site, reverted, 'router')))
    })
    const has = () => Promise.all(all.map(({ cluster }) => hasConfigMap(cluster, name)))
    await Promise.all(all.map(({ cluster }) => look(cluster, 'router')))
    t.deepEqual(
      await has(),
      all.map(() => false),
      'main alone moves nobody',
    )
    for (const [index, { branch, cluster }] of all.entries()) {
      const moved = performance.now()
      git.move(branch, 'main')
      await Promise.all(all.map((site) => look(site.cluster, 'router')))
      await until(cluster, `it has ${name}`, () => hasConfigMap(cluster, name))
      t.log(`${branch} to ${cluster.name}: applied ${since(moved)} after the ref moved`)
      t.deepEqual(
        await has(),
        all.map((_site, other) => other <= index),
        `${branch} moves its own`,
      )
    }
  })
}

export function proveConcern(site: () => Site): void {
  test.serial(
    'a commit has no folder rendered again but the one that it concerns, and nothing else synced',
    async (t) => {
      const { cluster, fleetlet, branch } = site()
      const { git } = fleetlet
      // The root's first sync may end a moment after all of its Applications are well.
      await until(cluster, 'no sync is under way', async () =>
        (await cluster.applications()).every(({ status }) => status?.operationState?.phase !== 'Running'),
      )
      const before = new Map((await cluster.applications()).map((one) => [one.metadata.name, synced(one)]))
      t.true(before.size > 10)
      const from = rendered(cluster.services.repoServer.log).length
      const commit = git.commit('A ConfigMap more', configMapFile('e2e-concern'))
      git.move(branch, commit)
      t.teardown(async () => {
        const reverted = git.revert(commit)
        git.move(branch, reverted)
        await settled(site(), reverted, 'router')
      })
      const committed = performance.now()
      await settled(site(), commit)
      t.log(`all ${before.size} Applications at the commit after ${since(committed)}`)
      const fresh = new Set(rendered(cluster.services.repoServer.log).slice(from))
      // Argo CD heeds manifest-generate-paths for sources in git alone: a chart whose values are there is rendered anew.
      const charts = (await cluster.applications()).flatMap(
        ({ spec }) => spec.sources?.flatMap(({ chart }) => chart ?? []) ?? [],
      )
      for (const chart of charts) fresh.delete(chart)
      t.deepEqual([...fresh], ['rendered/apps/router/small'])
      for (const one of await cluster.applications()) {
        t.true(isDone(one) && isAt(one, commit), one.metadata.name)
        const same = synced(one) === before.get(one.metadata.name)
        t.is(same, one.metadata.name !== 'router', `${one.metadata.name} synced again: ${!same}`)
      }
    },
  )
}

/** When it was last synced. */
function synced({ status }: Application): string | undefined {
  return status?.operationState?.finishedAt
}

/** The sources that the repo server had to render, by its log, in order: it says so where its cache has none. */
function rendered(log: string): readonly string[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.includes('manifest cache miss'))
    .map((line) => /Path:([^,]+)/.exec(line)?.[1] ?? /Chart:([^,]+)/.exec(line)?.[1] ?? line)
}
