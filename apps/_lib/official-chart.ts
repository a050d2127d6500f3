import type { Chart } from './release.ts'

/** An image reference in the parts that official charts ask for. */
export interface ImageParts {
  /** `<registry>/<path>` */
  readonly repository: string
  readonly tag: string
  /** `sha256:<64 hex>` */
  readonly digest: string
}

/**
 * Splits `<repository>:<tag>@<digest>`, as `AppRelease.image` gives it.
 *
 * @throws {TypeError} for any other form: a chart would otherwise run whatever its own default names
 */
export function imageParts(image: string): ImageParts {
  const [, repository, tag, digest] = /^(.+):([^:@/]+)@(sha256:[0-9a-f]{64})$/.exec(image) ?? []
  if (!repository || !tag || !digest) throw new TypeError(`not an image by tag and digest: ${image}`)
  return { repository, tag, digest }
}

/** A chart of release.yaml that is mirrored in our registry: its repository there is a path. */
export function mirrored(chart: Chart, registry: string): Chart {
  return { ...chart, repository: `${registry}/${chart.repository}` }
}
