import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { certificatePath } from '../_lib/identity.ts'
import { keeperScript, readyScript } from './keeper.ts'
import { redisConf, usersFolder } from './redis-conf.ts'
import { usersAcl } from './users.ts'

/** What a test on a real Redis needs and this machine lacks; undefined: nothing. */
export function missing(): string | undefined {
  if (process.platform !== 'linux') return 'Linux, whose loopback has many addresses'
  return ['redis-server', 'redis-cli', 'openssl', 'getent', 'awk'].find(
    (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0,
  )
}

/** A site's pods as local processes: each a Redis and its keeper, on a loopback address of its own. */
export class LocalRedis {
  readonly #folder = mkdtempSync(join(tmpdir(), 'meridian-cache-'))
  readonly #network = `127.${64 + (process.pid % 128)}.${process.pid % 251}`
  readonly #pods = new Map<number, { redis: ChildProcess; keeper: ChildProcess }>()
  readonly #masters: number
  #passwords: Record<string, string> = { router: 'r-1', keeper: 'k-1', exporter: 'e-1' }

  constructor(masters: number) {
    this.#masters = masters
    mkdirSync(join(this.#folder, 'tls'))
    openssl('req', '-x509', ...newKey(this.#tls('ca.key')), '-out', this.#tls('ca.crt'), '-subj', '/CN=ca')
    this.newCertificate()
    this.newPasswords(this.#passwords)
  }

  /** A pod's address; each `generation` gives all pods other ones, as Kubernetes may. */
  address(ordinal: number, generation = 0): string {
    return `${this.#network}.${10 + generation * 10 + ordinal}`
  }

  start(ordinal: number, generation = 0): void {
    const data = join(this.#folder, `data-${ordinal}`)
    mkdirSync(data, { recursive: true })
    const address = this.address(ordinal, generation)
    const conf = join(this.#folder, `redis-${ordinal}.conf`)
    const text = redisConf({ maxMemoryMiB: 32, masters: this.#masters })
      .replaceAll(certificatePath, join(this.#folder, 'tls'))
      .replaceAll(usersFolder, this.#folder)
      .replace('dir /data', `dir ${data}`)
      .replace('bind * -::*', `bind ${address}`)
    writeFileSync(conf, text)
    const peers = Array.from({ length: this.#masters }, (_, other) => this.address(other, generation))
    const env = {
      ...process.env,
      NAME: `cache-${ordinal}`,
      ADDRESS: address,
      PEERS: this.#masters > 1 ? peers.join(' ') : '',
      TLS: join(this.#folder, 'tls'),
      USERS: join(this.#folder, 'users.acl'),
      PASSWORD: join(this.#folder, 'keeper-password'),
      INTERVAL: '0.5',
    }
    const redis = spawn('redis-server', [conf, '--cluster-announce-ip', address], { stdio: 'ignore' })
    this.#pods.set(ordinal, { redis, keeper: spawn('sh', ['-c', keeperScript], { env, stdio: 'ignore' }) })
  }

  async stop(ordinal: number): Promise<void> {
    const pod = this.#pods.get(ordinal)
    this.#pods.delete(ordinal)
    for (const process of pod ? [pod.keeper, pod.redis] : []) {
      if (process.exitCode !== null) continue
      const ended = new Promise((resolve) => process.once('exit', resolve))
      process.kill('SIGKILL')
      await ended
    }
  }

  loseVolume(ordinal: number): void {
    rmSync(join(this.#folder, `data-${ordinal}`), { recursive: true })
  }

  /** As the CSI driver does: all files, each by a rename. @returns its serial number */
  newCertificate(): string {
    const [key, certificate] = [this.#tls('new.key'), this.#tls('new.crt')]
    const by = ['-CA', this.#tls('ca.crt'), '-CAkey', this.#tls('ca.key')]
    openssl('req', '-x509', ...newKey(key), '-out', certificate, '-subj', '/CN=cache', ...by)
    renameSync(key, this.#tls('tls.key'))
    renameSync(certificate, this.#tls('tls.crt'))
    return openssl('x509', '-in', this.#tls('tls.crt'), '-noout', '-serial')
  }

  /** As External Secrets does: the users' file with digests in the template's place, the keeper's password. */
  newPasswords(passwords: Record<string, string>): void {
    this.#passwords = passwords
    const acl = usersAcl.replace(/\{\{ \.(\w+) \| sha256sum \}\}/g, (_, user: string) =>
      createHash('sha256')
        .update(passwords[user] ?? '')
        .digest('hex'),
    )
    writeFileSync(join(this.#folder, 'users.acl'), `${acl}\n`)
    writeFileSync(join(this.#folder, 'keeper-password'), passwords.keeper ?? '')
  }

  /** What Redis answers a user, its errors included. */
  ask(user: string, address: string, ...command: string[]): string {
    const tls = [
      '--tls',
      '--cacert',
      this.#tls('ca.crt'),
      '--cert',
      this.#tls('tls.crt'),
      '--key',
      this.#tls('tls.key'),
    ]
    const { stdout, stderr } = spawnSync(
      'redis-cli',
      ['--no-auth-warning', '-c', '--user', user, '-h', address, ...tls, ...command],
      { encoding: 'utf8', env: { ...process.env, REDISCLI_AUTH: this.#passwords[user] ?? '-' } },
    )
    return `${stdout}${stderr}`.trim()
  }

  /** Whether the readiness probe says yes. */
  ready(address: string, mode: 'alone' | 'cluster'): boolean {
    const script = readyScript
      .replaceAll(certificatePath, join(this.#folder, 'tls'))
      .replace('127.0.0.1', address)
    return spawnSync('sh', ['-c', script, 'ready.sh', mode]).status === 0
  }

  askWithoutCertificate(address: string): string {
    const args = ['-h', address, '--tls', '--cacert', this.#tls('ca.crt'), 'ping']
    const { stdout, stderr } = spawnSync('redis-cli', args, { encoding: 'utf8' })
    return `${stdout}${stderr}`.trim()
  }

  /** The serial number of the certificate that Redis presents. */
  presented(address: string): string {
    const own = `-cert ${this.#tls('tls.crt')} -key ${this.#tls('tls.key')}`
    const script = `openssl s_client -connect ${address}:6379 ${own} </dev/null 2>/dev/null | openssl x509 -noout -serial`
    return spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout
  }

  async end(): Promise<void> {
    for (const ordinal of [...this.#pods.keys()]) await this.stop(ordinal)
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #tls(file: string): string {
    return join(this.#folder, 'tls', file)
  }
}

/** Waits until something holds, at most half a minute. */
export async function until(holds: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    if (holds()) return true
    await sleep(300)
  }
  return false
}

function newKey(file: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file, '-days', '1']
}

function openssl(...args: string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}
