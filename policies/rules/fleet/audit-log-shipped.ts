import { defineRule } from '../../rule.ts'
import { cluster, clusterNode } from './views.examples.ts'

export default defineRule({
  id: 'audit-log-shipped',
  title: "Every server's audit log leaves the site",
  why: 'Whoever takes a machine over also holds the log of what he did there, unless a copy is elsewhere.',
  mend: 'Let the log agent read the folder of audit-log-path (nodes/config.ts, apps/observability/log-agent-config.ts) and mount it under the same path.',
  controls: ['PCI DSS 10.3.3', 'PCI DSS 10.4.1.1', 'SOC 2 CC7.2', 'ISO 27001 A.8.15'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Cluster'] },
  variables: [
    {
      name: 'kept',
      // A glob's * stays within a folder.
      cel: `object.spec.nodes.filter(n, n.server && !object.spec.shippedLogs.exists(g,
n.auditLog.matches('^' + g.replace('.', '[.]').replace('*', '[^/]*') + '$'))).map(n, n.name)`,
    },
  ],
  validations: [
    {
      cel: 'variables.kept.size() == 0',
      message: "a server's audit log is shipped by nobody",
      messageCel: `'nobody ships the audit log of ' + variables.kept.join(', ')`,
    },
  ],
  permissions: [
    {
      where: 'clusters of distribution eks',
      allows: ['an audit log that no agent of ours ships'],
      why: 'AWS runs their API servers: no node of ours has that log.',
      instead: "EKS's control plane logging sends it to CloudWatch, which is the cloud layer's to switch on.",
    },
  ],
  pass: [
    cluster(),
    cluster({ nodes: [{ ...clusterNode, server: false, auditLog: '' }], shippedLogs: [] }),
    cluster({ distribution: 'eks', edge: false, nodes: [], shippedLogs: [] }),
  ],
  fail: [
    cluster({ shippedLogs: [] }),
    cluster({ shippedLogs: ['/var/log/*.log'] }),
    cluster({ nodes: [{ ...clusterNode, auditLog: '' }] }),
  ],
  mutations: [
    {
      on: 'ConfigMap',
      where: { namespace: 'node-agents', name: 'log-agent-config' },
      change: [{ path: '/data/vector.json', value: '{"sources": {}, "sinks": {}}' }],
    },
  ],
})
