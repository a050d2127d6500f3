import type { Data } from '../../policies/views.ts'
import { dataAt, listAt, parseData, textAt, textsAt } from './data.ts'

/** A rendered object and the file that holds it. */
export interface RenderedObject {
  readonly kind: string
  readonly name: string
  /** '' for what belongs to no namespace. */
  readonly namespace: string
  readonly content: Data
  readonly file: string
}

/** Reads objects out of texts; the same text is parsed once, however many variants hold it. */
export function objectReader(): (text: string, file: string, home?: string) => RenderedObject | undefined {
  const parsed = new Map<string, Data | undefined>()
  return (text, file, home = '') => {
    if (!parsed.has(text)) parsed.set(text, parseData(text))
    const content = parsed.get(text)
    const name = textAt(content, 'metadata', 'name')
    if (content === undefined || name === '') return undefined
    const kind = textAt(content, 'kind')
    const namespace = textAt(content, 'metadata', 'namespace') || (clusterKinds.has(kind) ? '' : home)
    return { kind, name, namespace, content, file }
  }
}

/** The kinds of ours that lie in no namespace; Argo CD puts every other into the Application's. */
const clusterKinds: ReadonlySet<string> = new Set([
  'ClusterIssuer',
  'ClusterRole',
  'ClusterRoleBinding',
  'ClusterSecretStore',
  'CSIDriver',
  'Namespace',
  'PriorityClass',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
])

/** Whether a label selector (matchLabels, matchExpressions) selects the labels. An empty one selects all. */
export function selects(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(textsAt(selector, 'matchLabels'))
  return (
    wanted.every(([key, value]) => labels[key] === value) &&
    listAt(selector, 'matchExpressions').every((expression) => {
      const value = labels[textAt(expression, 'key')]
      const values = listAt(expression, 'values')
      switch (textAt(expression, 'operator')) {
        case 'In':
          return value !== undefined && values.includes(value)
        case 'NotIn':
          return value === undefined || !values.includes(value)
        case 'Exists':
          return value !== undefined
        case 'DoesNotExist':
          return value === undefined
        default:
          return false
      }
    })
  )
}

/** Whether a selector names no label, and so selects everything. */
export function selectsAll(selector: unknown): boolean {
  return (
    Object.keys(dataAt(selector, 'matchLabels')).length === 0 &&
    listAt(selector, 'matchExpressions').length === 0
  )
}
