import { defineRule } from '../rule.ts'

const project = (changes: object, name = 'workloads') => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AppProject',
  metadata: { name, namespace: 'argocd' },
  spec: {
    sourceRepos: ['https://git.example/meridian.git'],
    destinations: [{ server: 'https://kubernetes.default.svc', namespace: 'example' }],
    clusterResourceWhitelist: [],
    namespaceResourceWhitelist: [{ group: 'apps', kind: 'Deployment' }],
    ...changes,
  },
})
const anything = [{ group: '*', kind: '*' }]

export default defineRule({
  id: 'projects-bounded',
  title: 'A project names its sources, namespaces and kinds',
  why: 'A project is what stands between a merged mistake and the whole cluster: with wildcards it is nothing.',
  mend: 'Name repositories, namespaces and kinds (synth/projects.ts); only platform may bring every namespaced kind.',
  controls: ['PCI DSS 7.2.5', 'SOC 2 CC6.3', 'SOC 2 CC8.1', 'ISO 27001 A.8.2', 'ISO 27001 A.8.22'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: ['argoproj.io/AppProject'] },
  validations: [
    {
      cel: `object.metadata.name in ['root', 'platform', 'workloads']`,
      message: 'a project beside root, platform and workloads',
    },
    {
      cel: `!object.spec.?sourceRepos.orValue([]).exists(r, r.contains('*'))`,
      message: 'the project takes from any repository',
    },
    {
      cel: `!object.spec.?destinations.orValue([]).exists(d,
[d.?server.orValue(''), d.?name.orValue(''), d.?namespace.orValue('')].exists(n, n.contains('*')))`,
      message: 'the project reaches any namespace or cluster',
    },
    {
      cel: `!object.spec.?clusterResourceWhitelist.orValue([]).exists(k, k.group.contains('*') || k.kind.contains('*'))`,
      message: 'the project brings any cluster-scoped kind',
    },
    {
      cel: `object.metadata.name == 'platform' || (has(object.spec.namespaceResourceWhitelist) &&
!object.spec.namespaceResourceWhitelist.exists(k, k.group.contains('*') || k.kind.contains('*')))`,
      message: 'the project brings any namespaced kind',
    },
    {
      cel: `object.metadata.name != 'workloads' || (object.spec.?clusterResourceWhitelist.orValue([]).size() == 0 &&
!object.spec.?namespaceResourceWhitelist.orValue([]).exists(k, k.group == 'rbac.authorization.k8s.io' || k.kind == 'Secret'))`,
      message: 'workloads bring roles, secrets or cluster-scoped kinds',
    },
  ],
  permissions: [
    {
      where: 'argocd/platform',
      allows: ['every namespaced kind'],
      why: 'Charts of controllers bring what they bring, and their own kinds with them.',
      instead:
        'Namespaces, repositories and cluster-scoped kinds are named; owners of the platform review its apps.',
    },
  ],
  pass: [project({}), project({ namespaceResourceWhitelist: anything }, 'platform')],
  fail: [
    project({}, 'default'),
    project({ sourceRepos: ['*'] }),
    project({ destinations: [{ server: '*', namespace: 'example' }] }),
    project({ destinations: [{ server: 'https://kubernetes.default.svc', namespace: '*' }] }),
    project({ clusterResourceWhitelist: anything }, 'platform'),
    project({ namespaceResourceWhitelist: anything }),
    project({ namespaceResourceWhitelist: undefined }, 'root'),
    project({ namespaceResourceWhitelist: [{ group: '', kind: 'Secret' }] }),
    project({ clusterResourceWhitelist: [{ group: '', kind: 'Namespace' }] }),
  ],
  mutations: [
    { on: 'argoproj.io/AppProject', change: [{ path: '/spec/sourceRepos', value: ['*'] }] },
    {
      on: 'argoproj.io/AppProject',
      where: { name: 'platform' },
      change: [{ path: '/spec/clusterResourceWhitelist', value: anything }],
    },
    {
      on: 'argoproj.io/AppProject',
      where: { name: 'workloads' },
      change: [{ path: '/spec/namespaceResourceWhitelist/-', value: { group: '', kind: 'Secret' } }],
    },
  ],
})
