import { cloudRules } from './cloud-rules.ts'
import { fleetRules } from './fleet-rules.ts'
import { type Rule, RuleError } from './rule.ts'
import admissionSparesTheSystem from './rules/admission-spares-the-system.ts'
import applicationsFollowAWave from './rules/applications-follow-a-wave.ts'
import certificatesShortLived from './rules/certificates-short-lived.ts'
import externalSecretsFromOurStores from './rules/external-secrets-from-our-stores.ts'
import identityOnTlsPorts from './rules/identity-on-tls-ports.ts'
import imageByDigest from './rules/image-by-digest.ts'
import imageFromOurRegistry from './rules/image-from-our-registry.ts'
import namespaceGuarded from './rules/namespace-guarded.ts'
import networkPeersNamed from './rules/network-peers-named.ts'
import noLiteralCredentials from './rules/no-literal-credentials.ts'
import noPlainAddresses from './rules/no-plain-addresses.ts'
import noSecretObjects from './rules/no-secret-objects.ts'
import noServiceAccountToken from './rules/no-service-account-token.ts'
import oneCertificateAuthority from './rules/one-certificate-authority.ts'
import priorityClassSet from './rules/priority-class-set.ts'
import probesAnswered from './rules/probes-answered.ts'
import projectsBounded from './rules/projects-bounded.ts'
import publicEntranceIsTheGateway from './rules/public-entrance-is-the-gateway.ts'
import rbacBindingsNamed from './rules/rbac-bindings-named.ts'
import rbacWithoutWildcards from './rules/rbac-without-wildcards.ts'
import resourcesBounded from './rules/resources-bounded.ts'
import restrictedSecurityContext from './rules/restricted-security-context.ts'
import secretStoresBounded from './rules/secret-stores-bounded.ts'
import storageClassEncrypted from './rules/storage-class-encrypted.ts'
import tlsOnServicePorts from './rules/tls-on-service-ports.ts'
import volumesEncrypted from './rules/volumes-encrypted.ts'

/** Every rule of the house, sorted by id: the order of findings, admission objects and the compliance matrix. */
export const rules: readonly Rule[] = registry([
  ...fleetRules,
  ...cloudRules,
  admissionSparesTheSystem,
  applicationsFollowAWave,
  certificatesShortLived,
  noPlainAddresses,
  externalSecretsFromOurStores,
  identityOnTlsPorts,
  imageByDigest,
  imageFromOurRegistry,
  namespaceGuarded,
  networkPeersNamed,
  noLiteralCredentials,
  noSecretObjects,
  noServiceAccountToken,
  oneCertificateAuthority,
  priorityClassSet,
  probesAnswered,
  projectsBounded,
  publicEntranceIsTheGateway,
  rbacBindingsNamed,
  rbacWithoutWildcards,
  resourcesBounded,
  restrictedSecurityContext,
  secretStoresBounded,
  storageClassEncrypted,
  tlsOnServicePorts,
  volumesEncrypted,
])

/**
 * Sorts rules by id.
 * @throws RuleError where two rules share an id
 */
export function registry(all: readonly Rule[]): readonly Rule[] {
  const sorted = all.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
  const twice = sorted.filter((rule, index) => sorted[index - 1]?.id === rule.id)
  if (twice.length > 0) throw new RuleError(twice.map(({ id }) => `rule ${id}: another rule has the same id`))
  return sorted
}
