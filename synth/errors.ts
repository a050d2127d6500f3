/** Something in the sources that cannot be rendered: where it is and how to mend it. Exit code 2. */
export class SynthError extends Error {
  override readonly name = 'SynthError'
  readonly place: string
  readonly mend: string

  constructor(place: string, message: string, mend: string) {
    super(`${place}: ${message}\n  ${mend}`)
    this.place = place
    this.mend = mend
  }
}
