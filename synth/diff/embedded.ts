import { isMap } from './plain.ts'

/** The data in a text that is JSON, as ConfigMaps and charts' values carry it; `undefined`: it is plain text. */
export function embedded(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isMap(value) || Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
