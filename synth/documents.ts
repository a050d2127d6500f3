import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One distinct YAML document of the rendered tree, and every file that holds it (paths from the tree's root). */
export interface Document {
  readonly text: string
  readonly files: readonly string[]
}

/** Files and folders that hold no Kubernetes objects: chart values, what nodes read themselves, the cloud. */
const notObjects = /\/values\.yaml$|^clusters\/[^/]+\/node$|^nodes\/[^/]+\/(config|registries)\.yaml$|^cloud$/

/**
 * Reads every Kubernetes object under `dir`, each distinct text once: clusters share most of theirs. What clusters
 * have of their own and differs in nothing but the cluster's name (of equal length) is one document too, with the
 * text that the first of them has: of 10,000 clusters' files a few hundred are left.
 */
export function readDocuments(dir: string): readonly Document[] {
  const documents = new Map<string, { readonly text: string; readonly holders: (readonly string[])[] }>()
  const files = new Map<string, string[]>()
  for (const path of yamlFiles(dir)) {
    const content = readFileSync(join(dir, path), 'utf8')
    const shape = shapeOf(content, path)
    const twins = files.get(shape)
    if (twins) {
      twins.push(path)
      continue
    }
    const holders = [path]
    files.set(shape, holders)
    for (const text of partsOf(content)) {
      const key = shapeOf(text, path)
      const document = documents.get(key)
      if (document) document.holders.push(holders)
      else documents.set(key, { text, holders: [holders] })
    }
  }
  return [...documents.values()].map(({ text, holders }) => ({ text, files: [...new Set(holders.flat())] }))
}

/** Reads the cloud resources under `dir`, `cloud/<stack>.yaml`: documents that the cloud rules judge. */
export function readCloudDocuments(dir: string): readonly Document[] {
  if (!existsSync(join(dir, 'cloud'))) return []
  return [...yamlFiles(dir, 'cloud')].flatMap((path) =>
    documentsIn(readFileSync(join(dir, path), 'utf8'), path),
  )
}

/** The documents of one file. */
export function documentsIn(content: string, path: string): readonly Document[] {
  return partsOf(content).map((text) => ({ text, files: [path] }))
}

function* yamlFiles(dir: string, folder = ''): Generator<string> {
  const entries = readdirSync(join(dir, folder), { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder ? `${folder}/${entry.name}` : entry.name
    if (notObjects.test(path)) continue
    if (entry.isDirectory()) yield* yamlFiles(dir, path)
    else if (entry.name.endsWith('.yaml')) yield path
  }
}

function partsOf(content: string): string[] {
  return content.split(/^---\n/m).filter((text) => text.trim() !== '')
}

/** The text without the name of the cluster whose it is, where that stands as a word. */
function shapeOf(text: string, path: string): string {
  const cluster = /^clusters\/([a-z0-9-]+)\//.exec(path)?.[1]
  if (cluster === undefined) return text
  return text.replaceAll(
    new RegExp(`(?<![A-Za-z0-9])${cluster}(?![A-Za-z0-9])`, 'g'),
    '\0'.repeat(cluster.length),
  )
}
