import { z } from 'zod'
import { defineApp } from '../_lib/app.ts'
import { controller } from './controller.ts'
import { plans } from './plans.ts'
import { upgradeJobs } from './upgrade-jobs.ts'

/** Moves a site's nodes to the K3s version that the facts name, one at a time: an upgrade is a pull request. */
export default defineApp({
  name: 'upgrades',
  namespace: 'node-agents',
  layer: 'identity',
  props: z.strictObject({
    k3s: z.string(),
    severalNodes: z.boolean(),
    controller: z.string(),
    kubectl: z.string(),
    upgrade: z.string(),
  }),
  place: ({ distribution, nodes }, release, { k3s }) =>
    distribution === 'k3s'
      ? {
          k3s,
          severalNodes: nodes > 1,
          controller: release.image('controller'),
          kubectl: release.image('kubectl'),
          upgrade: release.image('k3s-upgrade'),
        }
      : undefined,
  variant: ({ severalNodes }) => (severalNodes ? 'several-nodes' : 'one-node'),
  chart(chart, props) {
    controller(chart, props)
    upgradeJobs(chart)
    plans(chart, props)
  },
})
