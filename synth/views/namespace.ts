import { type NamespaceView, VIEWS } from '../../policies/views.ts'
import type { Composition, PlacedObject } from './composition.ts'
import { dataAt, textsAt } from './data.ts'
import { isWorkload, type MadeView } from './workload.ts'

/** The namespaces of a composition, each with what holds in it. */
export function namespaceViews(composition: Composition): readonly MadeView<NamespaceView>[] {
  const byNamespace = Map.groupBy(composition.objects, ({ namespace }) => namespace)
  return composition.objects
    .filter(({ kind }) => kind === 'Namespace')
    .map((namespace) => namespaceView(namespace, byNamespace.get(namespace.name) ?? [], composition))
}

function namespaceView(
  { name, variant, content, file }: PlacedObject,
  objects: readonly PlacedObject[],
  { sort }: Composition,
): MadeView<NamespaceView> {
  const of = (wanted: string) => objects.filter(({ kind }) => kind === wanted)
  const specs = (wanted: string) => of(wanted).map((object) => dataAt(object.content, 'spec'))
  const shared = ['NetworkPolicy', 'ResourceQuota', 'LimitRange']
    .flatMap(of)
    .filter((o) => o.variant !== 'site')
  return {
    view: {
      apiVersion: VIEWS,
      kind: 'Namespace',
      metadata: { name },
      spec: {
        variant,
        labels: textsAt(content, 'metadata', 'labels'),
        networkPolicies: Object.fromEntries(
          of('NetworkPolicy').map((policy) => [policy.name, dataAt(policy.content, 'spec')]),
        ),
        quotas: specs('ResourceQuota'),
        limitRanges: specs('LimitRange'),
        workloads: objects
          .filter(({ kind }) => isWorkload(kind))
          .map(({ kind, name: own }) => `${kind} ${own}`),
        cluster: { distribution: sort.distribution },
      },
    },
    files: [file, ...shared.map((object) => object.file)],
  }
}
