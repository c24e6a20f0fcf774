/** The user asked for something that cannot be done. The message is one sentence that says what to do; exit code 2. */
export class UsageProblem extends Error {
  override readonly name = 'UsageProblem'
  readonly code = 'CONNREQ_USAGE'
}
