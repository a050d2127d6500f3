/**
 * A Go module that carries schemas as files. `sum` is the module's `h1:` hash as go.sum would hold it:
 * what is downloaded must match it.
 */
export type Source = {
  readonly module: string
  readonly version: string
  readonly sum: string
  /** Custom resource definitions, as paths inside the module. */
  readonly crds: readonly string[]
}

/** Where the API of Kubernetes itself is described: `api/openapi-spec/swagger.json` in this module. */
export const kubernetes: Source = {
  module: 'k8s.io/kubernetes',
  version: 'v1.36.3',
  sum: 'h1:qDQdoMiluAE2Eab6Fa52YV+WjiGz9mZFFoagEA6cI+o=',
  crds: [],
}

/** Every custom resource that the fleet uses. The charts in the release files are pinned to the same versions. */
export const customResources: readonly Source[] = [
  {
    module: 'github.com/argoproj/argo-cd/v3',
    version: 'v3.2.11',
    sum: 'h1:3hkR11XCp/nlyM2cWr3qeUSGuZgi3JkFdMpzgL5qOR8=',
    crds: [
      'manifests/crds/application-crd.yaml',
      'manifests/crds/applicationset-crd.yaml',
      'manifests/crds/appproject-crd.yaml',
    ],
  },
  {
    module: 'github.com/cert-manager/cert-manager',
    version: 'v1.21.2',
    sum: 'h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=',
    crds: [
      'deploy/crds/cert-manager.io_certificaterequests.yaml',
      'deploy/crds/cert-manager.io_certificates.yaml',
      'deploy/crds/cert-manager.io_clusterissuers.yaml',
      'deploy/crds/cert-manager.io_issuers.yaml',
    ],
  },
  {
    module: 'github.com/external-secrets/external-secrets',
    version: 'v1.3.2',
    sum: 'h1:u2J8RjlHIeF0oZCqtl92adI/uZWUwOesJIDkfql6LqQ=',
    crds: [
      'config/crds/bases/external-secrets.io_clusterexternalsecrets.yaml',
      'config/crds/bases/external-secrets.io_clustersecretstores.yaml',
      'config/crds/bases/external-secrets.io_externalsecrets.yaml',
      'config/crds/bases/external-secrets.io_pushsecrets.yaml',
      'config/crds/bases/external-secrets.io_secretstores.yaml',
      'config/crds/bases/generators.external-secrets.io_ecrauthorizationtokens.yaml',
    ],
  },
  {
    module: 'github.com/k3s-io/helm-controller',
    version: 'v0.17.9',
    sum: 'h1:HhZTiFhVDzhbAYeb/aSlExWhJTnDTpHypMqu5Mh8Uow=',
    crds: [
      'pkg/crds/yaml/generated/helm.cattle.io_helmchartconfigs.yaml',
      'pkg/crds/yaml/generated/helm.cattle.io_helmcharts.yaml',
    ],
  },
  {
    module: 'github.com/k3s-io/api',
    version: 'v0.2.1',
    sum: 'h1:ZYFsqUOgTlM1Se3vpX7cBDQWTE8eDD+9320rIqQOV50=',
    crds: ['pkg/crds/yaml/generated/k3s.cattle.io_addons.yaml'],
  },
]
