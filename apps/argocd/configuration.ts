import type { ClusterSize } from './resources.ts'

/**
 * `argocd-cm`.
 *
 * @param pollSeconds between two looks at the repository
 */
export function configuration(pollSeconds: number): Readonly<Record<string, string | boolean>> {
  return {
    'admin.enabled': false,
    'exec.enabled': false,
    'application.resourceTrackingMethod': 'annotation',
    'timeout.reconciliation': `${pollSeconds}s`,
    // The fleet must not ask the git host all in one second.
    'timeout.reconciliation.jitter': `${Math.ceil(pollSeconds / 3)}s`,
    // Manifests are plain YAML and charts.
    'kustomize.enable': false,
    'resource.compareoptions': 'ignoreAggregatedRoles: true\nignoreResourceStatusField: all\n',
    'resource.exclusions': exclusions,
    // Argo CD dropped it in 1.8; without it a layer would start before the one below is up. What is not synced yet
    // counts as healthy for Argo CD where its kinds have no health check (policies, CRDs), but not here; and what is
    // degraded in the middle of its sync is on its way: the layer above waits for it instead of failing.
    'resource.customizations.health.argoproj.io_Application': applicationHealth,
    // A definition that is not served yet is on its way too; Argo CD's own check calls it degraded, which fails the
    // sync that brought it.
    'resource.customizations.health.apiextensions.k8s.io_CustomResourceDefinition': definitionHealth,
    // What Argo CD itself writes into an Application while it works on it is no drift from what git says of it; the
    // root would sync again for each.
    'resource.customizations.ignoreDifferences.argoproj.io_Application': ownMarks,
  }
}

/** `argocd-cmd-params-cm`: a small cluster works on fewer things at once. */
export function commandParameters(size: ClusterSize): Readonly<Record<string, string | number | boolean>> {
  const small = size === 'small'
  return {
    // What the API server would make of it, defaults and admission included: no drift that is none.
    'controller.diff.server.side': true,
    'controller.status.processors': small ? 4 : 10,
    'controller.operation.processors': small ? 2 : 5,
    'controller.self.heal.timeout.seconds': 5,
    'controller.self.heal.backoff.timeout.seconds': 2,
    'controller.self.heal.backoff.factor': 3,
    'controller.self.heal.backoff.cap.seconds': 300,
    'controller.repo.server.timeout.seconds': 120,
    'reposerver.parallelism.limit': small ? 1 : 2,
    'reposerver.enable.git.submodule': false,
  }
}

/** Kinds that change all the time and are never in git: watching them costs a small cluster most of its memory. */
const exclusions = `- apiGroups: ['', discovery.k8s.io]
  kinds: [Endpoints, EndpointSlice]
- apiGroups: ['', events.k8s.io]
  kinds: [Event]
- apiGroups: [coordination.k8s.io]
  kinds: [Lease]
- apiGroups: [authentication.k8s.io, authorization.k8s.io]
  kinds: ['*']
- apiGroups: [certificates.k8s.io]
  kinds: [CertificateSigningRequest]
- apiGroups: [cert-manager.io]
  kinds: [CertificateRequest]
- apiGroups: [metrics.k8s.io]
  kinds: ['*']
`

const ownMarks = `jsonPointers:
  - /operation
  - /metadata/annotations/argocd.argoproj.io~1refresh
`

const definitionHealth = `hs = {}
hs.status = "Progressing"
hs.message = "not served yet"
if obj.status ~= nil and obj.status.conditions ~= nil then
  for _, condition in ipairs(obj.status.conditions) do
    if condition.type == "NamesAccepted" and condition.status == "False" then
      hs.status = "Degraded"
      hs.message = condition.message
      return hs
    end
    if condition.type == "Established" and condition.status == "True" then
      hs.status = "Healthy"
      hs.message = ""
    end
  end
end
return hs
`

const applicationHealth = `hs = {}
hs.status = "Progressing"
hs.message = ""
if obj.status ~= nil and obj.status.health ~= nil then
  hs.status = obj.status.health.status
  if obj.status.health.message ~= nil then
    hs.message = obj.status.health.message
  end
  local state = obj.status.operationState
  if hs.status == "Degraded" and state ~= nil and state.phase == "Running" then
    hs.status = "Progressing"
    hs.message = "being synced"
  end
  if hs.status == "Healthy" and (obj.status.sync == nil or obj.status.sync.status ~= "Synced") then
    hs.status = "Progressing"
    hs.message = "not synced yet"
  end
end
return hs
`
