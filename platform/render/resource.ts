/** A resource as its stack declares it, before any cloud has seen it. */
export interface Resource {
  /** `aws:s3/bucket:Bucket`; a component has the name that it was registered under, such as `meridian:Region`. */
  readonly type: string
  /** Unique in its stack. */
  readonly name: string
  /** The component that it is part of. */
  readonly parent?: string
  /** The provider that makes it, where it is not its package's default one. */
  readonly provider?: string
  readonly protect?: true
  readonly dependsOn?: readonly string[]
  /**
   * Its inputs, sorted by name. What only the cloud will know is a reference: `${models.arn}` of a resource of the
   * same stack, `${aws-core.outputs.modelsBucket}` of another; `${secret}` is not shown.
   */
  readonly inputs: Readonly<Record<string, unknown>>
}

/** A stack's whole graph. */
export interface Graph {
  readonly stack: string
  readonly program: string
  readonly needs: readonly string[]
  readonly outputs: Readonly<Record<string, string>>
  /** Sorted by type and name. */
  readonly resources: readonly Resource[]
}
