import { z } from 'zod'
import { defineApp } from '../_lib/app.ts'
import { mirrored } from '../_lib/official-chart.ts'
import { chartNetwork } from './network.ts'
import { chartValues } from './values.ts'

/** Signs the certificates that services show each other; what may be signed, `identities` decides. */
export default defineApp({
  name: 'cert-manager',
  namespace: 'cert-manager',
  layer: 'controllers',
  props: z.strictObject({
    distribution: z.enum(['k3s', 'eks']),
    highlyAvailable: z.boolean(),
    apiServer: z.strictObject({ cidr: z.cidrv4(), port: z.int() }),
    chart: z.strictObject({ repository: z.string(), chart: z.string(), version: z.string() }),
    images: z.strictObject({
      controller: z.string(),
      webhook: z.string(),
      cainjector: z.string(),
      acmesolver: z.string(),
    }),
  }),
  place: ({ distribution, highlyAvailable, apiServer }, release, { registry }) => ({
    distribution,
    highlyAvailable,
    apiServer,
    chart: mirrored(release.chart('cert-manager'), registry),
    images: {
      controller: release.image('controller'),
      webhook: release.image('webhook'),
      cainjector: release.image('cainjector'),
      acmesolver: release.image('acmesolver'),
    },
  }),
  variant: ({ distribution, highlyAvailable }) => `${distribution}-${highlyAvailable ? 'ha' : 'single'}`,
  chart: (chart, { apiServer }) => chartNetwork(chart, apiServer),
  helm: ({ chart, highlyAvailable, images }) => ({
    chart,
    releaseName: 'cert-manager',
    values: { ...chartValues({ highlyAvailable, images }) },
  }),
})
