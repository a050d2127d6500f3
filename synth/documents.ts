import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One distinct YAML document of the rendered tree, and every file that holds it (paths from the tree's root). */
export interface Document {
  readonly text: string
  readonly files: readonly string[]
}

/** Files that hold no Kubernetes objects: chart values, and what nodes read themselves. */
const notObjects =
  /\/values\.yaml$|^clusters\/[^/]+\/node\/|^nodes\/[^/]+\/(config|registries)\.yaml$|^cloud\//

/** Reads every Kubernetes object under `dir`, each distinct text once: clusters share most of theirs. */
export function readDocuments(dir: string): readonly Document[] {
  const documents = new Map<string, string[]>()
  for (const path of yamlFiles(dir)) {
    if (notObjects.test(path)) continue
    for (const text of readFileSync(join(dir, path), 'utf8').split(/^---\n/m)) {
      if (text.trim() === '') continue
      const files = documents.get(text)
      if (files) files.push(path)
      else documents.set(text, [path])
    }
  }
  return [...documents].map(([text, files]) => ({ text, files }))
}

function* yamlFiles(dir: string, folder = ''): Generator<string> {
  const entries = readdirSync(join(dir, folder), { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder ? `${folder}/${entry.name}` : entry.name
    if (entry.isDirectory()) yield* yamlFiles(dir, path)
    else if (entry.name.endsWith('.yaml')) yield path
  }
}
