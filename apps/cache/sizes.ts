import { amounts } from '../_lib/size.ts'

/** How much Redis gets. It forks to rewrite its log: limits leave room for what is written meanwhile. */
export const sizes = {
  small: { maxMemoryMiB: 1024, ...amounts(['250m', '1'], ['1536Mi', '2Gi']) },
  medium: { maxMemoryMiB: 3072, ...amounts(['500m', '2'], ['4Gi', '6Gi']) },
  large: { maxMemoryMiB: 5120, ...amounts(['1', '2'], ['6Gi', '9Gi']) },
}
