import { issuer } from './certificate-authority.ts'

/** The name by which pods ask for a certificate volume; `apps/_lib/identity.ts` writes it into them. */
export const driverName = 'spiffe.csi.cert-manager.io'

/** What the driver asks for and the approver insists on: the two must agree, or nothing is signed. */
export const issuanceArguments: readonly string[] = [
  `--csi-driver-name=${driverName}`,
  '--certificate-request-duration=1h',
  `--issuer-name=${issuer.name}`,
  `--issuer-kind=${issuer.kind}`,
  `--issuer-group=${issuer.group}`,
  '--trust-domain=$(TRUST_DOMAIN)',
]
