import type { Plain } from '../plain.ts'
import { containersOf, podSpecOf } from './pods.ts'
import type { DangerSign } from './sign.ts'
import { isOlder } from './version.ts'

export const images: readonly DangerSign[] = [
  {
    id: 'image-without-digest',
    severity: 'high',
    find: ({ op, before, after }) =>
      op === 'removed'
        ? []
        : changedImages(before, after).flatMap(({ name, image }) =>
            image.includes('@sha256:')
              ? []
              : [`${name} runs an image without a digest: ${image}; it may change under its tag`],
          ),
  },
  {
    id: 'image-placeholder',
    severity: 'medium',
    find: ({ op, before, after }) =>
      op === 'removed'
        ? []
        : changedImages(before, after).flatMap(({ name, image, was }) =>
            was !== undefined && isPlaceholder(image) && !isPlaceholder(was)
              ? [`${name} loses its digest for zeros: the image cannot be pulled`]
              : [],
          ),
  },
  {
    id: 'registry-changed',
    severity: 'medium',
    find: ({ op, before, after }) =>
      op === 'changed'
        ? changedImages(before, after).flatMap(({ name, image, was }) =>
            was !== undefined && registryOf(was) !== registryOf(image)
              ? [`${name} comes from another registry: ${registryOf(was)} → ${registryOf(image)}`]
              : [],
          )
        : [],
  },
  {
    id: 'image-downgrade',
    severity: 'medium',
    find: ({ op, before, after }) =>
      op === 'changed'
        ? changedImages(before, after).flatMap(({ name, image, was }) =>
            was !== undefined && isOlder(tagOf(image), tagOf(was))
              ? [`${name} goes back: ${tagOf(was)} → ${tagOf(image)}`]
              : [],
          )
        : [],
  },
]

interface ImageChange {
  readonly name: string
  readonly image: string
  readonly was: string | undefined
}

function changedImages(before: Plain | undefined, after: Plain | undefined): readonly ImageChange[] {
  const old = containersOf(podSpecOf(before))
  return [...containersOf(podSpecOf(after))].flatMap(([name, { image }]) => {
    const was = old.get(name)?.image
    if (typeof image !== 'string' || image === was) return []
    return [{ name, image, was: typeof was === 'string' ? was : undefined }]
  })
}

function isPlaceholder(image: string): boolean {
  return /@sha256:0{64}$/.test(image)
}

function registryOf(image: string): string {
  return image.includes('/') ? (image.split('/')[0] ?? '') : 'docker.io'
}

function tagOf(image: string): string {
  return /:([^:/@]+)(?:@|$)/.exec(image)?.[1] ?? ''
}
