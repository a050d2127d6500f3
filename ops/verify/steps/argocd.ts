import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { getFromCluster } from '../../cloud/kubeconfig.ts'
import { type Check, compare, type Step, skipped, type Walk } from '../walk.ts'

const Rendered = z.object({
  kind: z.literal('Application'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({ source: z.object({ targetRevision: z.string() }).optional() }),
})

const Running = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({ source: z.object({ targetRevision: z.string() }).optional() }),
      status: z
        .object({
          sync: z.object({ status: z.string(), revision: z.string().optional() }).optional(),
          health: z.object({ status: z.string() }).optional(),
        })
        .optional(),
    }),
  ),
})
type Application = z.infer<typeof Running>['items'][number]

const path = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications'

/** Argo CD of each cluster whose kubeconfig is given: every Application there, in step, well, at one revision a ref. */
export function argocd(get: Get = getFromCluster): Step {
  return { name: 'Argo CD', run: (walk) => checkClusters(walk, get) }
}

type Get = (kubeconfig: string, path: string) => Promise<unknown>

async function checkClusters(walk: Walk, get: Get): Promise<readonly Check[]> {
  if (walk.kubeconfigs.size === 0) return [skipped('applications', 'Synced, Healthy', 'no --kubeconfig')]
  const clusters = [...walk.kubeconfigs].map(async ([name, kubeconfig]) =>
    checkCluster(walk, name, Running.parse(await get(kubeconfig, path)).items),
  )
  return (await Promise.all(clusters)).flat()
}

function checkCluster({ rendered }: Walk, cluster: string, items: readonly Application[]): readonly Check[] {
  const checks = renderedIn(rendered, cluster).map(({ metadata: { name }, spec }) => {
    const found = items.find((item) => item.metadata.name === name)
    const ref = spec.source?.targetRevision ?? ''
    return compare(`${cluster} ${name}`, `Synced, Healthy, ${ref}`, found && sentence(found))
  })
  return [...checks, ...revisions(cluster, items)]
}

function sentence({ spec, status }: Application): string {
  return `${status?.sync?.status ?? 'Unknown'}, ${status?.health?.status ?? 'Unknown'}, ${spec.source?.targetRevision ?? ''}`
}

/** Applications that track one ref stand at one commit, or a promotion is half through. */
function revisions(cluster: string, items: readonly Application[]): readonly Check[] {
  const byRef = Map.groupBy(items, ({ spec }) => spec.source?.targetRevision ?? '')
  return [...byRef].map(([ref, all]) => {
    const commits = [...new Set(all.map(({ status }) => status?.sync?.revision?.slice(0, 12) ?? 'none'))]
    const subject = `${cluster} at ${ref}`
    const found = commits.toSorted().join(', ')
    return { subject, status: commits.length === 1 ? 'ok' : 'failed', expected: 'one revision', found }
  })
}

function renderedIn(rendered: string, cluster: string): readonly z.infer<typeof Rendered>[] {
  const file = join(rendered, 'clusters', cluster, 'apps/applications.yaml')
  return parseAllDocuments(readFileSync(file, 'utf8')).flatMap((document) => {
    const read = Rendered.safeParse(document.toJS())
    return read.success ? [read.data] : []
  })
}
