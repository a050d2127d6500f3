import { defineRule, type Permission } from '../rule.ts'

/** The one namespace whose pods may have more than the restricted profile. */
const AGENTS = 'node-agents'

const permissions: Permission[] = [
  {
    where: AGENTS,
    allows: ['Pod Security level privileged'],
    why: 'Log shipper, CSI driver and upgrade jobs work on the node itself.',
    instead:
      'The rule restricted-security-context says which right each account there has, and denies the rest.',
  },
]

const LEVEL = 'pod-security.kubernetes.io/'

const namespace = (
  name: string,
  level: string,
  changes: Readonly<Record<string, string | undefined>> = {},
) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name,
    labels: {
      'meridian/admission': 'enforced',
      ...Object.fromEntries(
        ['enforce', 'audit', 'warn'].flatMap((mode) => [
          [`${LEVEL}${mode}`, level],
          [`${LEVEL}${mode}-version`, 'v1.36'],
        ]),
      ),
      ...changes,
    },
  },
})

export default defineRule({
  id: 'namespace-guarded',
  title: 'Every namespace is under Pod Security and our admission',
  why: 'A namespace without these labels takes any pod, and no rule of ours is asked about what comes into it.',
  mend: 'Add the namespace to apps/_lib/namespaces.ts: baseline gives it the labels.',
  controls: ['PCI DSS 2.2.6', 'SOC 2 CC6.8', 'SOC 2 CC7.1', 'ISO 27001 A.8.9'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: ['Namespace'] },
  variables: [
    { name: 'labels', cel: 'object.metadata.?labels.orValue({})' },
    {
      name: 'level',
      cel: `object.metadata.name == '${AGENTS}' ? ['restricted', 'privileged'] : ['restricted']`,
    },
  ],
  validations: [
    {
      cel: `['enforce', 'audit', 'warn'].all(m, variables.labels[?'${LEVEL}' + m].orValue('') in variables.level)`,
      message: 'the Pod Security level is not restricted',
      messageCel: `'not restricted: ' + ['enforce', 'audit', 'warn']
  .filter(m, !(variables.labels[?'${LEVEL}' + m].orValue('') in variables.level)).join(', ')`,
    },
    {
      cel: `['enforce', 'audit', 'warn'].all(m, variables.labels[?'${LEVEL}' + m + '-version'].orValue('').matches('^v1[.][0-9]+$'))`,
      message:
        'the version of the Pod Security Standards is not pinned, so an upgrade changes what is enforced',
    },
    {
      cel: `variables.labels[?'meridian/admission'].orValue('') == 'enforced'`,
      message: 'the label meridian/admission: enforced is missing, so no rule is asked there',
    },
  ],
  permissions,
  pass: [namespace('example', 'restricted'), namespace(AGENTS, 'privileged')],
  fail: [
    namespace('example', 'baseline'),
    namespace('example', 'privileged'),
    namespace('example', 'restricted', { [`${LEVEL}enforce`]: undefined }),
    namespace('example', 'restricted', { [`${LEVEL}enforce-version`]: 'latest' }),
    namespace('example', 'restricted', { 'meridian/admission': undefined }),
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bare' } },
  ],
  mutations: [
    {
      on: 'Namespace',
      where: { name: 'gateway' },
      change: [{ path: '/metadata/labels/meridian~1admission', remove: true }],
    },
    {
      on: 'Namespace',
      where: { name: 'cache' },
      change: [{ path: '/metadata/labels/pod-security.kubernetes.io~1enforce', value: 'privileged' }],
    },
  ],
})
