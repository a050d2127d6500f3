import type { Danger, DiffReport, Level, Radius } from './report.ts'

/** From this share of the clusters on, a fault would be the fleet's. */
const wide = 0.5

/** How dangerous a diff is, and why: its worst danger, and how far it reaches. */
export function riskOf(dangers: readonly Danger[], radius: Radius, nothing: boolean): DiffReport['risk'] {
  if (nothing) return { level: 'low', reasons: ['nothing changes'] }
  const reaches = `reaches ${radius.clusters} of ${radius.ofClusters} clusters`
  const isWide = radius.ofClusters > 0 && radius.clusters / radius.ofClusters >= wide
  const count = (level: Level) => dangers.filter(({ severity }) => severity === level)
  const [high, medium] = [count('high'), count('medium')]
  const level: Level = high.length > 0 ? 'high' : medium.length > 0 || isWide ? 'medium' : 'low'
  const worst = high.length > 0 ? high : medium
  const reasons = [...new Set(worst.map(({ id }) => id.replaceAll('-', ' ')))]
  return { level, reasons: [...reasons, reaches] }
}
