import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DescribeImagesCommand, type ImageDetail } from '@aws-sdk/client-ecr'
import type { Clients } from '../../cloud/clients.ts'
import { isMissing } from '../../cloud/lookup.ts'
import { type Check, compare, type Step, skipped } from '../walk.ts'

interface Image {
  readonly repository: string
  readonly tag: string
  readonly digest: string
}

/** Every image of ours that is rendered, in a cluster or in the cloud, is in the registry as it was released. */
export const images: Step = {
  name: 'images',
  async run({ rendered, fleet, clients }) {
    const { registry } = fleet.platform
    const region = registry.split('.')[3] ?? fleet.platform.homeRegion
    const all = imagesIn(rendered, registry)
    const unbuilt = all.filter(({ digest }) => /^sha256:0+$/.test(digest))
    const built = all.filter((image) => !unbuilt.includes(image))
    return [
      ...unbuilt.map(({ repository, tag }) =>
        skipped(`image ${repository}:${tag}`, 'a digest', 'unbuilt or unmirrored: there is no digest yet'),
      ),
      ...(await Promise.all(built.map((image) => checkImage(clients, region, image)))),
    ]
  },
}

/** A tag is immutable, so it must be the very image that was released under it. */
async function checkImage(clients: Clients, region: string, image: Image): Promise<Check> {
  const { repository, tag, digest } = image
  const subject = `image ${repository}${tag === '' ? '' : `:${tag}`}`
  const found = await imageIn(
    clients,
    region,
    repository,
    tag === '' ? { imageDigest: digest } : { imageTag: tag },
  )
  return compare(
    subject,
    digest,
    found?.imageDigest,
    found && 'the tag was pushed again, or the release names another image',
  )
}

async function imageIn(
  clients: Clients,
  region: string,
  repositoryName: string,
  imageId: { imageTag: string } | { imageDigest: string },
): Promise<ImageDetail | undefined> {
  try {
    const command = new DescribeImagesCommand({ repositoryName, imageIds: [imageId] })
    return (await clients.ecr(region).send(command)).imageDetails?.[0]
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** The images of a registry that are named anywhere in rendered/, each once. */
export function imagesIn(rendered: string, registry: string): readonly Image[] {
  const host = registry.replaceAll('.', '\\.')
  const reference = new RegExp(`${host}/([a-z0-9/._-]+?)(?::([\\w.-]+))?@(sha256:[0-9a-f]{64})`, 'g')
  const found = new Map<string, Image>()
  for (const file of globSync('{apps,cloud}/**/*.yaml', { cwd: rendered })) {
    for (const [whole, repository = '', tag = '', digest = ''] of readFileSync(
      join(rendered, file),
      'utf8',
    ).matchAll(reference)) {
      found.set(whole, { repository, tag, digest })
    }
  }
  return [...found.keys()].toSorted().flatMap((key) => found.get(key) ?? [])
}
