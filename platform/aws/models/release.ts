import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { PlatformError } from '../../stack.ts'

const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'sha256:<64 hex>, or unbuilt')
const Digest = z.union([z.literal('unbuilt'), sha256])
const Image = z.strictObject({ repository: z.string(), version: z.string(), digest: Digest })

export interface ModelsRelease {
  /** Path and digest in a registry: `inference-central@sha256:…`. */
  readonly image: string
  readonly repository: string
  /** SHA-256 of the archive of models, in hexadecimal; `unbuilt` where there is none yet. */
  readonly archive: string
}

/** @throws {PlatformError} for a file that is of another shape */
export function modelsRelease(): ModelsRelease {
  const { images } = read(
    'release.yaml',
    z.strictObject({ images: z.strictObject({ 'inference-central': Image }) }),
  )
  const { archive } = read(
    'models.yaml',
    z.strictObject({ archive: z.strictObject({ version: z.string(), digest: Digest }) }),
  )
  const { repository, digest } = images['inference-central']
  return {
    repository,
    image: `${repository}@${digest === 'unbuilt' ? `sha256:${'0'.repeat(64)}` : digest}`,
    archive: archive.digest.replace('sha256:', ''),
  }
}

function read<S extends z.ZodType>(file: string, shape: S): z.infer<S> {
  const result = shape.safeParse(parse(readFileSync(join(import.meta.dirname, file), 'utf8')))
  if (result.success) return result.data
  throw new PlatformError(
    `platform/aws/models/${file}`,
    z.prettifyError(result.error),
    'write it as release.ts says',
  )
}
