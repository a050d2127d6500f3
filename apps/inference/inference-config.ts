import { z } from 'zod'
import { InferenceConfig } from '../../services/inference/config.ts'
import { callee, spiffePath } from '../_lib/peers.ts'

export const ports = { https: 8443, admin: 9090 } as const

/** What decides the inference server's configuration. */
export const inferenceSettings = z.strictObject({
  routes: InferenceConfig.shape.routes,
  gpu: z.boolean(),
  logLevel: InferenceConfig.shape.logLevel,
  threads: InferenceConfig.shape.threads,
  /** The most that loaded models may hold. */
  memoryMiB: z.int().positive(),
  /** Share of the requests that are traced where the caller has not decided. */
  traceRatio: z.number().min(0).max(1),
})

/** `inference.json`. @throws {z.ZodError} where the program would refuse it */
export function inferenceConfig(settings: z.infer<typeof inferenceSettings>): string {
  const config = InferenceConfig.parse({
    port: ports.https,
    adminPort: ports.admin,
    logLevel: settings.logLevel,
    callers: [spiffePath('router')],
    device: settings.gpu ? 'cuda' : 'cpu',
    threads: settings.threads,
    models: { path: '/models', memoryMiB: settings.memoryMiB },
    routes: settings.routes,
    limits: { maxBodyBytes: 8 * 1024 * 1024, maxQueue: 64 },
    traces: { ...callee('otel-collector'), sampleRatio: settings.traceRatio },
  } satisfies z.input<typeof InferenceConfig>)
  return `${JSON.stringify(config, null, 2)}\n`
}
