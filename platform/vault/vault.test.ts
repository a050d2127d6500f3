import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { loadFleet } from '../../clusters/fleet.ts'
import { renderStack } from '../render/render.ts'
import { stackNamed } from '../stacks.ts'

const repositoryRoot = join(import.meta.dirname, '../..')
const fleet = loadFleet(join(repositoryRoot, 'clusters'))
const { resources, outputs } = await renderStack(stackNamed('vault'), fleet)
const inputs = (kind: string, name: string) =>
  resources.find((one) => one.type.endsWith(`:${kind}`) && one.name === name)?.inputs ?? {}
/** What another resource has once it is there, as it is rendered. */
const result = (of: string) => `\${${of}}`
const policyOf = (login: string) => String(inputs('Policy', login).policy)

test('the key of the root is made in Vault and cannot come out', (t) => {
  t.like(inputs('SecretBackendRootCert', 'root'), {
    type: 'internal',
    keyType: 'ec',
    keyBits: 384,
    maxPathLength: 1,
  })
})

test('an intermediate can only be one of a cluster of ours, without authorities below it', (t) => {
  const policy = policyOf('sign-intermediates')
  const domains = fleet.clusters.map(({ name }) => `"${name}.meridian"`).join(', ')
  t.true(fleet.clusters.length > 0)
  t.true(policy.includes(`"permitted_uri_domains" = [${domains}]`))
  t.true(policy.includes('"max_path_length" = ["0"]'))
  t.regex(policy, /required_parameters = \[[^\]]*"permitted_uri_domains", "max_path_length", "ttl"\]/)
  t.notRegex(policy, /sudo|"\*"|path "[^"]*[*+]/)
})

test('break-glass is for one site and one hour', (t) => {
  const { allowedUsers, maxTtl } = inputs('SecretBackendRole', 'site')
  t.is(allowedUsers, fleet.clusters.map(({ name }) => name).join(','))
  t.is(maxTtl, '3600')
})

test('sites’ certificates come from an authority below the root, which makes none of its own', (t) => {
  t.like(inputs('SecretBackendIntermediateCertRequest', 'pki-sites-request'), {
    backend: 'pki-sites',
    type: 'internal',
  })
  t.like(inputs('SecretBackendRootSignIntermediate', 'pki-sites-signed'), {
    backend: 'pki-root',
    csr: result('pki-sites-request.csr'),
    maxPathLength: 0,
  })
  t.like(inputs('SecretBackendIntermediateSetSigned', 'pki-sites-certificate'), {
    backend: 'pki-sites',
    certificate: result('pki-sites-signed.certificate'),
  })
  // The root is no trust anchor: each cluster holds an intermediate of it.
  t.is(outputs.sitesCertificate, result('pki-sites-signed.certificate'))
})

test('edges’ certificates come from an authority that stands alone', (t) => {
  t.like(inputs('SecretBackendRootCert', 'pki-edges-certificate'), {
    backend: 'pki-edges',
    type: 'internal',
    maxPathLength: 0,
  })
  t.is(outputs.edgesCertificate, result('pki-edges-certificate.certificate'))
})

const sites = fleet.clusters.filter(({ distribution }) => distribution === 'k3s').map(({ name }) => name)
const clients = [
  { role: 'pki-sites-site', unit: 'site', names: sites, days: 365 },
  { role: 'pki-sites-external-secrets', unit: 'external-secrets', names: sites, days: 365 },
  { role: 'pki-edges-edge', unit: 'edge', names: ['cloudflare', 'cloudfront', 'fastly'], days: 90 },
]

test('no role signs certificates beside those of sites and edges', (t) => {
  const roles = resources.filter(({ type }) => /:pkiSecret\/secretBackendRole:/i.test(type))
  t.deepEqual(roles.map(({ name }) => name).toSorted(), clients.map(({ role }) => role).toSorted())
})

for (const { role, unit, names, days } of clients) {
  test(`${role} signs for clients of its unit and of known names alone`, (t) => {
    const is = inputs('SecretBackendRole', role)
    t.true(names.length > 0)
    t.like(is, {
      name: unit,
      organizations: ['Meridian'],
      organizationUnit: [unit],
      allowBareDomains: true,
      requireCn: true,
      keyType: 'ec',
      keyBits: 256,
      keyUsages: ['DigitalSignature'],
      clientFlag: true,
      basicConstraintsValidForNonCa: true,
      // What is not kept is revoked by who has a copy, and by nobody else.
      noStore: false,
      ttl: String(days * 24 * 60 * 60),
      maxTtl: String(days * 24 * 60 * 60),
    })
    t.deepEqual([...(is.allowedDomains as string[])].toSorted(), names.toSorted()) // untyped
    for (const open of [
      'allowAnyName',
      'allowGlobDomains',
      'allowIpSans',
      'allowLocalhost',
      'allowSubdomains',
      'allowWildcardCertificates',
      'codeSigningFlag',
      'emailProtectionFlag',
      'serverFlag',
      'useCsrCommonName',
      'useCsrSans',
    ]) {
      t.is(is[open], false, open)
    }
    for (const more of ['allowedUriSans', 'allowedOtherSans', 'allowedUserIds', 'extKeyUsages']) {
      t.deepEqual(is[more] ?? [], [], more)
    }
  })
}

test('a login signs in one mount, and the one that revokes signs nothing', (t) => {
  const paths = (login: string) => [...policyOf(login).matchAll(/^path "([^"]+)"/gm)].map(([, path]) => path)
  t.deepEqual(paths('sign-intermediates'), ['pki-root/root/sign-intermediate'])
  t.deepEqual(paths('sign-sites'), ['pki-sites/sign/site', 'pki-sites/sign/external-secrets'])
  t.deepEqual(paths('sign-edges'), ['pki-edges/sign/edge'])
  t.deepEqual(
    paths('revoke'),
    ['pki-root', 'pki-sites', 'pki-edges'].flatMap((mount) => [`${mount}/revoke`, `${mount}/crl/rotate`]),
  )
  t.is(policyOf('revoke').match(/rotate" {\n {2}capabilities = \["read"\]/g)?.length, 3)
  // A name beside the common name would not be the one that AWS reads.
  t.notRegex(policyOf('sign-sites') + policyOf('sign-edges'), /_sans|alt_names/)
  t.is(policyOf('sign-sites').match(/required_parameters = \["csr", "common_name"\]/g)?.length, 2)
})

test('a list that is carried by hand holds as long as what stands on it', (t) => {
  t.is(inputs('SecretBackendCrlConfig', 'pki-root-revocations').expiry, '72h')
  t.is(inputs('SecretBackendCrlConfig', 'pki-sites-revocations').expiry, '8760h')
  t.is(inputs('SecretBackendCrlConfig', 'pki-edges-revocations').expiry, '2160h')
})

for (const file of globSync('docs/runbooks/*.md', { cwd: repositoryRoot })) {
  const text = readFileSync(join(repositoryRoot, file), 'utf8')
  if (!/\bvault (?:write|read) /.test(text)) continue
  test(`${file} asks of Vault what its login may`, (t) => {
    let login: string | undefined
    for (const [, next, verb, path] of text.matchAll(
      /\bvault (?:login .*?role=([\w-]+)|(write|read) (?:-\S+ )*(\S+))/g,
    )) {
      login = next ?? login
      if (path === undefined) continue
      const rule = `path "${path}" {\n  capabilities = ["${verb === 'read' ? 'read' : 'update'}"]`
      t.true(policyOf(login ?? '').includes(rule), `${login}: vault ${verb} ${path}`)
    }
  })
}

test('no key of transit is deleted, and each is made anew', (t) => {
  const keys = resources.filter(({ type }) => type.endsWith(':SecretBackendKey'))
  t.true(keys.length > 0)
  for (const { inputs, protect } of keys) {
    t.is(inputs.deletionAllowed, false)
    t.is(inputs.exportable, undefined)
    t.true(Number(inputs.autoRotatePeriod) > 0)
    t.true(protect)
  }
})

test('who signs shows a role of our account, for a quarter of an hour', (t) => {
  const logins = resources.filter(({ type }) => type.endsWith(':AuthBackendRole'))
  t.deepEqual(
    logins.map(({ name, inputs }) => [name, inputs.role, inputs.tokenPolicies]),
    ['revoke', 'sign-break-glass', 'sign-edges', 'sign-intermediates', 'sign-sites'].map((name) => [
      `${name}-login`,
      name,
      [name],
    ]),
  )
  for (const { inputs } of logins) {
    t.regex(
      String(inputs.boundIamPrincipalArns),
      new RegExp(`^arn:aws:iam::${fleet.cloud.aws.account}:role/[\\w-]+$`),
    )
    t.is(inputs.tokenMaxTtl, 900)
    t.true(inputs.tokenNoDefaultPolicy)
  }
})

test('everything that is asked of Vault is written down, and a mount is not lost', (t) => {
  t.truthy(resources.find(({ type }) => type.endsWith(':Audit')))
  t.is(resources.filter(({ type }) => type.endsWith(':Mount')).length, 5)
  for (const { name, type, protect } of resources) if (type.endsWith(':Mount')) t.true(protect, name)
})
