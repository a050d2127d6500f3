import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { PlatformError } from '../../stack.ts'

/** `release.yaml` beside this file has the shape of an app's: apps/_lib/release.schema.json. */
const Release = z.strictObject({
  images: z.record(
    z.string(),
    z.strictObject({
      repository: z.string(),
      version: z.string(),
      /** `unbuilt`: no image yet. */
      digest: z.union([z.literal('unbuilt'), z.string().regex(/^sha256:[0-9a-f]{64}$/)]),
    }),
  ),
})

const place = 'platform/aws/region/release.yaml'

/**
 * The image of an upstream's service, by digest; one of zeros, which no registry has, stands for an unbuilt one.
 *
 * @throws {PlatformError} where release.yaml lacks it or is not what it should be
 */
export function imageOf(upstream: string, registry: string): string {
  const { success, data, error } = Release.safeParse(
    parse(readFileSync(join(import.meta.dirname, 'release.yaml'), 'utf8')),
  )
  if (!success) throw new PlatformError(place, z.prettifyError(error), 'see apps/_lib/release.schema.json')
  const image = data.images[upstream]
  if (!image) {
    throw new PlatformError(
      place,
      `no image for ${upstream}, an upstream of clusters/routes.yaml`,
      `add one to: ${Object.keys(data.images).join(', ')}`,
    )
  }
  const digest = image.digest === 'unbuilt' ? `sha256:${'0'.repeat(64)}` : image.digest
  return `${registry}/${image.repository}:${image.version}@${digest}`
}
