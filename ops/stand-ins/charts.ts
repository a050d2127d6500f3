import { type Application, isDone, listApplications, refreshApplication } from '../argocd/applications.ts'
import type { Stage } from './stand-in.ts'

const everyMs = 3000

/**
 * Has Argo CD look again at the Applications of charts until they are healthy: it follows no CRD, and the chart's pods,
 * whose every change would have made it look, are not here.
 */
export function chartEvents({ api }: Stage): () => void {
  async function look(): Promise<void> {
    const open = (await listApplications(api)).filter(
      (application) => isChart(application) && !isDone(application),
    )
    for (const { metadata } of open) await refreshApplication(api, metadata.name)
  }

  // Where it fails, as while the API server is gone, the next look sees to it.
  const timer = setInterval(() => void look().catch(() => {}), everyMs)
  return () => clearInterval(timer)
}

function isChart({ spec }: Application): boolean {
  return spec.sources?.some(({ chart }) => chart !== undefined) ?? false
}
