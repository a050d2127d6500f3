/**
 * The kinds that rules may match in a cluster. Admission matches resources, a pull request matches kinds; this
 * table is the one place that knows both, so a rule only ever says `apps/Deployment`.
 */
export interface Kind {
  /** API group, '' for the core group. */
  readonly group: string
  readonly kind: string
  /** The version that admission is asked in; requests in another one are converted (matchPolicy Equivalent). */
  readonly version: string
  /** Plural resource first, then the subresources that carry the same object and change what rules read. */
  readonly resources: readonly string[]
  readonly namespaced: boolean
}

/**
 * Looks a kind up by its name in a rule, `Pod` or `apps/Deployment`.
 * @returns undefined where the table does not know it
 */
export function kindNamed(name: string): Kind | undefined {
  const entry = KINDS[name]
  if (entry === undefined) return undefined
  const [scope, version, ...resources] = entry.split(' ')
  return { ...splitKind(name), version: version ?? '', resources, namespaced: scope === 'namespaced' }
}

/** Splits `group/Kind` at the first slash; without one the group is the core group, ''. */
export function splitKind(name: string): { readonly group: string; readonly kind: string } {
  const slash = name.indexOf('/')
  return slash < 0 ? { group: '', kind: name } : { group: name.slice(0, slash), kind: name.slice(slash + 1) }
}

/** Known names that end in the same kind or are a slip of the pen away: what an error can suggest. */
export function similarKinds(name: string): string[] {
  const wanted = splitKind(name).kind.toLowerCase()
  return Object.keys(KINDS).filter((known) => {
    const kind = splitKind(known).kind.toLowerCase()
    return kind === wanted || (wanted.length > 3 && isSlip(kind, wanted))
  })
}

/** Whether two words differ by one letter that was left out, put in, changed or swapped with its neighbour. */
function isSlip(a: string, b: string): boolean {
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const [restA, restB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  if (restA.length <= 1 && restB.length <= 1) return true
  return restA.length === 2 && restB === `${restA[1]}${restA[0]}`
}

/** name in a rule → scope, version, resource and subresources */
const KINDS: Readonly<Record<string, string>> = {
  ConfigMap: 'namespaced v1 configmaps',
  LimitRange: 'namespaced v1 limitranges',
  Namespace: 'cluster v1 namespaces',
  PersistentVolume: 'cluster v1 persistentvolumes',
  PersistentVolumeClaim: 'namespaced v1 persistentvolumeclaims',
  // An ephemeral container reaches a running pod through its own subresource.
  Pod: 'namespaced v1 pods pods/ephemeralcontainers',
  ReplicationController: 'namespaced v1 replicationcontrollers',
  ResourceQuota: 'namespaced v1 resourcequotas',
  Secret: 'namespaced v1 secrets',
  Service: 'namespaced v1 services',
  ServiceAccount: 'namespaced v1 serviceaccounts',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': 'cluster v1 validatingadmissionpolicies',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding':
    'cluster v1 validatingadmissionpolicybindings',
  'apiextensions.k8s.io/CustomResourceDefinition': 'cluster v1 customresourcedefinitions',
  'apps/DaemonSet': 'namespaced v1 daemonsets',
  'apps/Deployment': 'namespaced v1 deployments',
  'apps/ReplicaSet': 'namespaced v1 replicasets',
  'apps/StatefulSet': 'namespaced v1 statefulsets',
  'argoproj.io/AppProject': 'namespaced v1alpha1 appprojects',
  'argoproj.io/Application': 'namespaced v1alpha1 applications',
  'autoscaling/HorizontalPodAutoscaler': 'namespaced v2 horizontalpodautoscalers',
  'batch/CronJob': 'namespaced v1 cronjobs',
  'batch/Job': 'namespaced v1 jobs',
  'cert-manager.io/Certificate': 'namespaced v1 certificates',
  'cert-manager.io/CertificateRequest': 'namespaced v1 certificaterequests',
  'cert-manager.io/ClusterIssuer': 'cluster v1 clusterissuers',
  'cert-manager.io/Issuer': 'namespaced v1 issuers',
  'external-secrets.io/ClusterSecretStore': 'cluster v1 clustersecretstores',
  'external-secrets.io/ExternalSecret': 'namespaced v1 externalsecrets',
  'external-secrets.io/SecretStore': 'namespaced v1 secretstores',
  'helm.cattle.io/HelmChart': 'namespaced v1 helmcharts',
  'networking.k8s.io/Ingress': 'namespaced v1 ingresses',
  'networking.k8s.io/NetworkPolicy': 'namespaced v1 networkpolicies',
  'node.k8s.io/RuntimeClass': 'cluster v1 runtimeclasses',
  'policy/PodDisruptionBudget': 'namespaced v1 poddisruptionbudgets',
  'rbac.authorization.k8s.io/ClusterRole': 'cluster v1 clusterroles',
  'rbac.authorization.k8s.io/ClusterRoleBinding': 'cluster v1 clusterrolebindings',
  'rbac.authorization.k8s.io/Role': 'namespaced v1 roles',
  'rbac.authorization.k8s.io/RoleBinding': 'namespaced v1 rolebindings',
  'scheduling.k8s.io/PriorityClass': 'cluster v1 priorityclasses',
  'storage.k8s.io/CSIDriver': 'cluster v1 csidrivers',
  'storage.k8s.io/StorageClass': 'cluster v1 storageclasses',
  'upgrade.cattle.io/Plan': 'namespaced v1 plans',
}
