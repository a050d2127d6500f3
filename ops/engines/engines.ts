/** A program built from a Go module of this repository. */
export type Engine = {
  /** The binary's name in `.cache/bin/`. */
  readonly name: string
  /** The folder with go.mod and go.sum, from the repository's root. */
  readonly folder: string
  /** The package to build: an import path that go.mod requires, or `.`. */
  readonly package: string
  /** What the linker sets, as `importpath.name=value`. Default: nothing. */
  readonly set?: readonly string[]
}

/** Every engine, by name. A new one is a folder with a go.mod and a line here. */
export const engines: readonly Engine[] = [
  {
    name: 'kubeconform',
    folder: 'ops/engines/kubeconform',
    package: 'github.com/yannh/kubeconform/cmd/kubeconform',
    set: ['main.version=v0.8.0'],
  },
  { name: 'config-schemas', folder: 'ops/engines/config-schemas', package: '.' },
  { name: 'policy-evaluator', folder: 'policies/evaluator', package: '.' },
]
