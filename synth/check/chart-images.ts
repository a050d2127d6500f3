import { parse } from 'yaml'
import { z } from 'zod'
import type { Document } from '../documents.ts'
import type { RenderedTree } from '../views/tree.ts'

/** The images of official charts stand in their values, where no rule sees them. */
export interface ChartImage extends Document {
  readonly app: string
  /** `<registry>/<repository>:<tag>@sha256:<digest>`, as far as the values say it. */
  readonly image: string
}

/**
 * Finds every image that a `values.yaml` of the tree names, each once an app.
 *
 * @returns documents of kind Pod that run that one image, so that the rules about images judge it by their own text
 */
export function chartImages(tree: RenderedTree): readonly ChartImage[] {
  const files = new Map<string, { app: string; image: string; files: string[] }>()
  for (const path of tree.list('apps')) {
    const app = /^apps\/([^/]+)\/[^/]+\/values\.yaml$/.exec(path)?.[1]
    if (app === undefined) continue
    const values: unknown = parse(tree.read(path) ?? '')
    for (const image of new Set(imagesIn(values))) {
      const entry = files.get(`${app} ${image}`)
      if (entry) entry.files.push(path)
      else files.set(`${app} ${image}`, { app, image, files: [path] })
    }
  }
  return [...files.values()].map((entry) => ({ ...entry, text: podWith(entry.image) }))
}

/** How charts write an image: a string under `image`, or its parts; a digest may stand in the tag. */
const Parts = z.object({ repository: z.string(), tag: z.string().optional(), digest: z.string().optional() })

function* imagesIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  const parts = Parts.safeParse(value)
  if (parts.success && (parts.data.tag !== undefined || parts.data.digest !== undefined)) {
    const { repository, tag, digest } = parts.data
    yield `${repository}${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`
  }
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'image' && typeof inner === 'string') yield inner
    else yield* imagesIn(inner)
  }
}

function podWith(image: string): string {
  const name = image.split('@')[0]?.split('/').at(-1)?.split(':')[0] ?? ''
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name, image }] },
  })
}
