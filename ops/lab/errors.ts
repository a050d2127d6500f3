/** Something that runs did not do what it must: what, and the last lines of its log. */
export class LabError extends Error {
  override readonly name = 'LabError'
}
