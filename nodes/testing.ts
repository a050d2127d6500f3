import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A folder that stands for a node's root, in which tests run its scripts with stand-ins for what they call. */
export interface FakeNode {
  readonly root: string
  /** Writes a file of the node, given its path there. */
  write(path: string, content: string): void
  /** A file of the node; `undefined`: it is not there. */
  read(path: string): string | undefined
  /** Puts a program of that name before the real ones; `script` is the body of a bash script. */
  command(name: string, script: string): void
  run(script: string): Promise<{ readonly code: number; readonly output: string }>
}

/** Paths that scripts of a node name. */
const absolute = /(?<![\w.$}/])\/(etc|run|var|usr\/local)\//g

export function fakeNode(): FakeNode {
  const root = mkdtempSync(join(tmpdir(), 'meridian-node-'))
  const inside = (text: string) => text.replaceAll(absolute, `${root}/$1/`)
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), inside(content))
  }
  return {
    root,
    write,
    read: (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined),
    command(name, script) {
      write(`bin/${name}`, `#!/bin/bash\n${script}\n`)
      chmodSync(join(root, 'bin', name), 0o755)
    },
    run(script) {
      write('script.sh', script)
      const env = { ...process.env, PATH: `${root}/bin:${process.env.PATH}` }
      return new Promise((resolve) => {
        execFile('bash', [join(root, 'script.sh')], { env }, (error, stdout, stderr) =>
          resolve({ code: error ? Number(error.code ?? 1) : 0, output: `${stdout}${stderr}` }),
        )
      })
    },
  }
}
