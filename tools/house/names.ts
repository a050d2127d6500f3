import { posix } from 'node:path'
import type { Source } from './parse.ts'

const empty = /^(utils?|helpers?|common|shared|misc|types|index)$/

/** Names that say nothing of what is inside, and files with nothing inside. */
export function wrongNames({ path, barrel }: Source): readonly string[] {
  const wrong: string[] = []
  const [folder, file] = [posix.dirname(path), posix.basename(path).split('.')[0] ?? '']
  const part = [...folder.split('/'), file].find((name) => empty.test(name))
  if (part)
    wrong.push(`${path} is called ${part}, which says nothing: name it after the one thing that it does`)
  if (barrel) {
    wrong.push(`${path} only passes on what other files export: import from those, where the code is`)
  }
  return wrong
}
