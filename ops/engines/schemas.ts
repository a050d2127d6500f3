import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse, stringify } from 'yaml'
import { build, engineKey } from './build.ts'
import { cacheFolder, keepNewest, link, publish } from './cache.ts'
import { type CustomResourceDefinition, crdSchemas, withoutReferences } from './crd-schemas.ts'
import { type Engine, engines } from './engines.ts'
import { type KindSchema, kubernetesSchemas } from './kubernetes-schemas.ts'
import { downloadModules } from './modules.ts'
import { customResources, kubernetes } from './sources.ts'
import { type Definitions, type Schema, strictSchema } from './strict.ts'

const root = dirname(dirname(import.meta.dirname))
const handWritten = join(import.meta.dirname, 'crds')

/**
 * Makes the schemas of every kind that the fleet uses, unless this user's cache has them, and links them to
 * `.cache/schemas/current`:
 *
 * - `<group>/<kind>_<version>.json`, strict, for kubeconform (the core group is `v1/`)
 * - `crds/<plural>.<group>.yaml`, the custom resource definitions themselves, for an API server
 * - `index.json`, which kinds there are
 */
export async function makeSchemas(): Promise<{ folder: string; fresh: boolean }> {
  const configEngine = engines.find((engine) => engine.name === 'config-schemas')
  if (!configEngine) throw new Error('ops/engines/engines.ts lacks config-schemas')
  const stored = join(cacheFolder(), 'schemas', schemasKey(configEngine))
  const fresh = !existsSync(stored)
  if (fresh) await publish(stored, (beside) => generate(beside, configEngine))
  keepNewest(stored, '')
  const folder = join(root, '.cache/schemas/current')
  link(stored, folder)
  return { folder, fresh }
}

/** The schemas follow from the pins, from this folder's code and from the Go types of config-schemas. */
function schemasKey(configEngine: Engine): string {
  const hash = createHash('sha256').update(engineKey(configEngine))
  for (const folder of [import.meta.dirname, handWritten]) {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      if (!entry.isFile() || entry.name.endsWith('.test.ts')) continue
      hash.update(`\0${entry.name}\0`).update(readFileSync(join(folder, entry.name)))
    }
  }
  return hash.digest('hex').slice(0, 16)
}

async function generate(folder: string, configEngine: Engine): Promise<void> {
  console.log('downloading the modules that carry the schemas')
  const modules = downloadModules([kubernetes, ...customResources])
  console.log('reading the API of Kubernetes')
  const definitions = readDefinitions(modules.get(kubernetes.module) ?? '')
  const kinds = kubernetesSchemas(definitions)
  mkdirSync(join(folder, 'crds'), { recursive: true })
  for (const path of crdFiles(modules)) {
    console.log(`reading ${path.slice(path.lastIndexOf('/') + 1)}`)
    const text = readFileSync(path, 'utf8')
    // The shape of a CustomResourceDefinition v1, from its own project's pinned module.
    const crd = parse(text, { maxAliasCount: -1 }) as CustomResourceDefinition
    kinds.push(...crdSchemas(crd, definitions))
    const own = path.startsWith(handWritten)
    const plain = own
      ? stringify(withoutReferences(crd, definitions), { aliasDuplicateObjects: false })
      : text
    writeFileSync(join(folder, 'crds', `${crd.metadata.name}.yaml`), plain)
  }
  kinds.push(...(await configSchemas(configEngine, definitions)))
  for (const { apiVersion, kind, schema } of kinds) {
    const path = join(folder, schemaFile(apiVersion, kind))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, JSON.stringify(schema))
  }
  const index = kinds.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`).sort()
  writeFileSync(join(folder, 'index.json'), `${JSON.stringify(index, null, 1)}\n`)
}

function readDefinitions(kubernetesModule: string): Definitions {
  const swagger = readFileSync(join(kubernetesModule, 'api/openapi-spec/swagger.json'), 'utf8')
  // OpenAPI 2, from the pinned module.
  return (JSON.parse(swagger) as { definitions: Definitions }).definitions
}

function crdFiles(modules: ReadonlyMap<string, string>): string[] {
  const carried = customResources.flatMap(({ module, crds }) =>
    crds.map((crd) => join(modules.get(module) ?? '', crd)),
  )
  return [...carried, ...readdirSync(handWritten).map((file) => join(handWritten, file))]
}

async function configSchemas(engine: Engine, definitions: Definitions): Promise<KindSchema[]> {
  console.log("reading the types of Kubernetes's configuration files")
  const { binary } = await build(engine)
  const run = spawnSync(binary, { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (run.status !== 0) throw new Error(`config-schemas failed: ${run.error?.message ?? run.stderr}`)
  // The engine's output, described in its main.go.
  const schemas = JSON.parse(run.stdout) as Record<string, Schema>
  return Object.entries(schemas).map(([name, schema]) => {
    const slash = name.lastIndexOf('/')
    const strict = strictSchema(schema, definitions, 'optional fields')
    return { apiVersion: name.slice(0, slash), kind: name.slice(slash + 1), schema: strict }
  })
}

/** Where kubeconform finds the schema with `{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json`. */
function schemaFile(apiVersion: string, kind: string): string {
  const [group = '', version = group] = apiVersion.split('/')
  return `${group}/${kind.toLowerCase()}_${version}.json`
}

if (import.meta.main) {
  makeSchemas().then(
    ({ fresh }) => console.log(fresh ? 'made the schemas' : 'the schemas were made before'),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error)
      process.exitCode = 2
    },
  )
}
