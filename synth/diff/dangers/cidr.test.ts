import test from 'ava'
import { contains, parseCidr } from './cidr.ts'
import { isOlder } from './version.ts'

test('a network holds those with a longer prefix and the same start, of its own family', (t) => {
  const holds = (outer: string, inner: string) => {
    const [a, b] = [parseCidr(outer), parseCidr(inner)]
    return a && b ? contains(a, b) : undefined
  }
  t.true(holds('10.0.0.0/8', '10.255.0.0/16'))
  t.true(holds('0.0.0.0/0', '192.0.2.1/32'))
  t.false(holds('10.0.0.0/16', '10.1.0.0/24'))
  t.false(holds('10.0.0.0/16', '10.0.0.0/8'))
  t.true(holds('2001:db8::/32', '2001:db8:0:1::/64'))
  t.false(holds('::/0', '10.0.0.0/8'))
})

test('what is no network is none', (t) => {
  for (const text of [
    '10.0.0.0',
    '10.0.0/8',
    '10.0.0.256/8',
    '10.0.0.0/33',
    '1::2::3/64',
    '::/129',
    'host/8',
    undefined,
  ]) {
    t.is(parseCidr(text), undefined, text)
  }
})

test('versions are compared by number, not by letter', (t) => {
  t.true(isOlder('1.9.0', '1.10.0'))
  t.true(isOlder('v1.21', 'v1.21.2'))
  t.false(isOlder('2.0.0', '1.9.9'))
  t.false(isOlder('main', '1.0.0'))
})
