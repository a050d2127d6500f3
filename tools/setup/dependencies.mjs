import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join, sep } from 'node:path'
import { runWithProgress } from './progress.mjs'

/**
 * Whether node_modules holds what package-lock.json says, by npm's own record of what it installed.
 * @param {string} root
 */
export function dependenciesInstalled(root) {
  if (existsSync(unfinished(root)) || !existsSync(join(root, 'node_modules/.bin/node'))) return false
  try {
    const wanted = packagesIn(join(root, 'package-lock.json'))
    const installed = packagesIn(join(root, 'node_modules/.package-lock.json'))
    for (const [path, entry] of Object.entries(wanted)) {
      if (path === '') continue
      const found = installed[path]
      // What is for other platforms is in the lock alone.
      if (!found && (entry.optional || entry.devOptional)) continue
      if (!found || found.version !== entry.version || found.integrity !== entry.integrity) return false
    }
    return Object.keys(installed).every((path) => path in wanted)
  } catch {
    return false
  }
}

/**
 * `npm ci`, with the npm and Node of the machine: the Node in node_modules is about to be replaced.
 * @param {string} root
 */
export async function installDependencies(root) {
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes(`node_modules${sep}.bin`))
    .join(delimiter)
  const options = { cwd: root, env: { ...process.env, PATH: path } }
  const mark = unfinished(root)
  mkdirSync(dirname(mark), { recursive: true })
  writeFileSync(mark, '')
  await runWithProgress('dependencies', ['npm', 'ci', '--include=dev', '--no-audit', '--no-fund'], options)
  // Where install scripts are off, the package `node` stays without its binary.
  if (!existsSync(join(root, 'node_modules/.bin/node'))) {
    await runWithProgress('dependencies', ['npm', 'rebuild', 'node', '--ignore-scripts=false'], options)
  }
  rmSync(mark)
}

/** A file that stands while npm works: with it there, node_modules is not to be believed. */
function unfinished(root) {
  return join(root, '.cache/setup/npm-ci-unfinished')
}

function packagesIn(lock) {
  return JSON.parse(readFileSync(lock, 'utf8')).packages
}
