import { type Claim, type Data, VIEWS, type WorkloadView } from '../../policies/views.ts'
import type { Composition, PlacedObject } from './composition.ts'
import { configFiles, tlsIn, upstreamsIn } from './configs.ts'
import { dataAt, listAt, numberAt, textAt, textsAt } from './data.ts'
import { selects, selectsAll } from './objects.ts'
import { missingReferences } from './references.ts'

/** A view and the rendered files that it was made of, its own object's first. */
export interface MadeView<View> {
  readonly view: View
  readonly files: readonly string[]
}

export type WorkloadKind = WorkloadView['spec']['kind']

export function isWorkload(kind: string): kind is WorkloadKind {
  return kind === 'Deployment' || kind === 'StatefulSet' || kind === 'DaemonSet'
}

/** The workloads of a composition, each with what concerns it. */
export function workloadViews(composition: Composition): readonly MadeView<WorkloadView>[] {
  const byNamespace = Map.groupBy(composition.objects, ({ namespace }) => namespace)
  return composition.objects.flatMap((object) => {
    const { kind } = object
    return isWorkload(kind)
      ? [workloadView({ ...object, kind }, byNamespace.get(object.namespace) ?? [], composition)]
      : []
  })
}

function workloadView(
  object: PlacedObject & { readonly kind: WorkloadKind },
  neighbours: readonly PlacedObject[],
  composition: Composition,
): MadeView<WorkloadView> {
  const { kind, name, namespace, variant, content } = object
  const labels = textsAt(content, 'spec', 'template', 'metadata', 'labels')
  const pod = dataAt(content, 'spec', 'template', 'spec')
  const of = (wanted: string) => neighbours.filter((neighbour) => neighbour.kind === wanted)
  const autoscalers = of('HorizontalPodAutoscaler').filter(({ content: { spec } }) => {
    const target = dataAt(spec, 'scaleTargetRef')
    return target.kind === kind && target.name === name
  })
  const budgets = of('PodDisruptionBudget').filter(({ content: { spec } }) =>
    selects(dataAt(spec, 'selector'), labels),
  )
  const policies = of('NetworkPolicy').filter(({ content: { spec } }) =>
    selects(dataAt(spec, 'podSelector'), labels),
  )
  const services = of('Service').filter(({ content: { spec } }) => {
    const selector = textsAt(spec, 'selector')
    return Object.keys(selector).length > 0 && selects({ matchLabels: selector }, labels)
  })
  const mounted = new Set(listAt(pod, 'volumes').map((volume) => textAt(volume, 'configMap', 'name')))
  const configMaps = of('ConfigMap').filter((map) => map.variant !== 'site' && mounted.has(map.name))
  const configs = configMaps.flatMap((map) => configFiles(map.content))
  const replicas = numberAt(content, 'spec', 'replicas')
  const scaled = dataAt(autoscalers[0]?.content, 'spec')
  const unscaled = replicas ?? 1
  const classes = composition.objects.filter((other) => other.kind === 'StorageClass')
  return {
    view: {
      apiVersion: VIEWS,
      kind: 'Workload',
      metadata: { name, namespace },
      spec: {
        kind,
        variant,
        ...(replicas === undefined ? {} : { replicas }),
        atMost: autoscalers.length > 0 ? (numberAt(scaled, 'maxReplicas') ?? unscaled) : unscaled,
        atLeast: autoscalers.length > 0 ? (numberAt(scaled, 'minReplicas') ?? 1) : unscaled,
        autoscalers: autoscalers.map(specOf),
        disruptionBudgets: budgets.map(specOf),
        networkPolicies: policies.map((policy) => ({
          name: policy.name,
          own: !selectsAll(dataAt(policy.content, 'spec', 'podSelector')),
          policyTypes: listAt(policy.content, 'spec', 'policyTypes').map(String),
        })),
        services: services.map(specOf),
        labels,
        pod,
        containers: listAt(pod, 'containers').map((container) => ({
          name: textAt(container, 'name'),
          flags: flagsOf([...listAt(container, 'command'), ...listAt(container, 'args')]),
        })),
        claims: listAt(content, 'spec', 'volumeClaimTemplates').map((claim) => claimOf(claim, pod, classes)),
        configs,
        upstreams: configs.flatMap(upstreamsIn),
        tls: configs.flatMap(tlsIn),
        missing: missingReferences(object, neighbours, composition),
        cluster: composition.sort,
      },
    },
    files: [object, ...autoscalers, ...budgets, ...policies, ...services, ...configMaps]
      .filter((part) => part.variant !== 'site')
      .map(({ file }) => file),
  }
}

function specOf({ content }: PlacedObject): Data {
  return dataAt(content, 'spec')
}

function claimOf(claim: unknown, pod: Data, classes: readonly PlacedObject[]): Claim {
  const name = textAt(claim, 'metadata', 'name')
  const wanted = textAt(claim, 'spec', 'storageClassName')
  const storageClass = classes.find((each) => each.name === wanted)?.content
  const mounts = listAt(pod, 'containers').flatMap((container) => listAt(container, 'volumeMounts'))
  return {
    name,
    mountPaths: [
      ...new Set(
        mounts.filter((mount) => textAt(mount, 'name') === name).map((mount) => textAt(mount, 'mountPath')),
      ),
    ],
    ...(storageClass ? { storageClass } : {}),
  }
}

/** `--name=value`, `-v=1` and `--name`. */
function flagsOf(words: readonly unknown[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    words.flatMap((word) => {
      const [, name, value = ''] =
        typeof word === 'string' ? (/^--?([^=\s]+)(?:=(.*))?$/s.exec(word) ?? []) : []
      return name === undefined ? [] : [[name, value] as const]
    }),
  )
}
