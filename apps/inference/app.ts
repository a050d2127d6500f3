import { z } from 'zod'
import { defineApp } from '../_lib/app.ts'
import { gpuNodeLabel, gpuRuntimeClass, gpuTolerations } from '../_lib/gpu.ts'
import { caller, peer } from '../_lib/peers.ts'
import { Size } from '../_lib/size.ts'
import { workload } from '../_lib/workload.ts'
import { inferenceConfig, inferenceSettings, ports } from './inference-config.ts'
import { defaults, sizes } from './sizes.ts'

export default defineApp({
  name: 'inference',
  namespace: 'inference',
  layer: 'workloads',
  props: inferenceSettings.extend({
    size: Size,
    image: z.string(),
    maxReplicas: z.int().positive(),
  }),
  place: ({ edge, size, gpu }, release, { routes }) =>
    edge
      ? {
          size,
          gpu,
          image: release.image(gpu ? 'inference-gpu' : 'inference'),
          routes: routes
            .filter(({ upstream }) => upstream === 'inference')
            .map(({ id, path, timeoutMs }) => ({ id, path, timeoutMs })),
          ...defaults(size),
        }
      : undefined,
  variant: ({ size, gpu }) => (gpu ? `${size}-gpu` : size),
  chart(chart, props) {
    const { minReplicas, requests, limits } = sizes[props.size]
    // A GPU is lent in shares (apps/gpu), so that a replacement starts beside the pod that it replaces.
    const gpu = props.gpu
      ? { runtimeClass: gpuRuntimeClass, nodeSelector: gpuNodeLabel, tolerations: gpuTolerations }
      : {}
    workload(chart, 'inference', {
      namespace: 'inference',
      image: props.image,
      args: ['--config', '/etc/inference/inference.json'],
      env: props.gpu ? { NVIDIA_DRIVER_CAPABILITIES: 'compute,utility' } : {},
      config: { 'inference.json': inferenceConfig(props) },
      ports: [
        { name: 'https', port: ports.https, tls: 'https' },
        { name: 'admin', port: ports.admin },
      ],
      requests,
      limits: { ...limits, gpu: props.gpu ? 1 : undefined },
      replicas: { min: Math.min(minReplicas, props.maxReplicas), max: props.maxReplicas },
      probes: { port: ports.admin, live: '/livez', ready: '/readyz' },
      network: { from: [caller('router', ports.https)], to: [peer('otel-collector')] },
      ...gpu,
    })
  },
})
