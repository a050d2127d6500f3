import { z } from 'zod'

/** A cluster's size, which decides how much each workload gets. */
export const Size = z.enum(['small', 'medium', 'large'])
export type Size = z.infer<typeof Size>

/** What a workload asks for and the most that it gets: Kubernetes quantities, such as `500m` and `2Gi`. */
export function amounts(cpu: readonly [string, string], memory: readonly [string, string]) {
  return {
    requests: { cpu: cpu[0], memory: memory[0] },
    limits: { cpu: cpu[1], memory: memory[1] },
  }
}
