import type { Api } from '../control-plane/api.ts'

/** What a stand-in may know of its cluster. */
export interface Stage {
  readonly api: Api
  /** Addresses of the nodes. */
  readonly addresses: readonly string[]
  /** The certificate of the API server, good for `localhost`. */
  readonly certificate: { readonly cert: string; readonly key: string }
}

/** Something that production has and a control plane on one machine lacks, and what is put in its place. */
export interface StandIn {
  readonly name: string
  /** What production has. */
  readonly of: string
  /** What there is here instead, and what "Healthy" therefore does not say. */
  readonly here: string
  /** Plays it, until the returned function is called. Missing where something else in `ops/` plays it. */
  readonly play?: (stage: Stage) => Promise<() => Promise<void> | void> | (() => void)
}
