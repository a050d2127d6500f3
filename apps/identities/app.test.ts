import test from 'ava'
import { identityVolumes } from '../_lib/identity.ts'
import { namespaces, standsOn } from '../_lib/namespaces.ts'
import { anyRelease, centralCluster, largeSite, platform, render, smallSite } from '../_lib/testing.ts'
import app from './app.ts'

const rendered = (cluster = smallSite) => render(app, app.place(cluster, anyRelease, platform))
const container = (workload: { spec?: { template: { spec: { containers: Container[] } } } }) => {
  const [first] = workload.spec?.template.spec.containers ?? []
  if (!first) throw new TypeError('no container')
  return first
}
interface Container {
  args: string[]
  env: { name: string }[]
}

test('driver and approver agree on what is issued, in the trust domain of their site', (t) => {
  const { one } = rendered()
  const driver = container(one('DaemonSet', 'spiffe-csi-driver'))
  const approver = container(one('Deployment', 'spiffe-approver'))
  for (const { args, env } of [driver, approver]) {
    for (const expected of [
      '--certificate-request-duration=1h',
      '--issuer-name=spiffe-ca',
      '--issuer-kind=ClusterIssuer',
      '--trust-domain=$(TRUST_DOMAIN)',
    ]) {
      t.true(args.includes(expected), expected)
    }
    t.true(env.some(({ name }) => name === 'TRUST_DOMAIN'))
  }
  t.true(driver.args.includes('--source-ca-bundle=/etc/trust-bundle/ca.crt'))
})

test('pods ask for their certificate by the name that the driver registers', (t) => {
  const { metadata } = rendered().one('CSIDriver', 'spiffe.csi.cert-manager.io')
  t.is(identityVolumes.find(({ csi }) => csi)?.csi?.driver, metadata.name)
})

test('the approver may approve for one issuer alone', (t) => {
  const rules = rendered().one('ClusterRole', 'spiffe-approver').rules
  t.deepEqual(
    (rules as { resources: string[] }[]).find(({ resources }) => resources.includes('signers')), // untyped
    {
      apiGroups: ['cert-manager.io'],
      resources: ['signers'],
      verbs: ['approve'],
      resourceNames: ['clusterissuers.cert-manager.io/spiffe-ca'],
    } as { resources: string[] },
  )
})

test('the driver asks for no certificate itself: each account asks in its own namespace', (t) => {
  const { all, one } = rendered()
  t.notRegex(JSON.stringify(one('ClusterRole', 'spiffe-csi-driver')), /"(create|\*)"/)
  const asking = all.filter(
    ({ kind, metadata }) => kind === 'RoleBinding' && metadata.name === 'spiffe-certificate-requester',
  )
  t.deepEqual(
    asking.map(({ metadata }) => metadata.namespace).toSorted(),
    Object.entries(namespaces)
      .filter(([, namespace]) => namespace.identity && standsOn(namespace, true))
      .map(([name]) => name)
      .toSorted(),
  )
  for (const binding of asking) {
    t.like(binding.subjects, [
      { kind: 'Group', name: `system:serviceaccounts:${binding.metadata.namespace}` },
    ])
  }
})

test('no role has a wildcard', (t) => {
  for (const object of rendered().all.filter(({ kind }) => /Role$/.test(kind))) {
    t.notRegex(JSON.stringify(object.rules), /"\*"/)
  }
})

test('of the driver only what mounts is privileged', (t) => {
  const { containers } = rendered().one('DaemonSet', 'spiffe-csi-driver').spec.template.spec
  t.deepEqual(
    containers
      .filter((each: { securityContext: { privileged?: boolean } }) => each.securityContext.privileged)
      .map(({ name }: { name: string }) => name),
    ['driver'],
  )
})

test("the CA's key reaches cert-manager alone, the bundle the driver alone", (t) => {
  const { one } = rendered()
  t.is(one('ExternalSecret', 'intermediate-ca').metadata.namespace, 'cert-manager')
  t.is(one('ExternalSecret', 'trust-bundle').metadata.namespace, 'node-agents')
  t.is(one('ClusterIssuer', 'spiffe-ca').spec.ca.secretName, 'intermediate-ca')
})

test('a site of three servers has a second approver; a cluster in a region has no edge namespaces', (t) => {
  t.is(rendered(smallSite).one('Deployment', 'spiffe-approver').spec.replicas, 1)
  t.is(rendered(largeSite).one('Deployment', 'spiffe-approver').spec.replicas, 2)
  t.false(rendered(centralCluster).all.some(({ metadata }) => metadata.namespace === 'router'))
})
