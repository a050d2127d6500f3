import { z } from 'zod'

/** `apps/<app>/release.yaml`: the versions that an app runs. Release automation writes digests here, by PR. */
export const Release = z.strictObject({
  images: z
    .record(
      z.string(),
      z.strictObject({
        /** Path in our registry, such as `router` or `mirror/redis`. */
        repository: z.string().regex(/^[a-z0-9]+([./_-][a-z0-9]+)*$/, 'a repository path in our registry'),
        version: z.string().regex(/^[\w][\w.-]{0,127}$/, 'an image tag'),
        /** `unbuilt`: ours, no image yet; `unmirrored`: somebody else's, not yet in our registry. */
        digest: z.union([
          z.literal('unbuilt'),
          z.literal('unmirrored'),
          z.string().regex(/^sha256:[0-9a-f]{64}$/, 'sha256:<64 hex>, unbuilt or unmirrored'),
        ]),
      }),
    )
    .default({}),
  charts: z
    .record(
      z.string(),
      z.strictObject({
        /** https URL of a chart repository, or a registry path without scheme for an OCI chart. */
        repository: z.string().min(1),
        chart: z.string().min(1),
        version: z.string().regex(/^v?\d+\.\d+\.\d+(-[\w.]+)?$/, 'an exact chart version'),
      }),
    )
    .default({}),
})

export type ReleaseFile = z.infer<typeof Release>
export type Chart = ReleaseFile['charts'][string]

/** A release as apps see it: full image references, pinned by digest. */
export interface AppRelease {
  /** `<registry>/<repository>:<version>@sha256:<digest>`; throws for a name that release.yaml lacks. */
  image(name: string): string
  chart(name: string): Chart
}

const zeroDigest = `sha256:${'0'.repeat(64)}`

/** @throws {RangeError} from its methods, naming what release.yaml does have. */
export function releaseOf(app: string, file: ReleaseFile, registry: string): AppRelease {
  const pick = <T>(kind: string, entries: Record<string, T>, name: string): T => {
    const entry = entries[name]
    if (entry) return entry
    const known = Object.keys(entries).join(', ') || 'none'
    throw new RangeError(`apps/${app}/release.yaml has no ${kind} ${name}; it has: ${known}`)
  }
  return {
    image(name) {
      const { repository, version, digest } = pick('image', file.images, name)
      return `${registry}/${repository}:${version}@${digest.startsWith('sha256:') ? digest : zeroDigest}`
    },
    chart: (name) => pick('chart', file.charts, name),
  }
}
