import { globSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

export interface Stack {
  /** The folder under platform/. */
  readonly program: string
  readonly stack: string
}

/** Every stack of the cloud: a file `platform/<program>/Pulumi.<stack>.yaml` beside a `Pulumi.yaml`. */
export function stacks(root: string): readonly Stack[] {
  const programs = globSync('platform/*/Pulumi.yaml', { cwd: root }).map(dirname)
  return programs.toSorted().flatMap((folder) =>
    globSync(`${folder}/Pulumi.*.yaml`, { cwd: root })
      .toSorted()
      .map((file) => ({ program: basename(folder), stack: basename(file).split('.')[1] ?? '' })),
  )
}

if (import.meta.main) console.log(JSON.stringify(stacks(join(import.meta.dirname, '../..'))))
