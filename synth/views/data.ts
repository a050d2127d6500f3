import { parse } from 'yaml'
import type { Data } from '../../policies/views.ts'

/** The mapping at the end of the keys; empty where there is none. */
export function dataAt(value: unknown, ...keys: readonly string[]): Data {
  const found = at(value, keys)
  return isData(found) ? found : {}
}

/** The list at the end of the keys; empty where there is none. */
export function listAt(value: unknown, ...keys: readonly string[]): readonly unknown[] {
  const found = at(value, keys)
  return Array.isArray(found) ? found : []
}

/** The string at the end of the keys; '' where there is none. */
export function textAt(value: unknown, ...keys: readonly string[]): string {
  const found = at(value, keys)
  return typeof found === 'string' ? found : ''
}

/** The number at the end of the keys. */
export function numberAt(value: unknown, ...keys: readonly string[]): number | undefined {
  const found = at(value, keys)
  return typeof found === 'number' ? found : undefined
}

/** The strings of a mapping. */
export function textsAt(value: unknown, ...keys: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(dataAt(value, ...keys)).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
}

export function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A mapping out of JSON or YAML; undefined where the text is none. */
export function parseData(text: string): Data | undefined {
  const value: unknown = text.trimStart().startsWith('{') ? jsonOrUndefined(text) : yamlOrUndefined(text)
  return isData(value) ? value : undefined
}

function at(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce((inner, key) => (isData(inner) ? inner[key] : undefined), value)
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function yamlOrUndefined(text: string): unknown {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}
