import { CONTAINERS, IMAGES, POD_KINDS, POD_SPEC } from '../pods.ts'
import { defineRule } from '../rule.ts'
import { fail, pass } from './image-by-digest.examples.ts'

/** A tag can be moved under a running fleet, a digest cannot. */
export default defineRule({
  id: 'image-by-digest',
  title: 'Every image is named by its digest',
  why: 'A tag can be moved to other content after the review; a digest names the content that was reviewed.',
  mend: "Put the image's sha256 digest into the app's release.yaml; an all-zero one goes once it is built and mirrored.",
  controls: ['PCI DSS 6.3.2', 'PCI DSS 6.5.1', 'SOC 2 CC8.1', 'ISO 27001 A.8.32'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: [...POD_KINDS, 'upgrade.cattle.io/Plan'] },
  variables: [POD_SPEC, CONTAINERS, IMAGES],
  validations: [
    {
      cel: `variables.images.all(i, i.matches('^[^@]+@sha256:[0-9a-f]{64}$'))`,
      message: 'an image is not named by a sha256 digest',
      messageCel: `'not named by a sha256 digest: ' +
variables.images.filter(i, !i.matches('^[^@]+@sha256:[0-9a-f]{64}$')).map(i, i == '' ? '(no image)' : i).join(', ')`,
    },
    {
      cel: `!variables.images.exists(i, i.matches('@sha256:0{64}$'))`,
      message: 'an image has an all-zero digest: not built or not mirrored yet',
      messageCel: `'not built or not mirrored yet (all-zero digest): ' +
variables.images.filter(i, i.matches('@sha256:0{64}$')).map(i, i.split('@')[0]).join(', ')`,
      severity: 'warning',
    },
  ],
  pass,
  fail,
  mutations: [
    {
      on: 'apps/Deployment',
      change: [{ path: '/spec/template/spec/containers/0/image', value: 'registry.example/app:1.0.0' }],
    },
    {
      on: 'upgrade.cattle.io/Plan',
      change: [{ path: '/spec/upgrade/image', value: 'registry.example/k3s-upgrade:v1.36.3-k3s1' }],
    },
  ],
})
