import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'ava'
import { filesBelow, type Site, since, sourceFolders } from './site.ts'

const root = dirname(dirname(import.meta.dirname))

/** @param started `performance.now()` before the first process was started */
export function proveFirstSync(sites: () => readonly Site[], started: () => number): void {
  test.serial('whole clusters go from their bootstrap to Healthy by git alone', async (t) => {
    await Promise.all(
      sites().map(async ({ cluster }) => {
        await cluster.untilHealthy()
        const { length } = await cluster.applications()
        t.log(`${cluster.name}: all ${length} Applications Healthy, ${since(started())} after the start`)
        t.true(length > 10)
      }),
    )
  })

  test.serial('git holds rendered/ byte for byte, under production’s URL', async (t) => {
    const files = filesBelow(join(root, 'rendered')).map((file) => join('rendered', file))
    t.true(files.length > 500)
    for (const { cluster, fleetlet } of sites()) {
      const worktree = dirname(fleetlet.git.folder)
      const differ = files.filter(
        (file) => !readFileSync(join(root, file)).equals(readFileSync(join(worktree, file))),
      )
      t.deepEqual(differ, [])
      for (const { metadata, spec } of await cluster.applications()) {
        const urls = [spec.source, ...(spec.sources ?? [])].map((source) => source?.repoURL)
        t.true(urls.includes(fleetlet.git.url), metadata.name)
      }
    }
  })

  test.serial('every object that is rendered for a cluster is there', async (t) => {
    const [site] = sites()
    if (!site) throw new Error('no sites')
    for (const folder of await sourceFolders(site)) {
      const files = filesBelow(join(root, folder)).filter((file) => file !== 'values.yaml')
      if (files.length === 0) continue
      const named = files.flatMap((file) => ['--filename', join(root, folder, file)])
      const { code, stderr } = await site.cluster.kubectl(['get', ...named, '--output=name'])
      t.is(code, 0, `${folder}: ${stderr}`)
    }
  })
}
