import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The content of files and folders (with all below them) as one hash.
 * @param {string} root
 * @param {readonly string[]} paths from the root
 * @returns {string}
 */
export function hashOf(root, paths) {
  const hash = createHash('sha256')
  for (const path of paths) addTo(hash, root, path)
  return hash.digest('hex')
}

function addTo(hash, root, path) {
  const full = join(root, path)
  const entry = statSync(full, { throwIfNoEntry: false })
  hash.update(`\0${path}\0`)
  if (entry?.isFile()) hash.update(readFileSync(full))
  if (entry?.isDirectory()) for (const name of readdirSync(full).sort()) addTo(hash, root, `${path}/${name}`)
}
