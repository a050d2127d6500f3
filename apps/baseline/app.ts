import { z } from 'zod'
import { defineApp } from '../_lib/app.ts'
import { type NamespaceName, namespaces, standsOn } from '../_lib/namespaces.ts'
import { argocdNetwork } from './argocd-network.ts'
import { priorityClasses, storageClass } from './classes.ts'
import { namespace } from './namespace.ts'
import { networkDefaults } from './network-defaults.ts'

/** What every other app stands on: namespaces with their limits, closed networks, priorities, storage. */
export default defineApp({
  name: 'baseline',
  namespace: 'node-agents',
  layer: 'baseline',
  props: z.strictObject({
    distribution: z.enum(['k3s', 'eks']),
    edge: z.boolean(),
    /** The KMS key of volumes, where a cloud has one. */
    volumeKey: z.string().optional(),
    apiServer: z.strictObject({ cidr: z.cidrv4(), port: z.int() }),
    egress: z.strictObject({
      git: z.array(z.cidrv4()),
      charts: z.array(z.cidrv4()),
      aws: z.array(z.cidrv4()),
    }),
  }),
  place: ({ distribution, edge, apiServer }, _release, { egress, homeRegion, awsAccount }) => ({
    distribution,
    edge,
    // Its alias outlives its rotation: platform/aws/core/keys.ts.
    ...(distribution === 'eks'
      ? { volumeKey: `arn:aws:kms:${homeRegion}:${awsAccount}:alias/meridian-data` }
      : {}),
    apiServer,
    egress,
  }),
  variant: ({ distribution, edge }) => `${distribution}-${edge ? 'edge' : 'central'}`,
  chart(chart, { distribution, edge, volumeKey, apiServer, egress }) {
    // Object.keys knows its argument's keys only as strings.
    for (const name of Object.keys(namespaces) as NamespaceName[]) {
      if (!standsOn(namespaces[name], edge)) continue
      namespace(chart, name)
      networkDefaults(chart, name, apiServer)
    }
    argocdNetwork(chart, [...egress.git, ...egress.charts, ...egress.aws])
    priorityClasses(chart)
    storageClass(chart, distribution, volumeKey)
  },
})
