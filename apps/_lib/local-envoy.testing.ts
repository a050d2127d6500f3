import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { certificatePath } from './identity.ts'

/** The Envoy to run: a path, or the name of one on the PATH. */
const envoy = process.env.MERIDIAN_ENVOY ?? 'envoy'

/** What this machine lacks to run proxies, if anything. */
export function missing(): string | undefined {
  return [envoy, 'openssl'].find((program) => spawnSync(program, ['--version']).error)
}

export interface Credentials {
  readonly cert: string
  readonly key: string
}

/** An authority and proxies as local processes, with the very files that a workload mounts. */
export class LocalProxies {
  readonly #folder = mkdtempSync(join(tmpdir(), 'meridian-envoy-'))
  readonly #running: ChildProcess[] = []
  #serial = 0

  constructor() {
    this.#openssl(
      ...['req', '-x509', ...newKey(this.#at('ca.key')), '-subj', '/CN=root', '-out', this.#at('ca.crt')],
    )
  }

  /** The authority's own certificate. */
  get authority(): string {
    return this.#at('ca.crt')
  }

  /** A certificate of the authority. @param name `URI:spiffe://…` or `DNS:…` */
  certificate(name: string): Credentials {
    const at = (suffix: string) => this.#at(`${this.#serial}.${suffix}`)
    this.#serial++
    const pair = { cert: at('crt'), key: at('key') }
    this.#openssl(
      ...['req', ...newKey(pair.key), '-subj', '/CN=', '-addext', `subjectAltName=${name}`],
      ...['-CA', this.#at('ca.crt'), '-CAkey', this.#at('ca.key'), '-x509', '-out', pair.cert],
    )
    return pair
  }

  /** Puts a certificate where a proxy finds it, by a swap as the kubelet and the CSI driver do it. */
  mount(folder: string, { cert, key }: Credentials): void {
    const at = join(this.#folder, folder)
    const data = `..${this.#serial++}`
    mkdirSync(join(at, data), { recursive: true })
    cpSync(cert, join(at, data, 'tls.crt'))
    cpSync(key, join(at, data, 'tls.key'))
    cpSync(this.authority, join(at, data, 'ca.crt'))
    symlinkSync(data, join(at, '..next'))
    renameSync(join(at, '..next'), join(at, '..data'))
    for (const file of ['tls.crt', 'tls.key', 'ca.crt']) {
      try {
        symlinkSync(join('..data', file), join(at, file))
      } catch {
        // There from the first time.
      }
    }
  }

  /**
   * Runs a workload's proxy.
   *
   * @param replace texts of its files by what stands there on this machine: folders of certificates, hosts, ports
   */
  async start(
    workload: string,
    files: Readonly<Record<string, string>>,
    ready: number,
    replace: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const folder = this.#at(`${workload}-config`)
    mkdirSync(folder, { recursive: true })
    for (const [file, text] of Object.entries(files).filter(([file]) =>
      /^(envoy|sds-\w+)\.json$/.test(file),
    )) {
      const here = Object.entries({
        [`/etc/${workload}/`]: `${folder}/`,
        [certificatePath]: this.#at(workload),
        ...replace,
      }).reduce((sum, [from, to]) => sum.replaceAll(from, to), text)
      writeFileSync(join(folder, file), here)
    }
    const child = spawn(envoy, ['-c', join(folder, 'envoy.json'), '--disable-hot-restart', '-l', 'error'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#running.push(child)
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk
    })
    for (let tries = 0; tries < 100; tries++) {
      if (child.exitCode !== null) throw new Error(`envoy of ${workload} ended: ${said}`)
      if (await opens(ready)) return
      await sleep(100)
    }
    throw new Error(`envoy of ${workload} does not listen: ${said}`)
  }

  folder(name: string): string {
    return this.#at(name)
  }

  end(): void {
    for (const child of this.#running) child.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #at(path: string): string {
    return join(this.#folder, path)
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { stdio: 'ignore' })
  }
}

/** A port that nobody has, now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

function opens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => socket.end() && resolve(true))
    socket.once('error', () => resolve(false))
  })
}

function newKey(file: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file, '-days', '1']
}
