import { z } from 'zod'
import { defineApp } from '../_lib/app.ts'
import { chartRegistry } from './chart-registry.ts'
import { chartNetwork } from './network.ts'
import { secretStores } from './stores.ts'
import { chartValues } from './values.ts'

/** Brings every secret from AWS Secrets Manager, with the site's one root credential; git holds none. */
export default defineApp({
  name: 'external-secrets',
  namespace: 'external-secrets',
  layer: 'controllers',
  props: z.strictObject({
    distribution: z.enum(['k3s', 'eks']),
    highlyAvailable: z.boolean(),
    apiServer: z.strictObject({ cidr: z.cidrv4(), port: z.int() }),
    aws: z.array(z.cidrv4()),
    region: z.string(),
    registry: z.string(),
    chart: z.strictObject({ repository: z.string(), chart: z.string(), version: z.string() }),
    image: z.string(),
    credentialHelper: z.string(),
  }),
  place: ({ distribution, highlyAvailable, apiServer }, release, { egress, homeRegion, registry }) => ({
    distribution,
    highlyAvailable,
    apiServer,
    aws: egress.aws,
    region: homeRegion,
    registry,
    chart: release.chart('external-secrets'),
    image: release.image('external-secrets'),
    credentialHelper: release.image('credential-helper'),
  }),
  variant: ({ distribution, highlyAvailable }) => `${distribution}-${highlyAvailable ? 'ha' : 'single'}`,
  chart(chart, { distribution, apiServer, aws, region, registry }) {
    chartNetwork(chart, { distribution, apiServer, aws })
    chartRegistry(chart, { registry, region })
  },
  helm: ({ chart, ...setup }) => ({
    chart,
    releaseName: 'external-secrets',
    values: { ...chartValues(setup) },
  }),
  site: ({ secretPrefix }, { region, distribution }) =>
    secretStores(secretPrefix, region, distribution === 'k3s'),
})
