import { createHash } from 'node:crypto'
import { CreateRepositoryCommand, PutImageCommand } from '@aws-sdk/client-ecr'
import type { Resource } from '../graph.ts'
import { text } from '../lookup.ts'
import type { Seeding } from './seeding.ts'

/** An image of nothing, in the OCI's format (image-spec 1.1). */
const manifest =
  '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":2,"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"},"layers":[]}'

/** A repository with one image, at the version that a new program has. */
export async function makeRepository(seeding: Seeding, { region, spec }: Resource): Promise<void> {
  const ecr = seeding.clients.ecr(region)
  const repositoryName = text(spec.name)
  await ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability: 'MUTABLE' }))
  await putImage(seeding, region, repositoryName, manifest)
}

/** Puts an image under the tag that it is rendered with. */
export async function putImage(
  { clients }: Pick<Seeding, 'clients'>,
  region: string,
  repositoryName: string,
  imageManifest: string,
): Promise<void> {
  const imageDigest = `sha256:${createHash('sha256').update(imageManifest).digest('hex')}`
  const command = new PutImageCommand({ repositoryName, imageTag: '1.0.0', imageDigest, imageManifest })
  await clients.ecr(region).send(command)
}
