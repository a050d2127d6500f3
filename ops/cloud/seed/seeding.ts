import type { Clients } from '../clients.ts'

/** Where a seeded resource is made, and how its references are filled in. */
export interface Seeding {
  readonly clients: Clients
  /** moto's address: what the SDK has no client for is asked there. */
  readonly endpoint: string
  resolve(stack: string, text: string): Promise<string | undefined>
}
