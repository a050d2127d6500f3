import type * as pulumi from '@pulumi/pulumi'
import type { Fleet } from '../clusters/fleet.ts'
import type { RegionName } from '../clusters/schema.ts'

/** One Pulumi stack: what it is brought up by and after. Its program is `platform/<program>/program.ts`. */
export interface Stack {
  /** `aws-core`; the Pulumi stack and the file `rendered/cloud/<name>.yaml` have it too. */
  readonly name: string
  /** The folder of its sources, below `platform/`: `aws/core`. Stacks may share one and differ by region. */
  readonly program: string
  /** The AWS region that it lies in, where its program is the same for several. */
  readonly region?: RegionName
  /** The stacks whose outputs it reads; they are brought up first. */
  readonly needs: readonly string[]
  /** The facts that it is made of; it can read no others, and is rendered again only when one of these changes. */
  readonly reads: readonly (keyof Fleet)[]
  /** Files outside its folder that it reads, as globs from the repository's root. @default none */
  readonly files?: readonly string[]
  /** The secrets that its Pulumi config must hold. @default none */
  readonly secrets?: readonly string[]
  /** The services whose bundle it uploads (context.ts says where it lies). @default none */
  readonly bundles?: readonly string[]
}

/** What a stack gives to those that need it, by name: identifiers, addresses, ARNs. */
export type Outputs = Readonly<Record<string, pulumi.Input<string>>>

/** What a program may know. */
export interface StackContext {
  readonly stack: Stack
  /** The facts that the stack says it reads. */
  readonly fleet: Fleet
  /**
   * An output of another stack.
   * @throws {PlatformError} where that stack is not among `needs`
   */
  output(stack: string, name: string): pulumi.Output<string>
  /** A secret of this stack's Pulumi config (`pulumi config set --secret NAME`); what is rendered never shows it. */
  secret(name: string): pulumi.Output<string>
  /**
   * The built program of a serverless edge.
   * @throws {PlatformError} where that service is not among `bundles`
   */
  bundle(service: string): Bundle
}

/** Every program's `program.ts` exports one as `declare`: it declares each resource of its stack. */
export type Program = (context: StackContext) => Outputs

export interface Bundle {
  /** The file, from the repository's root. */
  readonly path: string
  /** SHA-256 of it, in hexadecimal; `unbuilt` where it is not there yet. */
  readonly digest: string
}

/** A stack that cannot be declared: where, what, and how to mend it. Exit code 2, before anything is registered. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError'
  readonly place: string
  readonly mend: string

  constructor(place: string, message: string, mend: string) {
    super(`${place}: ${message}\n  ${mend}`)
    this.place = place
    this.mend = mend
  }
}
