import test from 'ava'
import { standIns } from './stand-ins.ts'

test('every stand-in has a name of its own, and says what it is instead of', (t) => {
  t.is(new Set(standIns.map(({ name }) => name)).size, standIns.length)
  for (const { of, here } of standIns) t.true(of.length > 0 && here.length > 0)
})
