import { z } from 'zod'

/** One thing that a rule finds and that somebody answers for until a day. */
export const Exception = z.strictObject({
  /** The rule's id. */
  rule: z.string().min(1),
  /** The object as findings name it, `*` for any letters: `Deployment gateway/gateway`, `Secret vault/*`. */
  object: z.string().regex(/^[A-Z]\w+ \S+$/, 'a kind and a name: Deployment gateway/gateway'),
  /** Only findings whose message fits, `*` for any letters. Default: all of that rule about that object. */
  message: z.string().min(1).optional(),
  owner: z.string().regex(/^@[\w-]+\/[\w-]+$/, 'a team: @organisation/team'),
  reason: z.string().trim().min(20),
  /** The last day on which it holds. */
  until: z.iso.date(),
})
export type Exception = z.infer<typeof Exception>

/** `policies/exceptions.yaml` */
export const Exceptions = z.strictObject({ exceptions: z.array(Exception) })
