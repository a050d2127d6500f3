import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ExecutionContext } from 'ava'
import type { Arguments, Command, Terminal } from '../../bin/command.ts'

/** A remote with a small fleet on `main`, and a clone of it: real git, in a temporary folder. */
export interface TestClone {
  readonly folder: string
  /** The bare repository that `folder` was cloned from. */
  readonly remote: string
  /** Commits files to main and pushes it. @returns the commit */
  commit(subject: string, files?: Readonly<Record<string, string>>): string
  /** Runs git in the clone. */
  git(...args: readonly string[]): string
  /** The commit of a branch or tag of the remote; empty: there is none. */
  at(ref: string): string
}

/** The file of the router's one variant, which every site runs. */
export const router = 'rendered/apps/router/small/deployment-router.yaml'

export function deployment(image: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: router
  namespace: router
spec:
  template:
    spec:
      containers:
        - name: router
          image: ${image}
`
}

const site = { location: 'ams', region: 'eu-west-1', runs: { router: 'small' } }
const index = {
  version: 1,
  waves: ['canary', 'early', 'broad'],
  cost: { plannedUsdPerMonth: 100, budgetUsdPerMonth: 120, outsideUsdPerMonth: 0, lines: { k3s: 100 } },
  variants: { 'router/small': { layer: 'workloads', namespace: 'router', objects: 1 } },
  clusters: {
    ams1: { ...site, wave: 'canary', country: 'NL', cpu: 48 },
    fra1: { ...site, wave: 'canary', country: 'DE', cpu: 48 },
    sin1: { ...site, wave: 'canary', country: 'SG', cpu: 8 },
    'eu-west-1': { ...site, wave: 'canary', country: 'IE', cpu: 0, runs: {} },
    akl1: { ...site, wave: 'early', country: 'NZ', cpu: 8 },
    lis1: { ...site, wave: 'broad', country: 'PT', cpu: 8 },
  },
}

export function testClone(t: ExecutionContext): TestClone {
  const top = mkdtempSync(join(tmpdir(), 'waves-'))
  t.teardown(() => rmSync(top, { recursive: true, force: true }))
  const [remote, folder] = [join(top, 'remote.git'), join(top, 'clone')]
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', remote])
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', folder])
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim()
  git('config', 'user.name', 'Test')
  git('config', 'user.email', 'test@meridian.example')
  git('config', 'commit.gpgsign', 'false')
  git('remote', 'add', 'origin', remote)
  const clone: TestClone = {
    folder,
    remote,
    git,
    commit(subject, files = {}) {
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true })
        writeFileSync(join(folder, path), content)
      }
      git('add', '--all')
      git('commit', '--quiet', '--allow-empty', '--message', subject)
      git('push', '--quiet', 'origin', 'main')
      return git('rev-parse', 'HEAD')
    },
    at: (ref) =>
      execFileSync('git', ['-C', remote, 'for-each-ref', '--format=%(objectname)', ref], {
        encoding: 'utf8',
      }).trim(),
  }
  clone.commit('project: begin', { 'README.md': 'A fleet.\n' })
  clone.commit('rendered: the fleet', {
    'rendered/fleet.json': JSON.stringify(index),
    [router]: deployment('a'),
  })
  return clone
}

/** Runs a command in this process. */
export async function run(
  command: Command,
  positionals: readonly string[],
  options: Readonly<Record<string, string | true>> = {},
) {
  const lines: string[] = []
  const args: Arguments = {
    positionals,
    text(name) {
      const value = options[name]
      return typeof value === 'string' ? value : undefined
    },
    flag: (name) => options[name] === true,
  }
  const terminal: Terminal = {
    print: (text) => lines.push(text),
    json: (value) => lines.push(JSON.stringify(value)),
    note: () => {},
    progress: () => {},
    style: (_, text) => text,
  }
  const code = await command.run(args, terminal)
  return { code, text: lines.join('\n') }
}
