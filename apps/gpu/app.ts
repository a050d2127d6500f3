import { k8s } from 'cdk8s-plus-28'
import { z } from 'zod'
import { defineApp } from '../_lib/app.ts'
import { gpuNodeLabel, gpuRuntimeClass, gpuTolerations } from '../_lib/gpu.ts'
import { devicePlugin } from './device-plugin.ts'

export default defineApp({
  name: 'gpu',
  namespace: 'node-agents',
  // Before the workloads: the API server refuses a pod whose RuntimeClass is not there.
  layer: 'controllers',
  props: z.strictObject({
    image: z.string(),
    /** How many pods may hold one GPU at a time; they take turns and share its memory. */
    sharesPerGpu: z.int().min(2),
  }),
  place: ({ gpu }, release) => (gpu ? { image: release.image('device-plugin'), sharesPerGpu: 4 } : undefined),
  variant: () => 'nvidia',
  chart(chart, props) {
    // K3s would bring RuntimeClasses of its own (its packaged component `runtimes`, switched off in nodes/): git
    // says which there are.
    new k8s.KubeRuntimeClass(chart, 'runtime-class', {
      metadata: { name: gpuRuntimeClass },
      handler: 'nvidia',
      scheduling: { nodeSelector: { ...gpuNodeLabel }, tolerations: [...gpuTolerations] },
    })
    devicePlugin(chart, props)
  },
})
