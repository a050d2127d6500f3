import { ApiObject } from 'cdk8s'
import { z } from 'zod'
import { admissionObjects } from '../../policies/admission.ts'
import { rules } from '../../policies/rules.ts'
import { defineApp } from '../_lib/app.ts'

/** The rules that a pull request is judged by, as admission: in place before anything that they judge. */
export default defineApp({
  name: 'policies',
  namespace: 'node-agents',
  layer: 'policies',
  props: z.strictObject({}),
  place: () => ({}),
  variant: () => 'all',
  chart(chart) {
    for (const object of rules.flatMap(admissionObjects)) {
      new ApiObject(chart, `${object.kind}-${object.metadata.name}`, { ...object })
    }
  },
})
