/**
 * What a scenario needs in order to judge did not come about: the device gave no session, refuses for a rate
 * limit, and the like. Makes the metrics that were not judged yet inconclusive; it is no error of the harness.
 */
export class ConditionsNotMet extends Error {
  override readonly name = 'ConditionsNotMet'
  readonly code = 'CONNREQ_CONDITIONS_NOT_MET'
}
