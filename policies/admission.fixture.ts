import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { ValidatingAdmissionPolicyBinding } from './admission.ts'
import type { Rule } from './rule.ts'
import type { WholeObject } from './whole-object.fixture.ts'

const rendered = join(import.meta.dirname, '../rendered')
/** Production's policies and bindings, as rendered. */
export const policiesFolder = join(rendered, 'apps/policies/all')

export function bindings(): readonly ValidatingAdmissionPolicyBinding[] {
  return readdirSync(policiesFolder)
    .filter((file) => file.startsWith('validatingadmissionpolicybinding-'))
    .flatMap((file) => documents(join(policiesFolder, file)) as ValidatingAdmissionPolicyBinding[])
}

/**
 * Another binding beside production's: production's stage is `warn`, so what would be refused at `deny` is shown by
 * its own binding with that one action, and where labels are given, on the objects alone that have them.
 */
export function denying(
  { apiVersion, kind, metadata, spec }: ValidatingAdmissionPolicyBinding,
  what: string,
  labels: Readonly<Record<string, string>>,
): object {
  const matchLabels = { ...spec.matchResources.objectSelector?.matchLabels, ...labels }
  return {
    apiVersion,
    kind,
    metadata: { name: `${metadata.name}-denies-${what}` },
    spec: {
      ...spec,
      validationActions: ['Deny'],
      matchResources: { ...spec.matchResources, objectSelector: { matchLabels } },
    },
  }
}

/** The namespaces that objects lie in, as ours, and the accounts that their pods run as. */
export function surroundings(objects: readonly WholeObject[]): object[] {
  const namespaces = new Set(
    [...objects, ...renderedObjects([])].flatMap(({ metadata }) => metadata.namespace ?? []),
  )
  const accounts = new Set(
    objects.flatMap(({ kind, metadata, spec }) => {
      const { serviceAccountName } = { serviceAccountName: undefined, ...Object(spec) }
      return kind === 'Pod' && serviceAccountName ? [`${metadata.namespace}/${serviceAccountName}`] : []
    }),
  )
  // Kubernetes's own profile would refuse some objects before a rule is asked.
  const labels = { 'meridian/admission': 'enforced', 'pod-security.kubernetes.io/enforce': 'privileged' }
  return [
    ...[...namespaces].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
    ...[...accounts].map((account) => {
      const [namespace, name] = account.split('/')
      return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } }
    }),
  ]
}

/** Every object of every variant and of every cluster's list that some rule judges; without rules, every object. */
export function renderedObjects(rules: readonly Rule[]): readonly WholeObject[] {
  const kinds = new Set(rules.flatMap(({ match }) => match.kinds))
  return globSync(['apps/*/*/*.yaml', 'clusters/*/*/*.yaml'], { cwd: rendered })
    .filter((file) => !/(values|\/node\/.*)\.yaml$/.test(file))
    .flatMap((file) => documents(join(rendered, file)) as WholeObject[])
    .filter(({ apiVersion, kind }) => {
      const group = apiVersion?.includes('/') ? `${apiVersion.split('/')[0]}/` : ''
      return apiVersion !== undefined && (rules.length === 0 || kinds.has(`${group}${kind}`))
    })
}

// Rendered by synth and validated there, so what it holds has the shape that its caller names.
function documents(file: string): unknown[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS())
}
