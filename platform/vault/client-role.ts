import type * as pulumi from '@pulumi/pulumi'
import * as vault from '@pulumi/vault'

/** Certificates that one kind of client shows. */
export interface ClientRoleArgs {
  /** The mount's path. */
  readonly path: string
  readonly backend: pulumi.Input<string>
  /** The role's name, and the unit (OU) in each of its certificates. */
  readonly unit: string
  /** The common names that it signs for. */
  readonly names: readonly string[]
  /** Seconds that a certificate holds at most. */
  readonly holds: number
}

/**
 * A role that signs for clients alone: the unit is its own, whatever the request says, the name is one of a list, and
 * no other name, address or URI gets in, so no certificate of it is a pod's or a server's.
 */
export function declareClientRole(
  { path, backend, unit, names, holds }: ClientRoleArgs,
  provider: vault.Provider,
): void {
  new vault.pkisecret.SecretBackendRole(
    `${path}-${unit}`,
    {
      backend,
      name: unit,
      organizations: ['Meridian'],
      organizationUnit: [unit],
      allowedDomains: [...names],
      allowBareDomains: true,
      allowSubdomains: false,
      allowGlobDomains: false,
      allowWildcardCertificates: false,
      allowAnyName: false,
      allowLocalhost: false,
      allowIpSans: false,
      allowedUriSans: [],
      allowedOtherSans: [],
      requireCn: true,
      // Who signs says the name; the request says nothing but the key.
      useCsrCommonName: false,
      useCsrSans: false,
      keyType: 'ec',
      keyBits: 256,
      keyUsages: ['DigitalSignature'],
      clientFlag: true,
      serverFlag: false,
      codeSigningFlag: false,
      emailProtectionFlag: false,
      // IAM Roles Anywhere wants to read that it is no authority.
      basicConstraintsValidForNonCa: true,
      ttl: String(holds),
      maxTtl: String(holds),
      noStore: false,
    },
    { provider },
  )
}

/** Signs by these roles, and asks for nothing beside name and time. */
export function signing(path: string, units: readonly string[]): string {
  return units
    .map(
      (unit) => `path "${path}/sign/${unit}" {
  capabilities = ["update"]
  required_parameters = ["csr", "common_name"]
  allowed_parameters = {
    "csr" = []
    "common_name" = []
    "ttl" = []
    "format" = ["pem"]
  }
}
`,
    )
    .join('')
}
