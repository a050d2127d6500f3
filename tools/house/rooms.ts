/** Something that a room may import. */
export interface Grant {
  /** A folder, or one file; `<name>` stands for the name of the importing folder. */
  readonly path: string
  /** Only `import type`: nothing of it runs. @default false */
  readonly types?: true
}

export interface Room {
  /** A folder; the longest that a file lies in is its room. `<name>` stands for any one folder. */
  readonly folder: string
  /** What it may import beside itself. */
  readonly may: readonly Grant[]
  /** What its tests may import on top. */
  readonly tests?: readonly Grant[]
  /** The npm packages that it may import; `any` where the room is a program of its own. */
  readonly packages: readonly string[] | 'any'
  /** Its code is a pure function: nothing of Node, of the machine or of the day. @default false */
  readonly pure?: true
  /** Why the walls stand where they do; the second half of the sentence that a wrong import gets. */
  readonly because: string
}

const types = true
const command: Grant = { path: 'bin/command.ts' }
const facts: Grant = { path: 'clusters', types }
const constructs = ['cdk8s', 'cdk8s-plus-28', 'constructs', 'zod']

/** Which room may import which. Imports point left or down: facts → apps → nodes → synth → the command. */
export const rooms: readonly Room[] = [
  {
    folder: 'clusters',
    may: [],
    packages: ['zod', 'js-yaml', 'yaml'],
    because: 'facts know nothing of Kubernetes or of what is made of them',
  },
  {
    folder: 'apps/_lib',
    may: [facts],
    packages: constructs,
    pure: true,
    because: 'every app stands on these constructs, so they stand on facts alone',
  },
  {
    folder: 'apps/<name>',
    may: [{ path: 'apps/_lib' }, facts, { path: 'services/<name>/config.ts' }],
    // One app's answer held against another's, where both must agree.
    tests: [{ path: 'apps' }],
    packages: constructs,
    pure: true,
    because: 'an app is a pure function that the compiler calls, and can be read without any other app',
  },
  {
    folder: 'apps/policies',
    may: [{ path: 'apps/_lib' }, facts, { path: 'policies' }],
    packages: constructs,
    pure: true,
    because: 'this one app ships the rules, and is otherwise an app like any other',
  },
  {
    folder: 'nodes',
    may: [{ path: 'apps/_lib' }, { path: 'apps/argocd' }, facts],
    packages: [],
    pure: true,
    because: 'a node is born with Argo CD and nothing else that an app decides',
  },
  {
    folder: 'policies',
    may: [],
    // Rules are held against a real API server, which ops/ starts.
    tests: [{ path: 'ops' }, { path: 'clusters' }],
    packages: ['zod'],
    because: 'a rule judges an object without knowing where it came from',
  },
  {
    folder: 'platform',
    may: [{ path: 'clusters' }],
    packages: 'any',
    because: 'cloud layers are made of facts; releases and the model registry are data that they read',
  },
  {
    folder: 'synth',
    may: [
      { path: 'clusters' },
      { path: 'apps/_lib' },
      { path: 'nodes' },
      { path: 'policies' },
      { path: 'platform' },
      { path: 'services/kit/identity.ts', types },
      command,
    ],
    packages: ['cdk8s', 'diff', 'yaml', 'zod'],
    because: 'the compiler finds apps by their folder and knows no single one, nor anything that runs',
  },
  {
    folder: 'ops',
    may: [{ path: 'clusters' }, command],
    packages: 'any',
    because: 'what acts on a running system reads rendered/ as data, as Argo CD does',
  },
  {
    folder: 'bin',
    may: [{ path: 'synth' }, { path: 'ops' }, { path: 'models' }],
    packages: [],
    because: 'the command holds no logic: it loads the verb that was called',
  },
  {
    folder: 'services/<name>',
    may: [{ path: 'services/kit' }, { path: 'services/edge' }],
    packages: 'any',
    because: 'a program runs in an image or at an edge, where nothing else of this repository is',
  },
  {
    folder: 'models',
    may: [command],
    packages: 'any',
    because: 'a model stands on its own data',
  },
  {
    folder: 'console',
    may: [],
    packages: 'any',
    because: 'the web page reads rendered/ and reports as data',
  },
  {
    folder: 'tools',
    may: ['apps/_lib', 'bin', 'clusters', 'nodes', 'ops', 'policies', 'synth'].map((path) => ({ path })),
    packages: 'any',
    because: 'tools look at the house from outside, by the doors that the rooms have',
  },
]

/** What tests of any room may import beside what their room may. */
export const testPackages: readonly string[] = ['ava', 'fast-check', 'yaml']
