import { defineRule } from '../../rule.ts'
import { cluster, clusterNode } from './views.examples.ts'

export default defineRule({
  id: 'nodes-born-closed',
  title: 'Nobody signs in to a node: no password, no key, no root',
  why: 'A site is changed by git alone; whoever signs in to a machine goes round every other control.',
  mend: 'nodes/cloud-init.ts: ssh_pwauth false, disable_root true, every user locked and without keys (emergencies: docs/runbooks/break-glass.md).',
  controls: ['PCI DSS 8.2.2', 'SOC 2 CC6.1', 'ISO 27001 A.8.2', 'ISO 27001 A.8.9'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Cluster'] },
  variables: [{ name: 'open', cel: 'object.spec.nodes.filter(n, !n.closed).map(n, n.name)' }],
  validations: [
    {
      cel: 'variables.open.size() == 0',
      message: 'a node lets somebody sign in',
      messageCel: `'somebody may sign in to ' + variables.open.join(', ')`,
    },
  ],
  pass: [cluster(), cluster({ nodes: [] })],
  fail: [cluster({ nodes: [clusterNode, { ...clusterNode, name: 'xyz1-b', closed: false }] })],
  mutations: [
    {
      on: 'fleet.meridian/Cluster',
      where: { name: 'fra1' },
      change: [{ path: '/spec/nodes/0/closed', value: false }],
    },
  ],
})
