import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { parseAllDocuments } from 'yaml'
import { writeCharts } from './charts.ts'

const clusters = join(import.meta.dirname, '../../rendered/clusters')

test('every chart of the fleet has a stand-in that pulls and renders its CRDs', (t) => {
  const { folder, helm } = open(t)
  const charts = fleetCharts()
  t.true(charts.size >= 3)
  for (const [chart, repository] of charts) {
    const source = repository.startsWith('https://')
      ? ['--repo', repository, chart]
      : [`oci://${repository}/${chart}`]
    const destination = mkdtempSync(join(folder, 'pull-'))
    const pulled = helm(['pull', '--destination', destination, '--version', '1.0.0', ...source])
    t.is(pulled.status, 0, `${chart}: ${pulled.stderr}`)
    const [archive = ''] = readdirSync(destination)
    t.is(spawnSync('tar', ['-xzf', join(destination, archive), '-C', destination]).status, 0)
    const rendered = helm(
      ['template', '.', '--name-template', chart, '--include-crds'],
      join(destination, chart),
    )
    // A file may begin with its own separator.
    const objects = parseAllDocuments(rendered.stdout).map((document) => document.toJS())
    const kinds = objects.filter((object) => object !== null).map(({ kind }) => kind)
    t.true(kinds.length >= 3, chart)
    t.deepEqual(new Set(kinds), new Set(['CustomResourceDefinition']))
  }
})

test('a chart without a stand-in is an error that says where to add it', (t) => {
  const { folder, helm } = open(t)
  const { status, stderr } = helm([
    'pull',
    '--destination',
    folder,
    '--repo',
    'https://charts.example',
    'other',
  ])
  t.not(status, 0)
  t.regex(stderr, /no chart stands in for other: see ops\/argocd\/charts\.ts/)
})

function open(t: ExecutionContext) {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-test-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'bin'))
  writeCharts(join(folder, 'charts'), join(folder, 'bin'))
  const helm = (args: readonly string[], cwd = folder) =>
    spawnSync(join(folder, 'bin/helm'), args, { cwd, encoding: 'utf8', maxBuffer: 1 << 26 })
  return { folder, helm }
}

function fleetCharts(): Map<string, string> {
  const charts = new Map<string, string>()
  for (const cluster of readdirSync(clusters)) {
    const text = readFileSync(join(clusters, cluster, 'apps/applications.yaml'), 'utf8')
    for (const document of parseAllDocuments(text)) {
      for (const { chart, repoURL } of document.toJS().spec?.sources ?? [])
        if (chart) charts.set(chart, repoURL)
    }
  }
  return charts
}
