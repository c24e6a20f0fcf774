import { moreSeen } from '../../harness/verdict/metric.ts'
import type { KnownFailureState, MetricRecord } from '../run-record.ts'
import { shapesOfOutcome } from './broken-metrics.ts'
import type { AcceptedFailure, CoveringFailure } from './known-failures.ts'

/** What is known of the metric of a known failure. */
export interface MetricFailures {
  /** How it failed in this run. */
  failures: readonly MetricRecord[]
  /** Its known failures that have not expired. */
  valid: readonly CoveringFailure[]
}

/** What became of a known failure, in a sentence. */
export function stateText(failure: AcceptedFailure, state: KnownFailureState, about: MetricFailures): string {
  const { metric, seen, until } = failure
  const { failures } = about
  const others = otherShapes(seen, about)
  const besides =
    others.length === 0 ? '' : ` It also failed otherwise than known, which counts: ${others.join(' and ')}.`
  switch (state) {
    case 'covered':
      return `${metric} failed as known, and does not count.`
    case 'passed':
      return `${metric} passed unexpectedly: take its known failure out of the profile.`
    case 'expired':
      return `${metric} failed as known, but that was accepted until ${until} only: it counts again.${besides}`
    case 'other-shape':
      if (failures.some(outcome => shapesOfOutcome(outcome).includes(seen ?? '')))
        return `${metric} failed as known, but it counts.${besides}`
      return failures.every(({ known }) => known)
        ? `${metric} failed otherwise than known here, as another known failure says.`
        : `${metric} failed otherwise than known, so it counts: ${others.join(' and ')} instead of ${quoted(seen)}.`
    case 'not-judged':
      return `${metric} was not judged this time.`
    default:
      return `This known failure covers nothing: ${whyNothing(failure)}`
  }
}

/** Why a known failure covers nothing. */
function whyNothing({ metric, seen }: AcceptedFailure): string {
  if (metric === undefined) return 'neither it nor baseline.run says which metric fails and what it shows.'
  if (seen === undefined) return `neither it nor baseline.run says what ${metric} shows.`
  return `what ${metric} shows, ${quoted(seen)}, has no word in it that is the same in every run and would tell this failure from another one.`
}

/** What else was seen than a known failure has it, and is not covered by another one. */
function otherShapes(seen: string | undefined, { failures, valid }: MetricFailures): string[] {
  const covered = new Set([seen, ...valid.map(failure => failure.seen)])
  const shapes = failures.filter(({ known }) => !known).flatMap(shapesOfOutcome)
  return [...new Set(shapes)]
    .filter(shape => !covered.has(shape) || shape === moreSeen)
    .map(shape => (shape === moreSeen ? moreSeen : quoted(shape)))
}

const quoted = (shape = '') => `“${shape}”`
