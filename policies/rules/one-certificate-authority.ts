import { defineRule } from '../rule.ts'

const issuer = (spec: object, name = 'spiffe-ca', kind = 'ClusterIssuer') => ({
  apiVersion: 'cert-manager.io/v1',
  kind,
  metadata: { name, ...(kind === 'Issuer' && { namespace: 'example' }) },
  spec,
})

export default defineRule({
  id: 'one-certificate-authority',
  title: "A cluster has one issuer: the site's intermediate authority",
  why: 'Peers are known by who signed their certificate: a second issuer that someone controls is a second set of identities.',
  mend: 'Ask spiffe-ca (apps/identities/certificate-authority.ts); a public certificate comes through an ExternalSecret.',
  controls: ['PCI DSS 4.2.1.1', 'PCI DSS 3.6.1', 'SOC 2 CC6.1', 'ISO 27001 A.8.24'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: ['cert-manager.io/ClusterIssuer', 'cert-manager.io/Issuer'] },
  validations: [
    {
      cel: `object.kind == 'ClusterIssuer' && object.metadata.name == 'spiffe-ca'`,
      message: 'an issuer beside the ClusterIssuer spiffe-ca',
    },
    {
      cel: `has(object.spec.ca) && object.spec.all(field, field == 'ca')`,
      message: 'the issuer does not sign with the intermediate authority that the secret manager keeps',
    },
  ],
  pass: [issuer({ ca: { secretName: 'intermediate-ca' } })],
  fail: [
    issuer({ ca: { secretName: 'other' } }, 'other'),
    issuer({ ca: { secretName: 'other' } }, 'spiffe-ca', 'Issuer'),
    issuer({ selfSigned: {} }),
    issuer({ acme: { server: 'https://acme.example' } }, 'letsencrypt'),
  ],
  mutations: [
    {
      on: 'cert-manager.io/ClusterIssuer',
      change: [
        { path: '/spec/ca', remove: true },
        { path: '/spec/selfSigned', value: {} },
      ],
    },
    { on: 'cert-manager.io/ClusterIssuer', change: [{ path: '/metadata/name', value: 'other' }] },
  ],
})
