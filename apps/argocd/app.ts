import { z } from 'zod'
import { defineApp } from '../_lib/app.ts'
import { repositorySecret } from './repository.ts'
import { chartValues } from './values.ts'

/** Argo CD keeps itself: a node is born with the same chart and values. Its network policies are `baseline`'s. */
export default defineApp({
  name: 'argocd',
  namespace: 'argocd',
  layer: 'controllers',
  bootstrap: true,
  props: z.strictObject({
    size: z.enum(['small', 'medium', 'large']),
    /** Seconds between two looks at the repository; each cluster adds up to a third by chance. */
    pollSeconds: z.int().min(30).max(3600),
    repository: z.url(),
    chart: z.strictObject({ repository: z.string(), chart: z.string(), version: z.string() }),
    image: z.string(),
    redisImage: z.string(),
  }),
  place: ({ size }, release, { repository }) => ({
    size,
    pollSeconds: 180,
    repository,
    chart: release.chart('argo-cd'),
    image: release.image('argocd'),
    redisImage: release.image('redis'),
  }),
  variant: ({ size, pollSeconds }) => (pollSeconds === 180 ? size : `${size}-poll-${pollSeconds}s`),
  helm: ({ chart, size, pollSeconds, image, redisImage }) => ({
    chart,
    releaseName: 'argocd',
    values: { ...chartValues({ size, pollSeconds, image, redisImage }) },
  }),
  site: (_site, { repository }) => [repositorySecret(repository)],
})
