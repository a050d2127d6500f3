import { workload } from '../pods.examples.ts'
import { CONTAINERS, POD_KINDS, POD_SPEC } from '../pods.ts'
import { defineRule } from '../rule.ts'

/** What tells the CSI driver and its approver how long a certificate lives. */
const FLAG = '--certificate-request-duration='
const LONGEST = '24h'
const LIVES = `(has(object.spec.duration) && duration(object.spec.duration) <= duration('${LONGEST}'))`
const flagIsShort = (argument: string) =>
  `duration(${argument}.substring(${FLAG.length})) <= duration('${LONGEST}')`

const certificate = (spec: object, kind = 'Certificate') => ({
  apiVersion: 'cert-manager.io/v1',
  kind,
  metadata: { name: 'app', namespace: 'example' },
  spec: { issuerRef: { kind: 'ClusterIssuer', name: 'spiffe-ca' }, ...spec },
})
const driver = (duration: string) =>
  workload(
    { containers: [{ name: 'driver', args: ['--log-level=1', `${FLAG}${duration}`] }] },
    { kind: 'DaemonSet' },
  )

/** NIST SP 800-204A asks for short-lived service identities; 24 h is the bound, an hour is what we issue. */
export default defineRule({
  id: 'certificates-short-lived',
  title: "A service's certificate lives a day at most and comes from the site's authority",
  why: 'A key that is stolen is worth as long as its certificate lives, since nobody inside asks for revocation lists.',
  mend: 'Mount a certificate by the SPIFFE driver (apps/_lib/identity.ts); a Certificate names duration, at most 24h, and the issuer spiffe-ca.',
  controls: ['PCI DSS 4.2.1', 'PCI DSS 4.2.1.1', 'PCI DSS 3.7.4', 'SOC 2 CC6.1', 'ISO 27001 A.8.24'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: ['cert-manager.io/Certificate', 'cert-manager.io/CertificateRequest', ...POD_KINDS] },
  variables: [
    POD_SPEC,
    CONTAINERS,
    { name: 'certificate', cel: `object.kind in ['Certificate', 'CertificateRequest']` },
  ],
  validations: [
    {
      cel: `!variables.certificate || ${LIVES}`,
      message: `the certificate lives longer than ${LONGEST}, or does not say how long`,
    },
    {
      cel: `!variables.certificate || (object.spec.issuerRef.name == 'spiffe-ca' &&
object.spec.issuerRef.?kind.orValue('Issuer') == 'ClusterIssuer')`,
      message: 'the certificate is not from the issuer spiffe-ca',
    },
    {
      cel: '!variables.certificate || object.spec.?isCA.orValue(false) == false',
      message: 'the certificate may sign others',
    },
    {
      cel: `variables.certificate || variables.containers.all(c, c.?args.orValue([])
  .filter(a, string(a).startsWith('${FLAG}')).all(a, ${flagIsShort('string(a)')}))`,
      message: `certificates are asked for that live longer than ${LONGEST}`,
    },
  ],
  pass: [
    certificate({ duration: '1h' }),
    certificate({ duration: '24h0m0s' }, 'CertificateRequest'),
    driver('1h'),
    workload({ containers: [{ name: 'app' }] }),
  ],
  fail: [
    certificate({ duration: '2160h' }),
    certificate({}),
    certificate({ duration: '1h', isCA: true }),
    certificate({ duration: '1h', issuerRef: { kind: 'ClusterIssuer', name: 'letsencrypt' } }),
    certificate({ duration: '1h', issuerRef: { name: 'spiffe-ca' } }, 'CertificateRequest'),
    driver('25h'),
  ],
  mutations: [
    {
      on: 'apps/DaemonSet',
      where: { name: 'spiffe-csi-driver' },
      change: [{ path: '/spec/template/spec/containers/0/args', value: [`${FLAG}8760h`] }],
    },
  ],
})
