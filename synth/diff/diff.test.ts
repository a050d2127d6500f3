import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { diffTrees } from './diff.ts'
import { longest, toMarkdown } from './markdown.ts'
import { DiffReport } from './report.ts'
import { toText } from './text.ts'

const repository = join(import.meta.dirname, '../..')
const plain = (_: string, text: string) => text

/** A clone with the fleet as it is rendered, in one commit on `main`. */
function fleet(t: ExecutionContext) {
  const root = mkdtempSync(join(tmpdir(), 'meridian-diff-'))
  t.teardown(() => rmSync(root, { recursive: true, force: true }))
  cpSync(join(repository, 'rendered'), join(root, 'rendered'), { recursive: true })
  const git = (...args: string[]) =>
    execFileSync(
      'git',
      ['-C', root, '-c', 'user.name=test', '-c', 'user.email=test@meridian.example', ...args],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    )
  git('init', '--quiet', '--initial-branch', 'main')
  const commit = () => {
    git('add', '--all')
    git('commit', '--quiet', '--message', 'rendered')
  }
  commit()
  const at = (path: string) => join(root, 'rendered', path)
  const edit = (path: string, change: (text: string) => string) => {
    const text = readFileSync(at(path), 'utf8')
    const after = change(text)
    if (after === text) throw new Error(`${path} stays as it is`)
    writeFileSync(at(path), after)
  }
  const index = DiffIndex(readFileSync(at('fleet.json'), 'utf8'))
  const running = (app: string, variant: string) =>
    Object.keys(index.clusters).filter((name) => index.clusters[name]?.runs[app] === variant)
  return { root, git, commit, at, edit, index, running }
}

interface Index {
  clusters: Record<string, { wave: string; country: string; runs: Record<string, string> }>
  [key: string]: unknown
}

// What synth writes, as these tests change it.
function DiffIndex(text: string): Index {
  return JSON.parse(text) as Index
}

const bump = (text: string) => text.replace(/router:0\.1\.0@/, 'router:0.2.0@')

test('nothing differs from itself', async (t) => {
  const { root } = fleet(t)
  for (const head of [undefined, 'main']) {
    const report = await diffTrees('main', head, { root })
    t.like(report, {
      risk: { level: 'low', reasons: ['nothing changes'] },
      dangers: [],
      changes: [],
      files: [],
      paths: { changed: 0 },
    })
    t.regex(toText(report, plain), /nothing changes/)
  }
})

test('one image in two variants is one change, on the clusters that run them, and nothing else', async (t) => {
  const { root, edit, running, index, commit } = fleet(t)
  for (const size of ['small', 'large']) edit(`apps/router/${size}/statefulset-router.yaml`, bump)
  const expected = [...running('router', 'small'), ...running('router', 'large')].toSorted()
  const countries = new Set(expected.map((name) => index.clusters[name]?.country)).size
  const report = await diffTrees('main', undefined, { root })
  t.is(report.changes.length, 1)
  t.like(report.changes[0], { op: 'changed', subject: 'router', variants: ['large', 'small'] })
  t.deepEqual(
    report.changes[0]?.fields.map(({ path }) => path),
    ['spec.template.spec.containers[router].image'],
  )
  t.deepEqual(report.changes[0]?.clusters, expected)
  t.like(report.radius, { clusters: expected.length, countries })
  t.deepEqual(report.dangers, [])
  t.regex(
    toText(report, plain),
    new RegExp(
      `router \`large\`, \`small\`: StatefulSet router: image 0\\.1\\.0@.* → 0\\.2\\.0@.*, in ${expected.length} clusters of ${countries} countries; nothing else`,
    ),
  )
  // The same between two commits, and as the schema says.
  commit()
  const { head: _, ...committed } = await diffTrees('main~1', 'main', { root })
  const { head: __, base: ___, ...before } = report
  t.like(committed, { changes: before.changes, radius: before.radius, paths: before.paths })
  t.notThrows(() => DiffReport.parse(JSON.parse(JSON.stringify(report))))
})

test('different changes of variants are not folded', async (t) => {
  const { root, edit } = fleet(t)
  edit('apps/router/small/statefulset-router.yaml', bump)
  edit('apps/router/large/statefulset-router.yaml', (text) => text.replace('router:0.1.0', 'router:0.3.0'))
  const { changes } = await diffTrees('main', undefined, { root })
  t.deepEqual(
    changes.map(({ variants }) => variants),
    [['large'], ['small']],
  )
})

test('one revision in every cluster’s list is one change, whatever the clusters are called', async (t) => {
  const { root, edit, index } = fleet(t)
  const names = Object.keys(index.clusters)
  for (const name of names) {
    edit(`clusters/${name}/apps/applications.yaml`, (text) =>
      text.replace(/(chart: argo-cd\n\s+targetRevision: )"[^"]+"/, '$1"99.0.0"'),
    )
  }
  const { changes, paths, waves } = await diffTrees('main', undefined, { root })
  t.is(changes.length, 1)
  t.like(changes[0], { scope: 'cluster', subject: 'apps', radius: { clusters: names.length } })
  t.is(paths.changed, names.length)
  t.is(
    waves.reduce((sum, { clusters }) => sum + clusters, 0),
    names.length,
  )
})

test('a cluster that goes to a variant of its own shows what changes for it, not a folder that appears', async (t) => {
  const { root, at, index } = fleet(t)
  const variant = index.clusters.fra1?.runs.router ?? ''
  cpSync(at(`apps/router/${variant}`), at('apps/router/own'), { recursive: true })
  const scaler = at('apps/router/own/horizontalpodautoscaler-router.yaml')
  writeFileSync(scaler, readFileSync(scaler, 'utf8').replace(/maxReplicas: \d+/, 'maxReplicas: 99'))
  const { fra1 } = index.clusters
  if (fra1) fra1.runs.router = 'own'
  writeFileSync(at('fleet.json'), JSON.stringify(index))
  const { changes } = await diffTrees('main', undefined, { root })
  t.is(changes.length, 1)
  t.like(changes[0], { why: 'moved', variants: [`${variant} → own`], clusters: ['fra1'] })
  t.deepEqual(
    changes[0]?.fields.map(({ path, after }) => [path, after]),
    [['spec.maxReplicas', 99]],
  )
})

test('an app that leaves a cluster is an outage there, and its data', async (t) => {
  const { root, at, index } = fleet(t)
  delete index.clusters.fra1?.runs.cache
  writeFileSync(at('fleet.json'), JSON.stringify(index))
  const { dangers, risk, changes } = await diffTrees('main', undefined, { root })
  t.true(
    changes.every(
      ({ op, why, clusters }) => op === 'removed' && why === 'withdrawn' && clusters.join() === 'fra1',
    ),
  )
  t.is(risk.level, 'high')
  t.true(dangers.some(({ id, clusters }) => id === 'app-removed' && clusters.join() === 'fra1'))
  t.true(dangers.some(({ id }) => id === 'data-loss'))
})

test('a cluster that goes to another wave, or leaves, is said as that', async (t) => {
  const { root, at, index } = fleet(t)
  const { fra1 } = index.clusters
  if (fra1) fra1.wave = fra1.wave === 'broad' ? 'early' : 'broad'
  delete index.clusters.kix1
  rmSync(at('clusters/kix1'), { recursive: true })
  writeFileSync(at('fleet.json'), JSON.stringify(index))
  const { clusters, dangers, changes } = await diffTrees('main', undefined, { root })
  t.deepEqual(clusters.removed, ['kix1'])
  t.deepEqual(
    clusters.moved.map(({ cluster }) => cluster),
    ['fra1'],
  )
  t.deepEqual(
    dangers.map(({ id }) => id),
    ['cluster-removed', 'wave-changed'],
  )
  t.deepEqual(changes, [])
})

test('files of nodes are compared by line, and reach the clusters that have such nodes', async (t) => {
  const { root, edit, index } = fleet(t)
  edit('nodes/server-ha/config.yaml', (text) => `${text}# one more\n`)
  const { files } = await diffTrees('main', undefined, { root })
  t.is(files.length, 1)
  t.deepEqual(files[0]?.lines, [{ removed: [], added: ['# one more'] }])
  t.true((files[0]?.clusters.length ?? 0) > 0)
  t.true(files[0]?.clusters.every((name) => index.clusters[name]))
})

test('a chart’s values are compared by field', async (t) => {
  const { root, edit } = fleet(t)
  edit('apps/argocd/small/values.yaml', (text) => text.replace('format: json', 'format: text'))
  const { changes } = await diffTrees('main', undefined, { root })
  t.deepEqual(
    changes.map(({ objects, fields }) => [objects[0]?.kind, fields]),
    [['Values', [{ path: 'global.logging.format', before: 'json', after: 'text' }]]],
  )
})

test('what is only written otherwise is counted, and no change', async (t) => {
  const { root, edit } = fleet(t)
  edit('apps/router/small/service-router.yaml', (text) => `# by hand\n${text}`)
  edit('apps/router/small/serviceaccount-router.yaml', (text) => `---\n${text}`)
  const { changes, paths } = await diffTrees('main', undefined, { root })
  t.deepEqual(changes, [])
  t.is(paths.changed, 2)
  t.is(paths.cosmetic.length, 2)
})

test('YAML that cannot be read is one line, with the object', async (t) => {
  const { root, edit } = fleet(t)
  edit('apps/router/small/service-router.yaml', (text) => `${text}kind: Twice\n`)
  await t.throwsAsync(() => diffTrees('main', undefined, { root }), {
    name: 'SynthError',
    message: /Service router.*: is no YAML: Map keys must be unique/,
  })
})

test('files that nobody added to git yet are part of the working tree', async (t) => {
  const { root, at } = fleet(t)
  writeFileSync(
    at('apps/router/small/configmap-new.yaml'),
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: new\n  namespace: router\n',
  )
  const { changes } = await diffTrees('main', undefined, { root })
  t.like(changes[0], { op: 'added', variants: ['small'], objects: [{ kind: 'ConfigMap', name: 'new' }] })
})

test('every changed path of a great change is accounted for', async (t) => {
  const { root, git, at } = fleet(t)
  // Everything of one app goes; everything of another is renamed: no file may slip through.
  rmSync(at('apps/cache'), { recursive: true })
  mkdirSync(dirname(at('apps/inference/x')), { recursive: true })
  renameSync(at('apps/inference/small'), at('apps/inference/other'))
  const report = await diffTrees('main', undefined, { root })
  git('add', '--all')
  const names = git('diff', '--name-only', '--no-renames', '-z', 'main').split('\0').filter(Boolean)
  t.is(report.paths.changed, names.length)
  const objects = report.changes.reduce(
    (sum, { objects, variants }) => sum + objects.length * variants.length,
    0,
  )
  t.is(objects, names.length)
})

test('a wave that would go back, or past the wave before, is said; only its clusters are counted', async (t) => {
  const { root, git, edit, commit, index } = fleet(t)
  git('branch', 'wave/canary')
  git('branch', 'wave/early')
  edit('apps/policies/all/validatingadmissionpolicybinding-meridian-tls-on-service-ports.yaml', (text) =>
    text.replace('meridian/title: ', 'meridian/title: Again '),
  )
  commit()
  const ahead = await diffTrees('wave/early', 'main', { root })
  t.deepEqual(
    ahead.dangers.map(({ id }) => id),
    ['wave-skipped'],
  )
  const early = Object.keys(index.clusters).filter((name) => index.clusters[name]?.wave === 'early')
  t.deepEqual(ahead.changes[0]?.clusters, early.toSorted())
  t.deepEqual(
    ahead.waves.map(({ wave }) => wave),
    ['early'],
  )
  git('branch', '--force', 'wave/canary', 'main')
  t.deepEqual((await diffTrees('wave/early', 'wave/canary', { root })).dangers, [])
  git('branch', '--force', 'wave/early', 'main')
  t.deepEqual(
    (await diffTrees('wave/early', 'main~1', { root })).dangers.map(({ id }) => id),
    ['wave-backwards'],
  )
})

test('a comment fits GitHub however much changes, and no fold stays open', async (t) => {
  const { root, edit, index } = fleet(t)
  const files = execFileSync('git', ['-C', root, 'ls-files', 'rendered/apps'], { encoding: 'utf8' })
    .trim()
    .split('\n')
  for (const [at, path] of files.entries()) {
    if (path.endsWith('.yaml'))
      edit(
        path.slice('rendered/'.length),
        (text) => `${text}extra${at}: "${'`x` <b>@team</b> | '.repeat(9)}"\n`,
      )
  }
  for (const name of Object.keys(index.clusters)) {
    edit(
      `clusters/${name}/identity/identity.yaml`,
      (text) => `${text}extra: ${name.length}
`,
    )
  }
  const report = await diffTrees('main', undefined, { root })
  const comment = toMarkdown(report)
  t.true(comment.length <= longest, String(comment.length))
  t.is(comment.match(/<details>/g)?.length, comment.match(/<\/details>/g)?.length)
  t.is((comment.match(/^`{3,}/gm)?.length ?? 0) % 2, 0)
  const [first = ''] = comment.split('\n')
  t.regex(first, /\*\*medium risk\*\* · [\d,]+ changes in .*, in \d+ clusters of \d+ countries/)
  t.true(first.length < 250)
})

test('a change of the cloud is told by stack, resource and field, and reaches no cluster', async (t) => {
  const { root, edit } = fleet(t)
  edit('cloud/aws-core.yaml', (text) => text.replace('isMultiRegionTrail: true', 'isMultiRegionTrail: false'))
  const report = await diffTrees('main', undefined, { root })
  t.like(report.changes, [
    {
      scope: 'cloud',
      subject: 'aws-core',
      op: 'changed',
      objects: [{ kind: 'Trail' }],
      fields: [{ path: 'spec.isMultiRegionTrail', before: true, after: false }],
      clusters: [],
    },
  ])
  t.deepEqual(report.files, [])
  t.regex(toText(report, plain), /cloud aws-core: Trail \S+: isMultiRegionTrail true → false, on no cluster/)
  t.notThrows(() => DiffReport.parse(JSON.parse(JSON.stringify(report))))
})

test('wrong refs are one clear line each, and exit code 2', (t) => {
  const { root, git, at } = fleet(t)
  const meridian = (...args: string[]) => {
    const run = spawnSync(
      process.execPath,
      [join(repository, 'bin/meridian.ts'), 'diff', '--repository', root, ...args],
      { encoding: 'utf8' },
    )
    return { code: run.status, words: run.stderr }
  }
  const wrong: readonly [args: string[], says: RegExp][] = [
    [[], /--base REF is missing/],
    [['--base', 'nowhere'], /✗ nowhere: no such commit\n/],
    [['--base', '--upload-pack=x'], /--base|no such commit/],
    [['--base', 'main', '--head', 'main~9'], /main~9: no such commit/],
    [['--base', 'main', '--wave', 'tidal'], /no such wave\n.*the waves are: canary, early, broad/],
    [['--base', 'main', '--markdown', '--json'], /choose one/],
    [['--base', 'main', '--fail-on', 'tiny'], /found tiny, allowed: low, medium, high/],
  ]
  for (const [args, says] of wrong) {
    const { code, words } = meridian(...args)
    t.is(code, 2, args.join(' '))
    t.regex(words, says)
    t.notRegex(words, /\.ts:\d+/)
  }
  writeFileSync(at('fleet.json'), '{"version": 7}')
  t.regex(meridian('--base', 'main').words, /working tree: rendered\/fleet\.json: version/)
  git('checkout', '--quiet', '--', '.')
  git('checkout', '--quiet', '--orphan', 'empty')
  git('rm', '-r', '--quiet', '--cached', '.')
  git('commit', '--quiet', '--allow-empty', '--message', 'nothing')
  t.regex(
    meridian('--base', 'empty', '--head', 'main').words,
    /empty: its commit [0-9a-f]{12} has no rendered\//,
  )
  const shallow = join(root, 'shallow')
  execFileSync('git', ['clone', '--quiet', '--depth', '1', '--branch', 'main', `file://${root}`, shallow])
  const run = meridian('--repository', shallow, '--base', 'main~1')
  t.is(run.code, 2)
  t.regex(run.words, /shallow\n.*git fetch --unshallow/)
})

test('--fail-on makes a risk an exit code', (t) => {
  const { root, edit } = fleet(t)
  edit('apps/router/small/horizontalpodautoscaler-router.yaml', (text) =>
    text.replace(/minReplicas: \d+/, 'minReplicas: 0'),
  )
  const code = (...args: string[]) =>
    spawnSync(process.execPath, [
      join(repository, 'bin/meridian.ts'),
      'diff',
      '--repository',
      root,
      '--base',
      'main',
      ...args,
    ]).status
  t.is(code(), 0)
  t.is(code('--fail-on', 'high'), 1)
})
