/** A suite of the user's own that cannot be used. The message names the file and says what is wrong with it; exit code 2. */
export class SuiteProblem extends Error {
  override readonly name = 'SuiteProblem'
  readonly code = 'CONNREQ_SUITE'
}
