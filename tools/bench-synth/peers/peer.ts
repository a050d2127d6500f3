import type { BenchFleet } from '../fleet.ts'
import type { Command } from '../measure.ts'

/** A program that renders the bench's fleet in its own way. */
export interface Peer {
  readonly name: string
  /** How it was put to work; printed, because the way decides the figure. */
  readonly how: string
  /** Programs in `.cache/bin/` that must be built first. Default: none. */
  readonly engine?: PeerEngine
  /** Why it cannot run on this machine; `undefined`: it can. */
  absent?(): string | undefined
  /** Writes its sources into `dir`, which is empty and not measured; its output goes into `out`, which is empty too. */
  prepare(fleet: BenchFleet, dir: string, out: string): readonly Command[]
}

export type PeerEngine = 'helm' | 'kustomize' | 'jsonnet' | 'cue'
