import test from 'ava'
import { missingDigest } from '../stand-ins/pods.ts'
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

interface Service {
  readonly metadata: { readonly uid: string }
  readonly spec: { readonly ports: readonly { readonly targetPort: string | number }[] }
}

interface Policy {
  readonly metadata: { readonly uid: string }
}

const service = '/api/v1/namespaces/router/services/router'
const networkPolicy = '/apis/networking.k8s.io/v1/namespaces/router/networkpolicies/router'
const deployment = 'rendered/apps/gateway/small/deployment-gateway.yaml'
const allZero = /sha256:0{64}/

/** Drift, deletion and a bad commit, each on a cluster that is healthy before and after. */
export function proveChanges(site: () => Site): void {
  test.serial('a commit reaches the cluster by the poll alone', async (t) => {
    const { cluster } = site()
    const committed = performance.now()
    const commit = publish(site(), 'A ConfigMap more', configMapFile('e2e-poll'))
    t.teardown(() => takeBack(site(), commit))
    await until(cluster, 'the commit is applied', () => hasConfigMap(cluster, 'e2e-poll'))
    t.log(`commit to applied: ${since(committed)} without a refresh`)
    t.true(await hasConfigMap(cluster, 'e2e-poll'))
  })

  // Not so a Service's port number: the server's dry run of the diff fails by it (two ports of one name), and at its
  // next look Argo CD 3.2 takes the empty result from its cache for Synced (argoproj/argo-cd#28722).
  test.serial('drift in the cluster is healed to what git says', async (t) => {
    const { cluster } = site()
    const port = async () => (await cluster.api.get<Service>(service))?.spec.ports[0]?.targetPort
    const before = await port()
    const drifted = performance.now()
    const patch = JSON.stringify([{ op: 'replace', path: '/spec/ports/0/targetPort', value: 9999 }])
    const { code, stderr } = await cluster.kubectl([
      'patch',
      'service/router',
      '--namespace=router',
      '--type=json',
      `--patch=${patch}`,
    ])
    t.is(code, 0, stderr)
    await until(cluster, 'the port is the old one', async () => (await port()) === before)
    t.log(`drift healed after ${since(drifted)}`)
    t.not(before, 9999)
  })

  test.serial('what is deleted in the cluster comes back', async (t) => {
    const { cluster } = site()
    const before = await cluster.api.get<Service>(service)
    const deleted = performance.now()
    await cluster.api.delete(service)
    await until(cluster, 'the Service is back', async () => {
      const now = await cluster.api.get<Service>(service)
      return now !== undefined && now.metadata.uid !== before?.metadata.uid
    })
    t.log(`back after ${since(deleted)}`)
    t.deepEqual((await cluster.api.get<Service>(service))?.spec.ports, before?.spec.ports)
  })

  test.serial('what is deleted in git is pruned, and a revert brings it back', async (t) => {
    const { cluster } = site()
    const policy = () => cluster.api.get<Policy>(networkPolicy)
    t.not(await policy(), undefined)
    const commit = publish(site(), 'No NetworkPolicy', {
      'rendered/apps/router/small/networkpolicy-router.yaml': null,
    })
    const deleted = performance.now()
    await look(cluster, 'router')
    await until(cluster, 'the NetworkPolicy is gone', async () => (await policy()) === undefined)
    t.log(`pruned ${since(deleted)} after a refresh`)
    await takeBack(site(), commit)
    t.not(await policy(), undefined)
  })

  test.serial(
    'a bad commit is Degraded while the pods of before stay ready; a revert recovers',
    async (t) => {
      const { cluster, fleetlet } = site()
      const before = await readyPods(site(), 'gateway')
      t.true(before.length > 0)
      const content = fleetlet.git.read(deployment)
      t.regex(content, allZero)
      // Production waits two minutes for a new pod; nothing but the wait is shorter here.
      const bad = content
        .replace(allZero, missingDigest)
        .replace(/progressDeadlineSeconds: \d+/, 'progressDeadlineSeconds: 15')
      const commit = publish(site(), 'An image that is not there', { [deployment]: bad })
      const committed = performance.now()
      await look(cluster, 'gateway')
      let fewest = before.length
      const health = async () => (await application(site(), 'gateway')).status?.health?.status
      await until(cluster, 'gateway is Degraded', async () => {
        const now = await readyPods(site(), 'gateway')
        fewest = Math.min(fewest, before.filter((uid) => now.includes(uid)).length)
        return (await health()) === 'Degraded'
      })
      t.log(`Degraded ${since(committed)} after a refresh`)
      t.is((await application(site(), 'gateway')).status?.sync?.status, 'Synced')
      t.is(fewest, before.length, 'a ready pod was taken away')
      const reverted = performance.now()
      await takeBack(site(), commit, 'gateway')
      t.log(`Healthy ${since(reverted)} after the revert`)
      t.deepEqual(await readyPods(site(), 'gateway'), before)
    },
  )

  test.serial('a commit that the API server refuses is told of, and its revert is taken', async (t) => {
    const { cluster } = site()
    // Good by every schema; only the API server knows better.
    const ports = [1, 2].map((port) => ({ name: 'twice', port }))
    const object = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'e2e', namespace: 'router' },
      spec: { ports },
    }
    const commit = publish(site(), 'A Service that cannot be', {
      'rendered/apps/router/small/service-e2e.yaml': JSON.stringify(object),
    })
    await look(cluster, 'router')
    await until(cluster, 'Argo CD tells of it', async () => {
      const operation = (await application(site(), 'router')).status?.operationState
      return operation?.phase === 'Running' && /Duplicate value: "twice"/.test(operation.message ?? '')
    })
    const reverted = performance.now()
    await takeBack(site(), commit)
    await until(cluster, 'the sync has ended', async () => {
      const operation = (await application(site(), 'router')).status?.operationState
      return operation?.phase === 'Succeeded'
    })
    t.log(`Healthy ${since(reverted)} after the revert`)
    t.is((await application(site(), 'router')).status?.sync?.status, 'Synced')
  })
}
