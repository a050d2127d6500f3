import { z } from 'zod'
import { defineApp } from '../_lib/app.ts'
import { approver } from './approver.ts'
import { certificateAuthority } from './certificate-authority.ts'
import { csiDriver } from './csi-driver.ts'
import { requesters } from './requesters.ts'

/**
 * A certificate with a SPIFFE id for every service, an hour long: the site's own intermediate CA, the CSI driver
 * that brings certificates into pods, and the approver that lets a pod have no id but its own.
 *
 * Written after csi-driver-spiffe's own chart (v0.15), with fewer rights.
 */
export default defineApp({
  name: 'identities',
  namespace: 'cert-manager',
  layer: 'identity',
  props: z.strictObject({
    edge: z.boolean(),
    highlyAvailable: z.boolean(),
    driver: z.string(),
    approver: z.string(),
    nodeDriverRegistrar: z.string(),
    livenessProbe: z.string(),
  }),
  place: ({ edge, highlyAvailable }, release) => ({
    edge,
    highlyAvailable,
    driver: release.image('driver'),
    approver: release.image('approver'),
    nodeDriverRegistrar: release.image('node-driver-registrar'),
    livenessProbe: release.image('livenessprobe'),
  }),
  variant: ({ edge, highlyAvailable }) => `${edge ? 'edge' : 'central'}-${highlyAvailable ? 'ha' : 'single'}`,
  chart(chart, { edge, highlyAvailable, ...images }) {
    certificateAuthority(chart)
    csiDriver(chart, images)
    approver(chart, { image: images.approver, replicas: highlyAvailable ? 2 : 1 })
    requesters(chart, edge)
  },
})
