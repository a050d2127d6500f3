import { pod, workload } from '../pods.examples.ts'
import { CONTAINERS, IMAGES, POD_KINDS, POD_SPEC } from '../pods.ts'
import { defineRule } from '../rule.ts'

const REGISTRY = "i.matches('^[0-9]{12}[.]dkr[.]ecr[.][a-z0-9-]+[.]amazonaws[.]com/')"
/** A tag follows the last slash; a port, the first colon of `host:5000/app`, comes before it. */
const TAGGED = "i.split('@')[0].matches('^.*/[^/:]+:[^/:]+$')"

const OURS = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'
const running = (image: string) => workload({ containers: [{ name: 'app', image }] })

/** The account in the registry's name is a fact that a rule cannot know; synth writes no other. */
export default defineRule({
  id: 'image-from-our-registry',
  title: 'Every image comes from our registry, with a version',
  why: 'What runs was built or mirrored, scanned and signed by us; a public registry may vanish, be limited or be taken over.',
  mend: "Mirror the image into our registry and name it with its version in the app's release.yaml.",
  controls: ['PCI DSS 6.3.2', 'SOC 2 CC6.8', 'ISO 27001 A.8.19', 'ISO 27001 A.5.21'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: [...POD_KINDS, 'upgrade.cattle.io/Plan'] },
  variables: [POD_SPEC, CONTAINERS, IMAGES],
  validations: [
    {
      cel: `variables.images.all(i, ${REGISTRY})`,
      message: 'an image is not from our registry',
      messageCel: `'not from our registry: ' + variables.images.filter(i, !${REGISTRY}).join(', ')`,
    },
    {
      cel: `variables.images.all(i, ${TAGGED} && !i.split('@')[0].endsWith(':latest'))`,
      message: 'an image has no version, or says latest',
      messageCel: `'no version, or latest: ' +
variables.images.filter(i, !${TAGGED} || i.split('@')[0].endsWith(':latest')).join(', ')`,
    },
  ],
  pass: [running(`${OURS}/gateway:0.1.0`), running(`${OURS}/mirror/redis:8.10.2@sha256:${'0'.repeat(64)}`)],
  fail: [
    running('docker.io/library/redis:8.10.2'),
    running(`evil.example/${OURS}/gateway:0.1.0`),
    running(`${OURS}.evil.example/gateway:0.1.0`),
    running(`${OURS}/gateway:latest`),
    running(`${OURS}/gateway@sha256:${'0'.repeat(64)}`),
    pod({
      containers: [{ name: 'app', image: `${OURS}/gateway:0.1.0` }],
      initContainers: [{ name: 'init', image: 'busybox' }],
    }),
    {
      apiVersion: 'upgrade.cattle.io/v1',
      kind: 'Plan',
      metadata: { name: 'k3s-server', namespace: 'node-agents' },
      spec: { upgrade: { image: 'rancher/k3s-upgrade:v1.36.3-k3s1' } },
    },
  ],
  mutations: [
    {
      on: 'apps/StatefulSet',
      change: [{ path: '/spec/template/spec/containers/0/image', value: 'docker.io/library/redis:8.10.2' }],
    },
    {
      on: 'apps/DaemonSet',
      change: [{ path: '/spec/template/spec/containers/0/image', value: `${OURS}/mirror/vector:latest` }],
    },
  ],
})
