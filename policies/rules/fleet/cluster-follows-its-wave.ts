import { defineRule } from '../../rule.ts'
import { cluster } from './views.examples.ts'

const root = { node: 'xyz1-a', revision: 'wave/early', path: 'rendered/clusters/xyz1/apps' }

export default defineRule({
  id: 'cluster-follows-its-wave',
  title: 'Every cluster follows the branch of its wave, reads its own folder and heals itself',
  why: 'A cluster that tracks another branch takes changes that its wave has not approved; one that does not sync drifts unseen.',
  mend: 'synth/applications.ts writes them, from the wave in clusters/fleet/; nothing in rendered/clusters/ is edited by hand.',
  controls: ['SOC 2 CC8.1', 'ISO 27001 A.8.32', 'PCI DSS 6.5.1'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Cluster'] },
  variables: [
    { name: 'ref', cel: `'wave/' + object.spec.wave` },
    {
      name: 'strays',
      cel: `object.spec.revisions.filter(r, r != variables.ref) +
object.spec.roots.filter(r, r.revision != variables.ref).map(r, r.revision + ' (root on ' + r.node + ')')`,
    },
    {
      name: 'strangers',
      cel: `object.spec.roots.filter(r, r.path != 'rendered/clusters/' + object.metadata.name + '/apps').map(r, r.path) + object.spec.strayPaths`,
    },
  ],
  validations: [
    {
      cel: 'object.spec.revisions.size() > 0 && variables.strays.size() == 0',
      message: 'it tracks something else than the branch of its wave',
      messageCel: `'its wave is ' + variables.ref + ', and it tracks ' + variables.strays.join(', ')`,
    },
    {
      cel: 'variables.strangers.size() == 0',
      message: 'it reads a folder that is not its own',
      messageCel: `'it reads what is not its own: ' + variables.strangers.join(', ')`,
    },
    {
      cel: `object.spec.nodes.all(n, !n.server || object.spec.roots.exists(r, r.node == n.name))`,
      message: 'a server is born without the root Application',
    },
    {
      cel: 'object.spec.manual.size() == 0',
      message: 'an Application does not sync, prune and heal by itself',
      messageCel: `'not synced, pruned and healed by itself: ' + object.spec.manual.join(', ')`,
    },
    {
      cel: 'object.spec.strayProjects.size() == 0',
      message: 'an Application is not in the project of its layer',
      messageCel: `'not in the project of its layer: ' + object.spec.strayProjects.join(', ')`,
    },
  ],
  pass: [cluster(), cluster({ distribution: 'eks', edge: false, nodes: [], roots: [] })],
  fail: [
    cluster({ revisions: ['wave/broad'] }),
    cluster({ revisions: [] }),
    cluster({ revisions: ['main', 'wave/early'] }),
    cluster({ roots: [{ ...root, revision: 'main' }] }),
    cluster({ roots: [{ ...root, path: 'rendered/clusters/other1/apps' }] }),
    cluster({ strayPaths: ['rendered/clusters/other1/identity'] }),
    cluster({ roots: [] }),
    cluster({ manual: ['router'] }),
    cluster({ strayProjects: ['router/small (platform)'] }),
  ],
  mutations: [
    {
      on: 'argoproj.io/Application',
      where: { name: 'router' },
      change: [{ path: '/spec/source/targetRevision', value: 'main' }],
    },
    {
      on: 'argoproj.io/Application',
      where: { name: 'baseline' },
      change: [{ path: '/spec/syncPolicy/automated/selfHeal', remove: true }],
    },
    {
      on: 'argoproj.io/Application',
      where: { name: 'gateway' },
      change: [{ path: '/spec/project', value: 'platform' }],
    },
  ],
})
