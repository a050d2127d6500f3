import test from 'ava'
import { configMaps, environment } from './settings.ts'

test('a setting reaches the process under the name that Argo CD’s own manifests give it', (t) => {
  const maps = configMaps({
    configs: {
      cm: { 'timeout.reconciliation': '180s' },
      params: { 'controller.diff.server.side': true, 'reposerver.parallelism.limit': 1 },
    },
  })
  t.is(maps['argocd-cm']?.['timeout.reconciliation'], '180s')
  t.like(environment('applicationController', maps), {
    ARGOCD_RECONCILIATION_TIMEOUT: '180s',
    ARGOCD_APPLICATION_CONTROLLER_SERVER_SIDE_DIFF: 'true',
  })
  const repoServer = environment('repoServer', maps)
  t.is(repoServer.ARGOCD_REPO_SERVER_PARALLELISM_LIMIT, '1')
  t.is(repoServer.ARGOCD_REPO_SERVER_LOGLEVEL, undefined)
})
