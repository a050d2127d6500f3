import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { PlatformError } from '../../stack.ts'

const root = join(import.meta.dirname, '../../..')

/** What a release file says of our registry; its whole shape is checked where it is released. */
const Release = z.object({
  images: z.record(z.string(), z.object({ repository: z.string() })).default({}),
  charts: z.record(z.string(), z.object({ repository: z.string(), chart: z.string() })).default({}),
})

export interface RepositoryName {
  /** As in our registry: `router`, `mirror/redis`. */
  readonly name: string
  /** Somebody else's, copied: nothing of ours is built into it. */
  readonly mirrored: boolean
}

/**
 * Every repository that a release of the clusters' apps or of the regions' services names in our registry, sorted.
 *
 * @throws {PlatformError} for a release file that cannot be read
 */
export function releasedRepositories(
  patterns: readonly string[] = ['apps/*/release.yaml', 'platform/aws/*/release.yaml'],
): readonly RepositoryName[] {
  const names = patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).flatMap(repositoriesOf)
  return [...new Set(names)].toSorted().map((name) => ({ name, mirrored: name.startsWith('mirror/') }))
}

function repositoriesOf(file: string): readonly string[] {
  const read = Release.safeParse(parse(readFileSync(join(root, file), 'utf8')) ?? {})
  if (!read.success) {
    throw new PlatformError(file, z.prettifyError(read.error), 'see apps/_lib/release.schema.json')
  }
  const { images, charts } = read.data
  return [
    ...Object.values(images).map(({ repository }) => repository),
    // A chart with a scheme comes from its publisher's own host.
    ...Object.values(charts)
      .filter(({ repository }) => !repository.includes('://'))
      .map(({ repository, chart }) => `${repository}/${chart}`),
  ]
}
