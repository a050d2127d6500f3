import test from 'ava'
import { mutated } from './mutate.ts'

const service = { metadata: { labels: { 'a/b': 'c' } }, spec: { ports: [{ port: 1 }, { port: 2 }] } }

test('a value is set over what stood there, and what is missing on the way is made', (t) => {
  t.deepEqual(mutated(service, [{ path: '/spec/ports/0/port', value: 9 }]), {
    ...service,
    spec: { ports: [{ port: 9 }, { port: 2 }] },
  })
  t.deepEqual(mutated({}, [{ path: '/spec/template/spec/hostNetwork', value: true }]), {
    spec: { template: { spec: { hostNetwork: true } } },
  })
})

test('a dash is the end of a list, and a list closes up behind what is taken away', (t) => {
  t.like(mutated(service, [{ path: '/spec/ports/-', value: { port: 3 } }]), {
    spec: { ports: [{ port: 1 }, { port: 2 }, { port: 3 }] },
  })
  t.deepEqual(mutated({}, [{ path: '/args/-', value: '--verbose' }]), { args: ['--verbose'] })
  t.like(mutated(service, [{ path: '/spec/ports/0', remove: true }]), { spec: { ports: [{ port: 2 }] } })
})

test('a name with a slash is written as RFC 6901 says, and the object given stays as it was', (t) => {
  t.deepEqual(mutated(service, [{ path: '/metadata/labels/a~1b', remove: true }]), {
    ...service,
    metadata: { labels: {} },
  })
  t.is(service.metadata.labels['a/b'], 'c')
})

test('a mutation that changes nothing proves nothing, so it is refused', (t) => {
  t.throws(() => mutated(service, [{ path: '/spec/type', remove: true }]), {
    message: 'the mutation changes nothing',
  })
  t.throws(() => mutated(service, [{ path: '/spec/ports/0/port', value: 1 }]), {
    message: 'the mutation changes nothing',
  })
  t.throws(() => mutated(service, [{ path: '/spec/none/deep', remove: true }]), {
    message: '/spec/none/deep is not there',
  })
  t.throws(() => mutated(service, [{ path: '/spec/ports/7', value: {} }]), {
    message: '/spec/ports/7 is not there',
  })
})
