import { dirname, join } from 'node:path'

/** Where set-up puts the custom resource definitions that validation uses: `<plural>.<group>.yaml`. */
export const crdFolder = join(dirname(dirname(import.meta.dirname)), '.cache/schemas/current/crds')
