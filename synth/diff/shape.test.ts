import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import { parse } from 'yaml'
import { fieldChanges } from './fields.ts'
import { canonical } from './plain.ts'
import { hunkOf, shapeOf } from './shape.ts'

const line = fc.constantFrom('a', 'b', '  c: 1', '- d', '')
const text = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'))

test('a hunk and what stands around it are the whole of both texts, cut at lines', (t) => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const hunk = hunkOf(before, after)
      t.is(hunk.prefix + hunk.before + hunk.suffix, before)
      t.is(hunk.prefix + hunk.after + hunk.suffix, after)
      t.true(hunk.prefix === '' || hunk.prefix.endsWith('\n'))
    }),
  )
})

test('documents that differ in the same lines have one shape, whatever else they hold', (t) => {
  const site = (city: string, wave: string) =>
    `kind: ConfigMap\nmetadata:\n  name: identity\ndata:\n  city: ${city}\nspec:\n  wave: ${wave}\n`
  t.is(
    shapeOf(site('Osaka', 'early'), site('Osaka', 'broad')),
    shapeOf(site('Lima', 'early'), site('Lima', 'broad')),
  )
  t.not(
    shapeOf(site('Osaka', 'early'), site('Osaka', 'broad')),
    shapeOf(site('Lima', 'early'), site('Lima', 'canary')),
  )
})

test('what names a list item is part of the shape', (t) => {
  const pod = (name: string, image: string) =>
    `spec:\n  containers:\n  - args: []\n    name: ${name}\n    deep:\n      image: ${image}\n`
  t.not(shapeOf(pod('router', 'a'), pod('router', 'b')), shapeOf(pod('cache', 'a'), pod('cache', 'b')))
})

test('the block around a hunk is kept whole: an added item may share lines with its neighbour', (t) => {
  const rule = (port: number) => `  - to: []\n    depth: ${port}\n`
  const one = (port: number) => `spec:\n  egress:\n${rule(port)}  end: 1\n`
  const two = (port: number) => `spec:\n  egress:\n${rule(port)}${rule(port)}  end: 1\n`
  t.not(shapeOf(one(1), two(1)), shapeOf(one(2), two(2)))
})

test('real objects of one shape change in the same fields, wherever a line or an item goes', (t) => {
  const apps = join(import.meta.dirname, '../../rendered/apps')
  const seen = new Map<string, string>()
  let shared = 0
  for (const app of ['router', 'cache', 'inference', 'observability', 'identities']) {
    for (const variant of readdirSync(join(apps, app))) {
      for (const file of readdirSync(join(apps, app, variant))) {
        if (!/networkpolicy|statefulset|service-|clusterrole|identity/.test(file)) continue
        const before = readFileSync(join(apps, app, variant, file), 'utf8')
        const lines = before.split('\n')
        for (let line = 8; line < lines.length - 1; line += 7) {
          const after = lines.toSpliced(line, 1 + (line % 4)).join('\n')
          const value = parsed(after)
          if (value === undefined) continue
          const shape = shapeOf(before, after)
          const fields = canonical(fieldChanges(parse(before), value).map((field) => ({ ...field })))
          const known = seen.get(shape)
          if (known !== undefined) shared++
          t.is(known ?? fields, fields, `${app}/${variant}/${file}:${line}`)
          seen.set(shape, fields)
        }
      }
    }
  }
  t.true(shared > 100, String(shared))
})

function parsed(text: string): unknown {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}
