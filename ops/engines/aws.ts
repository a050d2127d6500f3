import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BuildError } from './build.ts'
import { cacheFolder, keepNewest, publish } from './cache.ts'

/** What plays AWS in tests: moto for its APIs, DynamoDB Local for the data of its tables. */
export interface AwsEngines {
  /** The Python interpreter that has moto. */
  readonly python: string
  /** The folder of DynamoDB Local's libraries; undefined where it is not wanted, or Java or Maven is missing. */
  readonly dynamoDb: string | undefined
}

/**
 * Installs moto (PyPI) and DynamoDB Local (Maven Central), pinned, into this user's cache, where they stay.
 * @throws {BuildError} where they cannot be had: what pip or Maven said
 */
export async function installAws(withDynamoDb: boolean): Promise<AwsEngines> {
  const can = withDynamoDb && missingForAws().dynamoDb.length === 0
  const [python, dynamoDb] = await Promise.all([moto(), can ? dynamoDbLocal() : undefined])
  return { python, dynamoDb }
}

/** The programs that this machine lacks for each. */
export function missingForAws(): { readonly moto: readonly string[]; readonly dynamoDb: readonly string[] } {
  const lacks = (program: string, ...args: string[]) =>
    spawnSync(program, args, { stdio: 'ignore' }).status === 0 ? [] : [program]
  return {
    // Debian splits what `venv` needs off Python.
    moto: lacks('python3', '-c', 'import ensurepip, venv'),
    dynamoDb: [...lacks('java', '-version'), ...lacks('mvn', '--version')],
  }
}

async function moto(): Promise<string> {
  const requirements = join(import.meta.dirname, 'moto/requirements.txt')
  const folder = stored('moto', requirements, run('python3', ['--version']))
  if (!existsSync(folder)) {
    await publish(folder, async (beside) => {
      await runSlowly('python3', ['-m', 'venv', beside])
      const from = ['--require-hashes', '--only-binary', ':all:', '--requirement', requirements]
      const quiet = ['--quiet', '--no-input', '--disable-pip-version-check']
      await runSlowly(join(beside, 'bin/python'), ['-m', 'pip', 'install', ...quiet, ...from])
    })
  }
  keepNewest(folder, 'moto-')
  return join(folder, 'bin/python')
}

async function dynamoDbLocal(): Promise<string> {
  const pom = join(import.meta.dirname, 'dynamodb/pom.xml')
  const folder = stored('dynamodb', pom, process.platform)
  if (!existsSync(folder)) {
    const goal = 'org.apache.maven.plugins:maven-dependency-plugin:2.8:copy-dependencies'
    await publish(folder, (beside) =>
      runSlowly('mvn', ['--batch-mode', '--quiet', '--file', pom, goal, `-DoutputDirectory=${beside}`]),
    )
  }
  keepNewest(folder, 'dynamodb-')
  return folder
}

/** The place of an engine in the cache: its key is what pins it, and what runs it. */
function stored(name: string, pins: string, runtime: string): string {
  const key = createHash('sha256')
    .update(readFileSync(pins))
    .update(`\0${runtime}\0${process.arch}`)
    .digest('hex')
  return join(cacheFolder(), 'engines', `${name}-${key.slice(0, 16)}`)
}

function run(program: string, args: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (error || status !== 0) throw new BuildError(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`)
  return stdout
}

/** The same without holding up everything else. */
function runSlowly(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
    }
    child.once('error', (error) => reject(new BuildError(`${program}: ${error.message}`)))
    child.once('close', (status) => {
      if (status === 0) resolve()
      else reject(new BuildError(`${program} ${args.join(' ')}:\n${said.trim()}`))
    })
  })
}
