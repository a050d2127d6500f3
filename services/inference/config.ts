import { z } from 'zod'

const Port = z.int().min(1).max(65535)

/** `inference.json`: what the inference server is told by git. */
export const InferenceConfig = z.strictObject({
  /** HTTP over mutual TLS. */
  port: Port,
  /** Probes and metrics in plain HTTP, inside the pod's network policy. */
  adminPort: Port,
  logLevel: z.enum(['debug', 'info', 'warn', 'error']),
  /** Who may call: paths of SPIFFE ids under the site's trust domain. */
  callers: z.array(z.string()).min(1),
  /** What computes. The server falls back to the processor where the device is missing, and says so in a metric. */
  device: z.enum(['cpu', 'cuda']),
  /** Threads of one model run. */
  threads: z.int().positive(),
  models: z.strictObject({
    /** Where the image holds the model files; the server reads `registry.json` there. */
    path: z.string().startsWith('/'),
    /** The most that loaded models may hold together. */
    memoryMiB: z.int().positive(),
  }),
  routes: z.array(
    z.strictObject({
      id: z.string().min(1),
      path: z.string().startsWith('/'),
      /** A request that would take longer is refused at once, so that the caller can fall back. */
      timeoutMs: z.int().positive(),
    }),
  ),
  limits: z.strictObject({
    maxBodyBytes: z.int().positive(),
    /** Requests that wait for a model; the next one gets 503, and the router falls back to the region. */
    maxQueue: z.int().positive(),
  }),
  /** OTLP over gRPC. */
  traces: z.strictObject({ url: z.url(), spiffePath: z.string(), sampleRatio: z.number().min(0).max(1) }),
})

export type InferenceConfig = z.infer<typeof InferenceConfig>
