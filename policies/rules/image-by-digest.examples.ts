/** Made up for the examples: no registry holds content of this digest. */
const PINNED = `registry.example/app:1.0.0@sha256:${'0123456789abcdef'.repeat(4)}`
const UNBUILT = `registry.example/app:1.0.0@sha256:${'0'.repeat(64)}`

const container = (image: string) => ({ name: 'app', image })

const deployment = (spec: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'app', namespace: 'example' },
  spec: { template: { spec } },
})

const pod = (spec: object) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'app' }, spec })

const plan = (image: string) => ({
  apiVersion: 'upgrade.cattle.io/v1',
  kind: 'Plan',
  metadata: { name: 'k3s-server', namespace: 'node-agents' },
  spec: { upgrade: { image } },
})

const controller = (...images: readonly string[]) => ({
  ...container(PINNED),
  env: images.map((value, index) => ({ name: `JOB_${index}_IMAGE`, value })),
})

export const pass = [
  plan(PINNED),
  pod({ containers: [controller(PINNED, PINNED)] }),
  deployment({ containers: [container(PINNED)], initContainers: [container(PINNED)] }),
  pod({ containers: [container(PINNED)], volumes: [{ name: 'model', image: { reference: PINNED } }] }),
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'app', namespace: 'example' },
    spec: { jobTemplate: { spec: { template: { spec: { containers: [container(PINNED)] } } } } },
  },
]

export const fail = [
  plan('registry.example/k3s-upgrade:v1.36.3-k3s1'),
  pod({ containers: [controller(PINNED, 'registry.example/kubectl:v1.36.3')] }),
  deployment({ containers: [container('registry.example/app:1.0.0')] }),
  deployment({ containers: [container(PINNED), container('registry.example/app')] }),
  deployment({ containers: [container(PINNED)], initContainers: [container('registry.example/app:latest')] }),
  pod({ containers: [container(PINNED)], ephemeralContainers: [container('busybox')] }),
  pod({
    containers: [container(PINNED)],
    volumes: [{ name: 'm', image: { reference: 'registry.example/m:1' } }],
  }),
  // The digest is too short, in another algorithm, or not there at all.
  deployment({ containers: [container('registry.example/app@sha256:0123456789abcdef')] }),
  deployment({ containers: [container(`registry.example/app@sha512:${'0123456789abcdef'.repeat(8)}`)] }),
  deployment({ containers: [{ name: 'app' }] }),
  deployment({ containers: [container(UNBUILT)] }),
]
