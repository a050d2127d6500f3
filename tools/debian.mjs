#!/usr/bin/env node
// Engines that neither npm nor Go brings come from Debian, for the tests alone. Where apt can be used (root on
// Debian) what is missing is installed; elsewhere the tests that need it skip, and this says so.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Debian packages by the program that tests look for. */
const engines = {
  prometheus: 'prometheus',
  promtool: 'prometheus',
  amtool: 'prometheus-alertmanager',
  'redis-server': 'redis-server',
  'redis-cli': 'redis-server',
}

/**
 * Installs the Debian packages whose programs are missing, where that can be done.
 * @param {(line: string) => void} say
 * @returns {string[]} programs that are still missing
 */
export function installEngines(say) {
  const missing = missingPrograms()
  if (missing.length === 0) return []
  const packages = [...new Set(missing.map((program) => engines[program]))]
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    say(`! ${missing.join(', ')} missing: tests that need them are skipped`)
    say(`  on Debian: sudo apt-get install --no-install-recommends ${packages.join(' ')}`)
    return missing
  }
  say(`… apt-get install ${packages.join(' ')}`)
  const failed = apt('install', packages) && (apt('update', []) || apt('install', packages))
  if (failed) {
    say(`! apt-get install ${packages.join(' ')}: ${failed}`)
    say('  tests that need them are skipped')
  }
  return missingPrograms()
}

function missingPrograms() {
  return Object.keys(engines).filter((program) => !onPath(program))
}

function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** @returns {string | undefined} the last line that apt said, if it failed */
function apt(verb, packages) {
  const recommends = verb === 'install' ? ['--no-install-recommends'] : []
  const { error, status, stderr } = spawnSync(
    'apt-get',
    [verb, '--yes', '--quiet', ...recommends, ...packages],
    {
      encoding: 'utf8',
      // At run level 1 Debian's packages start no service.
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    },
  )
  if (status === 0) return undefined
  return error?.message ?? stderr.trim().split('\n').at(-1) ?? `exit ${status}`
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = installEngines((line) => process.stderr.write(`${line}\n`)).length > 0 ? 1 : 0
}
