/** A program built from a Go module of this repository. */
export type Engine = {
  /** The binary's name in `.cache/bin/`. */
  readonly name: string
  /** The folder with go.mod and go.sum, from the repository's root. */
  readonly folder: string
  /** The package to build: an import path that go.mod requires, or `.`. */
  readonly package: string
  /** What the linker sets, as `importpath.name=value`. Default: nothing. */
  readonly set?: readonly string[]
}

const kubernetesVersion = [
  'k8s.io/component-base/version.gitVersion=v1.36.3',
  'k8s.io/component-base/version.gitCommit=unknown',
  'k8s.io/component-base/version.gitTreeState=clean',
]

function ofKubernetes(name: string): Engine {
  return {
    name,
    folder: 'ops/engines/kubernetes',
    package: `k8s.io/kubernetes/cmd/${name}`,
    set: kubernetesVersion,
  }
}

/** What a real control plane with Argo CD is made of: built when one is first started, not at set-up. */
export const controlPlaneEngines: readonly Engine[] = [
  { name: 'certificates', folder: 'ops/engines/certificates', package: '.' },
  { name: 'etcd', folder: 'ops/engines/etcd', package: '.' },
  { name: 'kwok', folder: 'ops/engines/kwok', package: 'sigs.k8s.io/kwok/cmd/kwok' },
  ofKubernetes('kubectl'),
  ofKubernetes('kube-apiserver'),
  ofKubernetes('kube-controller-manager'),
  ofKubernetes('kube-scheduler'),
  {
    name: 'argocd',
    folder: 'ops/engines/argocd',
    package: 'github.com/argoproj/argo-cd/v3/cmd',
    set: ['github.com/argoproj/argo-cd/v3/common.version=3.2.11'],
  },
  { name: 'argocd-redis', folder: 'ops/engines/argocd', package: './redis' },
]

/** Every engine, by name. A new one is a folder with a go.mod and a line here. */
export const engines: readonly Engine[] = [
  {
    name: 'kubeconform',
    folder: 'ops/engines/kubeconform',
    package: 'github.com/yannh/kubeconform/cmd/kubeconform',
    set: ['main.version=v0.8.0'],
  },
  {
    name: 'actionlint',
    folder: 'ops/engines/actionlint',
    package: 'github.com/rhysd/actionlint/cmd/actionlint',
    set: ['github.com/rhysd/actionlint.version=v1.7.12'],
  },
  {
    name: 'gitleaks',
    folder: 'ops/engines/gitleaks',
    package: 'github.com/zricethezav/gitleaks/v8',
    set: ['github.com/zricethezav/gitleaks/v8/version.Version=v8.30.1'],
  },
  { name: 'config-schemas', folder: 'ops/engines/config-schemas', package: '.' },
  { name: 'policy-evaluator', folder: 'policies/evaluator', package: '.' },
  ...controlPlaneEngines,
]
