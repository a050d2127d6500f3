import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SynthError } from '../errors.ts'
import { type ChangedPath, failed, folder } from './git.ts'

/** A changed file with its bytes, which are only lent: copy what is kept. `undefined`: the file is not there. */
export type TakePair = (path: string, before: Buffer | undefined, after: Buffer | undefined) => void

/**
 * Reads both sides of every changed path, through one `git cat-file`, while the paths still come in.
 *
 * Ten thousand clusters' lists are 300 MB: bytes go from git's pipe into two buffers that are used again and again.
 *
 * @throws {SynthError} when an object is missing, as in a partial clone
 */
export async function readPairs(
  root: string,
  paths: AsyncIterable<ChangedPath> | Iterable<ChangedPath>,
  take: TakePair,
): Promise<void> {
  const child = spawn('git', ['-C', root, 'cat-file', '--batch', '--buffer'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const queue: ChangedPath[] = []
  let words = ''
  child.stderr.on('data', (chunk) => {
    words += chunk
  })
  // A git that ends early closes its end; why it did is told by its exit code.
  child.stdin.on('error', () => undefined)
  const end = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  end.catch(() => undefined)
  const answer = pairer(root, queue, take)
  const reading = readAnswers(child.stdout, answer)
  reading.catch(() => child.kill())
  try {
    let batch = ''
    for await (const changed of paths) {
      queue.push(changed)
      for (const id of [changed.before, changed.after]) if (id && id !== 'worktree') batch += `${id}\n`
      if (batch.length > 16_384) {
        child.stdin.write(batch)
        batch = ''
      }
    }
    child.stdin.end(batch)
  } catch (error) {
    child.kill()
    throw error
  }
  await reading
  if ((await end) !== 0) throw failed(root, ['cat-file'], words)
  // Those that need nothing of git: both sides lie on the disk, or are not there.
  answer()
}

type Answer = (content?: Buffer) => void

/** Gives contents, in the order in which they were asked for, to the paths that asked. */
function pairer(root: string, queue: ChangedPath[], take: TakePair): Answer {
  let held: Buffer | undefined
  let scratch: Buffer = Buffer.allocUnsafe(1 << 16)
  let at = 0
  return (content) => {
    while (at < queue.length || content) {
      const changed = queue[at]
      if (!changed) return
      const wantsBefore = changed.before !== undefined && held === undefined
      const wantsAfter = changed.after !== undefined && changed.after !== 'worktree'
      if (wantsBefore) {
        if (!content) return
        if (scratch.length < content.length) scratch = Buffer.allocUnsafe(content.length * 2)
        content.copy(scratch)
        held = scratch.subarray(0, content.length)
        content = undefined
        if (wantsAfter) return
      }
      if (wantsAfter && !content) return
      const after = wantsAfter
        ? content
        : changed.after
          ? readFileSync(join(root, folder, changed.path))
          : undefined
      if (wantsAfter) content = undefined
      take(changed.path, held, after)
      held = undefined
      at++
      if (at > 4096) {
        queue.splice(0, at)
        at = 0
      }
    }
  }
}

/** Reads `<id> <type> <size>\n<content>\n` again and again. */
async function readAnswers(chunks: AsyncIterable<Buffer>, answer: Answer): Promise<void> {
  let content: Buffer = Buffer.allocUnsafe(1 << 16)
  let header = ''
  let size = -1
  let filled = 0
  for await (const chunk of chunks) {
    let at = 0
    while (at < chunk.length) {
      if (size < 0) {
        const line = chunk.indexOf(10, at)
        header += chunk.toString('latin1', at, line < 0 ? chunk.length : line)
        if (line < 0) break
        at = line + 1
        size = sizeOf(header)
        header = ''
        filled = 0
        if (content.length < size) content = Buffer.allocUnsafe(size * 2)
      }
      const take = Math.min(size - filled, chunk.length - at)
      chunk.copy(content, filled, at, at + take)
      filled += take
      at += take
      // The newline after the content ends the answer.
      if (filled < size || at >= chunk.length) continue
      at++
      const whole = content.subarray(0, size)
      size = -1
      answer(whole)
    }
  }
}

function sizeOf(header: string): number {
  const size = Number(header.split(' ')[2])
  if (Number.isInteger(size)) return size
  throw new SynthError(
    header.split(' ')[0] ?? header,
    'this object is not in the clone',
    'this clone is partial: clone again without --filter',
  )
}
