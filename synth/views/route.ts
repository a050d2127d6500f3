import type { Fleet } from '../../clusters/fleet.ts'
import { type RouteView, VIEWS, type WorkloadView } from '../../policies/views.ts'
import { dataAt, isData, listAt } from './data.ts'
import type { MadeView } from './workload.ts'

type Program = RouteView['spec']['programs'][number] & { readonly files: readonly string[] }

/** Every route of the facts with the programs that answer it, found by the routes that their configuration names. */
export function routeViews(
  { routes, regions }: Fleet,
  workloads: readonly MadeView<WorkloadView>[],
): readonly MadeView<RouteView>[] {
  const programs = programsOf(workloads)
  const workloadOf = new Map(
    workloads.map(({ view }) => [
      view.spec.variant + nameOf(view),
      { workload: nameOf(view), variant: view.spec.variant, entrance: isEntrance(view) },
    ]),
  )
  return routes.routes.map(({ id, host, path, upstream, public: open }) => {
    const answering = programs.filter(({ route }) => route.id === id)
    const heard = new Set(answering.map(({ variant }) => variant))
    const known = new Set(answering.map(({ workload }) => workload))
    return {
      view: {
        apiVersion: VIEWS,
        kind: 'Route',
        metadata: { name: id },
        spec: {
          host,
          path,
          public: open,
          upstream,
          programs: answering.map(({ files: _, ...program }) => program),
          silent: [...workloadOf.values()]
            .filter(
              ({ workload, variant, entrance }) => (entrance || known.has(workload)) && !heard.has(variant),
            )
            .map(({ variant, entrance }) => ({ variant, entrance })),
          entrances: (routes.upstreams[upstream]?.regions ?? []).map((region) => {
            const { host, port } = regions[region].entrance
            return { region, host, port }
          }),
        },
      },
      files: [...new Set(answering.flatMap(({ files }) => files))],
    }
  })
}

/** An entry for each route of each distinct configuration: a variant looks the same in every sort of cluster. */
function programsOf(workloads: readonly MadeView<WorkloadView>[]): readonly Program[] {
  const programs = new Map<string, Program>()
  for (const { view, files } of workloads) {
    const { spec } = view
    for (const { content } of spec.configs) {
      for (const route of listAt(content, 'routes')) {
        if (!isData(route)) continue
        const workload = nameOf(view)
        programs.set(`${workload} ${spec.variant} ${String(route.id)}`, {
          workload,
          variant: spec.variant,
          entrance: isEntrance(view),
          route,
          config: { ...dataAt(content), routes: [] },
          files: files.filter((file) => /\/configmap-/.test(file)),
        })
      }
    }
  }
  return [...programs.values()]
}

function nameOf({ metadata }: WorkloadView): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}

function isEntrance({ spec }: WorkloadView): boolean {
  return spec.services.some(({ type }) => type === 'LoadBalancer')
}
