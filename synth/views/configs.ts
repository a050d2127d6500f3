import type { ConfigFile, Data, TlsSettings, Upstream } from '../../policies/views.ts'
import { isData, parseData, textAt, textsAt } from './data.ts'

/** The files of a ConfigMap that are configuration, parsed; scripts and other texts are left out. */
export function configFiles(configMap: Data): readonly ConfigFile[] {
  const name = textAt(configMap, 'metadata', 'name')
  return Object.entries(textsAt(configMap, 'data')).flatMap(([file, text]) => {
    const parsed = parseFile(file, text)
    return parsed ? [{ configMap: name, file, ...parsed }] : []
  })
}

function parseFile(file: string, text: string): Pick<ConfigFile, 'format' | 'content'> | undefined {
  if (file.endsWith('.conf')) return { format: 'directives', content: directives(text) }
  const format = file.endsWith('.json') ? 'json' : /\.ya?ml$/.test(file) ? 'yaml' : undefined
  const content = format && parseData(text)
  return format && content ? { format, content } : undefined
}

/** Lines of `name value` as a map; the last of a name counts. */
export function directives(text: string, between: RegExp = /\s+/): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const [name = ''] = line.split(between, 1)
        return [name.trim(), line.slice(name.length).replace(between, '').trim()]
      }),
  )
}

/** Every URL in the file, wherever it stands. */
export function upstreamsIn({ file, content }: ConfigFile): readonly Upstream[] {
  return [...walk(content, '')].flatMap(({ at, value, parent }) => {
    const [, scheme, host] = typeof value === 'string' ? (url.exec(value) ?? []) : []
    if (typeof value !== 'string' || scheme === undefined || host === undefined) return []
    const inCluster = /\.svc(\.cluster\.local)?$/.test(host)
    return [{ file, at, url: value, scheme: scheme.toLowerCase(), host, inCluster, beside: parent }]
  })
}

/** scheme://[user@]host (RFC 3986, 3). */
const url = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(?:[^/@]*@)?([^/:?#]*)/

/** Every object under `tls` or `tls_config` in the file. */
export function tlsIn({ file, content }: ConfigFile): readonly TlsSettings[] {
  return [...walk(content, '')].flatMap(({ at, value }) =>
    /\/tls(_config)?$/.test(at) && isData(value) ? [{ file, at, settings: value }] : [],
  )
}

interface Place {
  /** JSON pointer. */
  readonly at: string
  readonly value: unknown
  /** The nearest object around it. */
  readonly parent: Data
}

function* walk(value: unknown, at: string, parent: Data = {}): Generator<Place> {
  yield { at, value, parent }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* walk(item, `${at}/${index}`, parent)
  } else if (isData(value)) {
    for (const [key, item] of Object.entries(value)) {
      yield* walk(item, `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, value)
    }
  }
}
