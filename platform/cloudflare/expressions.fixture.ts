/** As far as our rules look. */
export interface Request {
  readonly host: string
  readonly path: string
  /** @default GET */
  readonly method?: string
}

/** Whether a request fits an expression of Cloudflare's rules language, as far as our rules use it. */
export function matches(expression: string, { host, path, method = 'GET' }: Request): boolean {
  const tokens = expression.match(/"(?:[^"\\]|\\.)*"|[\w.]+|[(){},]/g) ?? []
  let at = 0
  const next = () => tokens[at++]
  const expect = (token: string) => {
    const found = next()
    if (found !== token) throw new Error(`expected ${token}, found ${found} in ${expression}`)
  }
  const text = () => JSON.parse(next() ?? '""') as string
  const field = (name: string | undefined) => {
    const fields: Record<string, string> = {
      'http.host': host,
      'http.request.uri.path': path,
      'http.request.method': method,
    }
    const value = name === undefined ? undefined : fields[name]
    if (value === undefined) throw new Error(`no field ${name} in ${expression}`)
    return value
  }
  const comparison = (): boolean => {
    const value = field(next())
    const operator = next()
    if (operator === 'eq') return value === text()
    if (operator !== 'in') throw new Error(`no operator ${operator} in ${expression}`)
    expect('{')
    const set: string[] = []
    while (tokens[at] !== '}') set.push(text())
    expect('}')
    return set.includes(value)
  }
  const term = (): boolean => {
    if (tokens[at] === 'not') {
      expect('not')
      return !term()
    }
    if (tokens[at] === '(') {
      expect('(')
      const value = either()
      expect(')')
      return value
    }
    if (tokens[at] !== 'starts_with') return comparison()
    expect('starts_with')
    expect('(')
    const value = field(next())
    expect(',')
    const begins = value.startsWith(text())
    expect(')')
    return begins
  }
  // Each side is read, whatever the other says.
  const both = (): boolean => {
    let value = term()
    while (tokens[at] === 'and') {
      expect('and')
      value = term() && value
    }
    return value
  }
  const either = (): boolean => {
    let value = both()
    while (tokens[at] === 'or') {
      expect('or')
      value = both() || value
    }
    return value
  }
  const value = either()
  if (at < tokens.length) throw new Error(`${tokens[at]} is left over in ${expression}`)
  return value
}
