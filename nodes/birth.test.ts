import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { birth } from './birth.ts'
import { type CloudInitInput, cloudInit } from './cloud-init.ts'
import { fakeNode } from './testing.ts'

const files = { 'install.sh': 'echo "installed in $PWD"\n', 'manifests/argocd.yaml': 'kind: HelmChart\n' }

/** A node whose cloud-init was rendered with `files`, and a repository whose wave holds `held`. */
async function bear(t: ExecutionContext, held: Readonly<Record<string, string>>) {
  const node = fakeNode()
  t.teardown(() => rmSync(node.root, { recursive: true }))
  const repository = join(node.root, 'origin')
  for (const [path, content] of Object.entries({ ...held, '../../apps/other.yaml': 'not: ours\n' })) {
    const file = join(repository, 'rendered/nodes/server-single', path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  const git = (...args: string[]) =>
    execFileSync('git', [
      '-C',
      repository,
      '-c',
      'user.name=t',
      '-c',
      'user.email=t@meridian.example',
      ...args,
    ])
  git('init', '--quiet', '--initial-branch=wave/canary')
  git('add', '.')
  git('commit', '--quiet', '--message=state')
  const written = cloudInit(input(`file://${repository}`)).write_files as { path: string; content: string }[]
  for (const { path, content } of written) node.write(path, content)
  return { ...(await node.run(birth)), born: node.read('/etc/meridian/born') !== undefined }
}

function input(repository: string): CloudInitInput {
  const node = { name: 'fra1-a', role: 'server', address: '10.64.10.11' } as const
  return {
    cluster: { name: 'fra1', wave: 'canary' },
    node,
    servers: [node],
    variant: 'server-single',
    filesDigest: Object.fromEntries(
      Object.entries(files).map(([path, content]) => [
        path,
        createHash('sha256').update(content).digest('hex'),
      ]),
    ),
    platform: { repository },
    root: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'root' } },
  }
}

test('a node installs the files that its cloud-init was rendered with', async (t) => {
  const { code, output, born } = await bear(t, files)
  t.is(code, 0, output)
  t.regex(output, /installed in .*rendered\/nodes\/server-single/)
  t.true(born)
})

test('a node runs nothing where a file was changed', async (t) => {
  const { code, output, born } = await bear(t, {
    ...files,
    'install.sh': 'echo installed by somebody else\n',
  })
  t.is(code, 1)
  t.regex(output, /not what this node's cloud-init was rendered with/)
  t.notRegex(output, /installed by/)
  t.false(born)
})

test('a node runs nothing where a file is missing or one too many is there', async (t) => {
  const missing = await bear(t, { 'install.sh': files['install.sh'] })
  t.is(missing.code, 1)
  const extra = await bear(t, { ...files, 'manifests/more.yaml': 'kind: Pod\n' })
  t.is(extra.code, 1)
  t.regex(extra.output, /has files that this node's cloud-init does not know/)
  t.notRegex(extra.output, /installed in/)
})
