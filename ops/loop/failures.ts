import test from 'ava'
import {
  application,
  configMapFile,
  hasConfigMap,
  look,
  publish,
  readyPods,
  type Site,
  since,
  takeBack,
  until,
} from './site.ts'

const namespaces = ['gateway', 'router', 'inference', 'cache']
const deployment = 'rendered/apps/gateway/small/deployment-gateway.yaml'

/** What the loop is made of fails; each proof leaves the cluster healthy and at a commit like the first. */
export function proveFailures(site: () => Site): void {
  test.serial('a cluster cut off from git keeps running, and catches up by itself', async (t) => {
    const { cluster } = site()
    const before = await everyReadyPod(site())
    cluster.link.cut()
    t.teardown(() => cluster.link.mend())
    const commit = publish(site(), 'A ConfigMap more', configMapFile('e2e-cut'))
    await cluster.refresh('router')
    await until(cluster, 'router says that it cannot compare', () => cannotCompare(site()))
    t.false(await hasConfigMap(cluster, 'e2e-cut'))
    t.deepEqual(await everyReadyPod(site()), before)
    const [victim] = await readyPods(site(), 'gateway')
    await cluster.kubectl(['delete', 'pod', '--namespace=gateway', '--all', '--wait=false'])
    await until(cluster, 'a deleted pod is replaced', async () => {
      const now = await readyPods(site(), 'gateway')
      return now.length > 0 && !now.includes(victim ?? '')
    })
    cluster.link.mend()
    const mended = performance.now()
    await until(cluster, 'the commit is applied', () => hasConfigMap(cluster, 'e2e-cut'))
    t.log(`caught up ${since(mended)} after the line was mended, without a refresh`)
    await takeBack(site(), commit)
  })

  test.serial('the git host dies and comes back: clusters run on and catch up by themselves', async (t) => {
    const { cluster, fleetlet } = site()
    const before = await everyReadyPod(site())
    await fleetlet.git.server.stop()
    t.teardown(() => fleetlet.git.server.start())
    const commit = publish(site(), 'A ConfigMap more', configMapFile('e2e-git'))
    await cluster.refresh('router')
    await until(cluster, 'router says that it cannot compare', () => cannotCompare(site()))
    t.false(await hasConfigMap(cluster, 'e2e-git'))
    t.deepEqual(await everyReadyPod(site()), before)
    await fleetlet.git.server.start()
    const back = performance.now()
    await until(cluster, 'the commit is applied', () => hasConfigMap(cluster, 'e2e-git'))
    t.log(`caught up ${since(back)} after git was back, without a refresh`)
    await takeBack(site(), commit)
  })

  test.serial(
    'the API server is killed and comes back: no pod is lost and git’s commit arrives',
    async (t) => {
      const { cluster } = site()
      const before = await everyReadyPod(site())
      await cluster.services.apiServer.kill()
      t.teardown(() => cluster.services.apiServer.start())
      const commit = publish(site(), 'A ConfigMap more', configMapFile('e2e-api'))
      await t.throwsAsync(cluster.applications())
      await cluster.services.apiServer.start()
      const back = performance.now()
      await until(cluster, 'the commit is applied', () => hasConfigMap(cluster, 'e2e-api'))
      t.log(`caught up ${since(back)} after the API server was back, without a refresh`)
      t.deepEqual(await everyReadyPod(site()), before)
      await takeBack(site(), commit)
    },
  )

  test.serial('Argo CD is killed in the middle of a sync, and finishes it when it is back', async (t) => {
    const { cluster, fleetlet } = site()
    const { applicationController, kwok } = cluster.services
    // No kubelet: the Deployment of the middle wave gets no ready pod, so the sync stays in its middle.
    await kwok.stop()
    t.teardown(() => kwok.start())
    t.teardown(() => applicationController.start())
    const wave = (number: string) => ({ 'argocd.argoproj.io/sync-wave': number })
    const content = fleetlet.git.read(deployment)
    const changed = content.replace(/meridian\/config-digest: .*/, 'meridian/config-digest: "e2e"')
    t.not(changed, content)
    const commit = publish(site(), 'A change in three waves', {
      ...configMapFile('e2e-first', 'gateway/small', wave('-1')),
      [deployment]: changed,
      ...configMapFile('e2e-last', 'gateway/small', wave('1')),
    })
    await look(cluster, 'gateway')
    const has = (name: string) => hasConfigMap(cluster, name, 'gateway')
    await until(cluster, 'the first wave is applied', () => has('e2e-first'))
    await until(cluster, 'the middle wave is applied', () => digestIs(site(), 'e2e'))
    await applicationController.kill()
    t.is((await application(site(), 'gateway')).status?.operationState?.phase, 'Running')
    t.false(await has('e2e-last'))
    await kwok.start()
    await applicationController.start()
    const back = performance.now()
    await until(cluster, 'the last wave is applied', () => has('e2e-last'))
    t.log(`the sync went on and ended ${since(back)} after Argo CD was back`)
    await takeBack(site(), commit, 'gateway')
  })
}

async function everyReadyPod(site: Site): Promise<readonly string[]> {
  return (await Promise.all(namespaces.map((namespace) => readyPods(site, namespace)))).flat()
}

async function cannotCompare(site: Site): Promise<boolean> {
  const { status } = await application(site, 'router')
  return status?.conditions?.some(({ type }) => type === 'ComparisonError') ?? false
}

interface Deployment {
  readonly spec: {
    readonly template: { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> } }
  }
}

async function digestIs({ cluster }: Site, digest: string): Promise<boolean> {
  const path = '/apis/apps/v1/namespaces/gateway/deployments/gateway'
  const found = await cluster.api.get<Deployment>(path)
  return found?.spec.template.metadata.annotations?.['meridian/config-digest'] === digest
}
