import test from 'ava'
import { openTemplates } from './templates.ts'

test('files that are equal but for a name are looked at once', (t) => {
  const looked: string[] = []
  const repeated: string[] = []
  const open = openTemplates(
    (name, before, after) => {
      looked.push(`${name}: ${before} → ${after}`)
      return name
    },
    (name, seen) => repeated.push(`${name} as ${seen}`),
  )
  const add = (name: string, before: string, after: string) =>
    open.add(name, Buffer.from(before), Buffer.from(after))
  add('fra1', 'at fra1', 'in fra1')
  add('ams1', 'at ams1', 'in ams1')
  add('osaka1', 'at osaka1', 'in osaka1')
  add('arn1', 'at arn1', 'in fra1')
  add('bkk1', 'at bkk1!', 'in bkk1')
  t.deepEqual(looked, ['fra1: at fra1 → in fra1', 'arn1: at arn1 → in fra1', 'bkk1: at bkk1! → in bkk1'])
  t.deepEqual(repeated, ['ams1 as fra1', 'osaka1 as fra1'])
})

test('what is remembered is a copy: the bytes are only lent', (t) => {
  const seen: string[] = []
  const open = openTemplates(
    (name) => seen.push(name),
    () => undefined,
  )
  const lent = Buffer.from('one')
  open.add('a', lent, lent)
  lent.write('two')
  open.add('b', lent, lent)
  t.deepEqual(seen, ['a', 'b'])
})
