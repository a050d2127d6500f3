import test from 'ava'
import { namespaces } from '../_lib/namespaces.ts'
import { siteSecretStores } from '../_lib/secret.ts'
import { anyRelease, centralCluster, platform, render, smallSite } from '../_lib/testing.ts'
import app from './app.ts'
import { secretStores } from './stores.ts'
import { chartValues } from './values.ts'

const setup = {
  highlyAvailable: false,
  region: 'eu-west-1',
  image: `registry.test/external-secrets:v1@sha256:${'1'.repeat(64)}`,
  credentialHelper: `registry.test/credential-helper:1@sha256:${'2'.repeat(64)}`,
}

test('a site has its root credential beside the controller, from the Secret it was born with', (t) => {
  const { extraContainers, extraEnv, extraVolumes } = chartValues({ ...setup, distribution: 'k3s' })
  t.is(extraContainers.length, 1)
  t.is(extraContainers[0]?.image, setup.credentialHelper)
  t.is(extraVolumes[0]?.secret?.secretName, 'site-root')
  t.like(extraEnv[0], { name: 'AWS_EC2_METADATA_SERVICE_ENDPOINT', value: 'http://127.0.0.1:9911/' })
})

test('a cluster in AWS has no root credential: its pod has a role', (t) => {
  const values = chartValues({ ...setup, distribution: 'eks' })
  t.deepEqual([values.extraContainers, values.extraEnv, values.extraVolumes], [[], [], []])
  const { spec } = render(app, app.place(centralCluster, anyRelease, platform)).one(
    'NetworkPolicy',
    'external-secrets',
  )
  t.deepEqual(spec.egress.at(-1).to, [{ ipBlock: { cidr: '169.254.170.23/32' } }])
})

test('images are pinned by digest, although the chart knows none', (t) => {
  const { image, webhook, certController } = chartValues({ ...setup, distribution: 'k3s' })
  for (const pinned of [image, webhook.image, certController.image]) {
    t.is(`${pinned.repository}:${pinned.tag}`, setup.image)
  }
})

const store = (prefix: string, namespaces: string[]) => ({
  provider: { aws: { service: 'SecretsManager', region: 'eu-west-1', prefix } },
  conditions: [{ namespaces }],
})

test('a site sees its own secrets alone, and a service never those of the platform', (t) => {
  const stores = secretStores('sites/fra1/', 'eu-west-1', true)
  t.deepEqual(
    stores.map(({ metadata, spec }) => [metadata.name, spec]),
    [
      ['site-platform', store('sites/fra1/platform/', ['argocd', 'cert-manager', 'node-agents'])],
      ['site', store('sites/fra1/workloads/', ['observability', 'gateway', 'router', 'inference', 'cache'])],
    ],
  )
  const allowed = Object.values(siteSecretStores).map(({ namespaces }): readonly string[] => namespaces)
  t.is(new Set(allowed.flat()).size, allowed.flat().length, 'no namespace has two stores')
  const without = Object.keys(namespaces).filter((name) => !allowed.flat().includes(name))
  // These two ask for no secret.
  t.deepEqual(without, ['external-secrets', 'metrics'])
})

test('only the controller reaches AWS', (t) => {
  const { all, one } = render(app, app.place(smallSite, anyRelease, platform))
  const outside = all.filter(
    ({ kind, spec }) => kind === 'NetworkPolicy' && JSON.stringify(spec.egress).includes('203.0.113.0/24'),
  )
  t.deepEqual(outside, [one('NetworkPolicy', 'external-secrets')])
})

test('Argo CD gets a token for the mirrored charts before it needs one', (t) => {
  const { spec, metadata } = render(app, app.place(smallSite, anyRelease, platform)).one(
    'ExternalSecret',
    'chart-registry',
  )
  t.is(metadata.namespace, 'argocd')
  t.falsy(spec.secretStoreRef, 'the stores come a layer later')
  t.is(spec.dataFrom[0].sourceRef.generatorRef.kind, 'ECRAuthorizationToken')
  t.like(spec.target.template, {
    metadata: { labels: { 'argocd.argoproj.io/secret-type': 'repo-creds' } },
    data: { url: 'registry.test/mirror/charts', enableOCI: 'true' },
  })
})

test('a store serves no namespace that its cluster lacks', (t) => {
  const served = (edge: boolean) => JSON.stringify(secretStores('sites/one/', 'eu-west-1', edge))
  t.true(served(false).includes('"logs"'))
  t.false(served(false).includes('"gateway"'))
  t.true(served(true).includes('"gateway"'))
  t.false(served(true).includes('"logs"'))
})
