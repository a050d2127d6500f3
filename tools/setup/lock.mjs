import { linkSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const beatMs = 2_000
const forgottenMs = 60_000

/**
 * Runs `work` while this process alone holds the lock at `path`; waits while another one holds it.
 *
 * The file holds the process id of its owner, who touches it every two seconds. An owner that died, or that
 * was silent for a minute, is passed over.
 * @template T
 * @param {string} path
 * @param {(owner: string) => void} waiting called once, before the wait
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, waiting, work) {
  mkdirSync(dirname(path), { recursive: true })
  for (let told = false; !take(path); told = true) {
    if (!told) waiting(owner(path))
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  const release = () => {
    if (owner(path) === String(process.pid)) rmSync(path, { force: true })
  }
  const beat = setInterval(() => {
    const now = new Date()
    // Somebody who clears .cache away takes the lock with it; the work itself is atomic.
    try {
      utimesSync(path, now, now)
    } catch {}
  }, beatMs)
  process.once('exit', release)
  try {
    return await work()
  } finally {
    clearInterval(beat)
    process.removeListener('exit', release)
    release()
  }
}

function take(path) {
  const mine = `${path}.${process.pid}`
  writeFileSync(mine, String(process.pid))
  try {
    // A link appears with its content, so nobody reads a lock without an owner.
    linkSync(mine, path)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    if (forgotten(path)) rmSync(path, { force: true })
    return false
  } finally {
    rmSync(mine, { force: true })
  }
}

function forgotten(path) {
  try {
    if (Date.now() - statSync(path).mtimeMs > forgottenMs) return true
    process.kill(Number(owner(path)), 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}

function owner(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
