/**
 * The words a verdict can be, from nothing to worst.
 *
 * - `none`: nobody has looked yet. A metric that ends so is an `error`.
 * - `not-asked`: the other branch of an either-or was taken.
 * - `not-applicable`: the device does not claim the feature.
 * - `pass`: looked at and kept.
 * - `warning`: a SHOULD not kept, or a MUST whose text was not at hand.
 * - `inconclusive`: the conditions for judging did not arise.
 * - `fail`: the device broke a requirement and the evidence shows it.
 * - `error`: we did: harness, lab, configuration, a time-out of ours.
 */
export type Verdict = 'none' | 'not-asked' | 'not-applicable' | 'pass' | 'warning' | 'inconclusive' | 'fail' | 'error'

const fromNothingToWorst: readonly Verdict[] = [
  'none',
  'not-asked',
  'not-applicable',
  'pass',
  'warning',
  'inconclusive',
  'fail',
  'error',
]

/** The worse of the two: verdicts only get worse. */
export function worse(a: Verdict, b: Verdict): Verdict {
  return fromNothingToWorst.indexOf(b) > fromNothingToWorst.indexOf(a) ? b : a
}

/** The worst of all, `none` of none. */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  let result: Verdict = 'none'
  for (const verdict of verdicts) result = worse(result, verdict)
  return result
}
