import test from 'ava'
import { callee, caller, peer } from './peers.ts'

test('both ends of a connection are said by one table', (t) => {
  t.deepEqual(peer('cache'), { namespace: 'cache', app: 'cache', ports: [{ port: 6379 }] })
  t.deepEqual(callee('cache'), {
    url: 'rediss://cache.cache.svc.cluster.local:6379',
    spiffePath: '/ns/cache/sa/cache',
  })
})

test('a caller is named by its pods and by the port that it may call, not by its own', (t) => {
  t.deepEqual(caller('router', 6379), { namespace: 'router', app: 'router', ports: [{ port: 6379 }] })
})
