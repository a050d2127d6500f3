import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { stacks } from './stacks.ts'

test('a stack is a file beside a program, and a folder without a program has none', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'meridian-test-'))
  t.deepEqual(stacks(root), [])
  for (const file of [
    'aws/Pulumi.yaml',
    'aws/Pulumi.eu-west-1.yaml',
    'aws/Pulumi.us-east-1.yaml',
    'github/Pulumi.yaml',
    'kit/Pulumi.none.yaml',
  ]) {
    mkdirSync(join(root, 'platform', file, '..'), { recursive: true })
    writeFileSync(join(root, 'platform', file), '')
  }
  t.deepEqual(stacks(root), [
    { program: 'aws', stack: 'eu-west-1' },
    { program: 'aws', stack: 'us-east-1' },
  ])
})
