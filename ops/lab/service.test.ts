import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { LabError } from './errors.ts'
import { startGuardian } from './guardian.ts'
import { type ServiceSettings, service } from './service.ts'

test('a service that ends while it starts is an error with the end of its log', async (t) => {
  const { make } = open(t)
  const broken = make('echo first; echo the disk is full >&2; exit 3', {
    ready: () => Promise.resolve(false),
  })
  const error = await t.throwsAsync(broken.start(), { instanceOf: LabError })
  t.regex(error?.message ?? '', /shell ended while it started:\nfirst\nthe disk is full/)
  t.is(broken.pid(), undefined)
})

test('a service is started once it is ready, and again after it was killed', async (t) => {
  const { folder, make } = open(t)
  const mark = join(folder, 'ready')
  const lasting = make(`touch ${mark}; exec sleep 600`, { ready: async () => existsSync(mark) })
  await lasting.start()
  const first = lasting.pid()
  await lasting.kill()
  t.is(lasting.pid(), undefined)
  t.false(runs(first))
  rmSync(mark)
  await lasting.start()
  t.true(runs(lasting.pid()))
  t.not(lasting.pid(), first)
  await lasting.stop()
})

test('what a service started goes with it', async (t) => {
  const { folder, make } = open(t)
  const child = join(folder, 'child')
  const parent = make(`sleep 600 & echo $! > ${child}.new; mv ${child}.new ${child}; wait`, {
    ready: async () => existsSync(child),
  })
  await parent.start()
  const pid = Number(readFileSync(child, 'utf8'))
  t.true(runs(pid))
  await parent.kill()
  t.true(await soon(() => !runs(pid)))
})

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test(`processes and folder go with the process that started them, by ${signal} too`, async (t) => {
    const program = join(open(t).folder, 'program.ts')
    writeFileSync(
      program,
      `import { mkdtempSync } from 'node:fs'
import { startGuardian } from '${join(import.meta.dirname, 'guardian.ts')}'
import { service } from '${join(import.meta.dirname, 'service.ts')}'
const folder = mkdtempSync('${join(tmpdir(), 'meridian-test-')}')
const sleeper = service(
  { name: 'sleeper', binary: '/bin/sleep', args: ['600'], env: {}, log: folder + '/log' },
  startGuardian(folder),
)
await sleeper.start()
console.log(JSON.stringify({ folder, pid: sleeper.pid() }))
setInterval(() => {}, 1000)
`,
    )
    const started = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
    const { folder, pid } = await firstLine(started)
    t.true(runs(pid))
    t.true(existsSync(folder))
    started.kill(signal)
    t.true(await soon(() => !runs(pid) && !existsSync(folder)))
  })
}

function open(t: ExecutionContext) {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-test-'))
  const guardian = startGuardian(folder)
  t.teardown(() => guardian.end())
  const make = (script: string, settings: Partial<ServiceSettings>) =>
    service(
      {
        name: 'shell',
        binary: '/bin/sh',
        args: ['-c', script],
        env: { PATH: process.env.PATH ?? '' },
        log: join(folder, 'log'),
        ...settings,
      },
      guardian,
    )
  return { folder, make }
}

async function firstLine({ stdout }: ChildProcess): Promise<{ folder: string; pid: number }> {
  if (!stdout) throw new Error('no stdout')
  for await (const line of createInterface({ input: stdout })) return JSON.parse(line)
  throw new Error('no line')
}

function runs(pid: number | undefined): boolean {
  if (pid === undefined) return false
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  // Killed, but nobody has asked for its exit code yet: it runs no more.
  return !/^State:\s+Z/m.test(
    existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '',
  )
}

/** Whether it comes true; waits as long as a busy machine may need. */
async function soon(check: () => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (check()) return true
    await sleep(100)
  }
  return false
}
