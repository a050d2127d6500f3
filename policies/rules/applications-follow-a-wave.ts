import { defineRule } from '../rule.ts'

const git = (targetRevision: string) => ({
  repoURL: 'https://git.example/meridian.git',
  targetRevision,
  path: 'a',
})
const chart = (targetRevision: string) => ({
  repoURL: 'https://charts.example',
  chart: 'app',
  targetRevision,
})
const automated = { prune: true, selfHeal: true }
const application = (changes: object) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: 'app', namespace: 'argocd' },
  spec: {
    project: 'workloads',
    source: git('wave/canary'),
    destination: { server: 'https://kubernetes.default.svc', namespace: 'example' },
    syncPolicy: { automated },
    ...changes,
  },
})

export default defineRule({
  id: 'applications-follow-a-wave',
  title: 'Every Application follows a wave and heals itself',
  why: 'What follows no wave misses its review and its canaries; what is not pruned and healed drifts from what was reviewed.',
  mend: 'Let synth write the Application (synth/applications.ts): project, wave ref and automated sync come from there.',
  controls: [
    'PCI DSS 6.5.1',
    'PCI DSS 11.5.2',
    'SOC 2 CC8.1',
    'SOC 2 CC7.1',
    'ISO 27001 A.8.32',
    'ISO 27001 A.8.9',
  ],
  scope: 'object',
  stage: 'warn',
  match: { kinds: ['argoproj.io/Application'] },
  variables: [
    {
      name: 'sources',
      cel: 'object.spec.?sources.orValue([]) + [object.spec.?source].filter(s, s.hasValue()).map(s, s.value())',
    },
  ],
  validations: [
    {
      cel: `variables.sources.size() > 0 &&
variables.sources.all(s, has(s.chart) || s.?targetRevision.orValue('').matches('^wave/[a-z][a-z0-9-]*$'))`,
      message: 'a source in git follows no wave',
      messageCel: `'follows no wave: ' + variables.sources.filter(s, !has(s.chart))
  .map(s, s.?targetRevision.orValue('HEAD')).join(', ')`,
    },
    {
      cel: `variables.sources.all(s, !has(s.chart) || s.?targetRevision.orValue('').matches('^v?[0-9]+[.][0-9]+[.][0-9]+$'))`,
      message: 'a chart is not pinned to one version',
    },
    {
      cel: `object.spec.?syncPolicy.?automated.?prune.orValue(false) == true &&
object.spec.?syncPolicy.?automated.?selfHeal.orValue(false) == true &&
object.spec.?syncPolicy.?automated.?enabled.orValue(true) == true`,
      message: 'the Application does not sync by itself with prune and self-heal',
    },
    {
      cel: `object.spec.project in ['root', 'platform', 'workloads']`,
      message: 'the Application is in no project of ours, so nothing bounds what it brings',
      messageCel: `'in project ' + object.spec.project + ', which bounds nothing'`,
    },
    {
      cel: `object.spec.?destination.?server.orValue('') == 'https://kubernetes.default.svc'`,
      message: 'the Application reaches into another cluster',
    },
  ],
  pass: [application({}), application({ source: undefined, sources: [chart('9.3.7'), git('wave/broad')] })],
  fail: [
    application({ source: git('main') }),
    application({ source: git('wave/') }),
    application({ source: { repoURL: 'https://git.example/meridian.git', path: 'a' } }),
    application({ source: undefined }),
    application({ source: undefined, sources: [chart('9.*'), git('wave/broad')] }),
    application({ syncPolicy: { automated: { prune: true } } }),
    application({ syncPolicy: { automated: { ...automated, enabled: false } } }),
    application({ syncPolicy: {} }),
    application({ project: 'default' }),
    application({ destination: { server: 'https://other.example', namespace: 'example' } }),
  ],
  mutations: [
    {
      on: 'argoproj.io/Application',
      where: { name: 'gateway' },
      change: [{ path: '/spec/source/targetRevision', value: 'main' }],
    },
    { on: 'argoproj.io/Application', change: [{ path: '/spec/syncPolicy/automated/prune', value: false }] },
    { on: 'argoproj.io/Application', change: [{ path: '/spec/project', value: 'default' }] },
  ],
})
