import type { KnownFailureState, MetricRecord } from '../run-record.ts'
import type { AcceptedFailure } from './known-failures.ts'
import { shapeOfOutcome } from './broken-metrics.ts'

/**
 * What became of a known failure, in a sentence.
 * @param failures how its metric failed in this run
 */
export function stateText(
  { metric, seen, until }: AcceptedFailure,
  state: KnownFailureState,
  failures: readonly MetricRecord[],
): string {
  switch (state) {
    case 'covered':
      return `${metric} failed as known, and does not count.`
    case 'passed':
      return `${metric} passed unexpectedly: take its known failure out of the profile.`
    case 'expired':
      return `${metric} failed as known, but that was accepted until ${until} only: it counts again.`
    case 'other-shape':
      return failures.every(({ known }) => known)
        ? `${metric} failed otherwise than known here, as another known failure says.`
        : `${metric} failed otherwise than known, so it counts: ${shapesText(failures)} instead of ${quoted(seen)}.`
    case 'not-judged':
      return `${metric} was not judged this time.`
    default:
      return `This known failure covers nothing: neither it nor baseline.run says ${metric === undefined ? 'which metric fails and what it shows' : `what ${metric} shows`}.`
  }
}

const shapesText = (failures: readonly MetricRecord[]) =>
  [...new Set(failures.filter(({ known }) => !known).map(shapeOfOutcome))].map(quoted).join(' and ')

const quoted = (shape = '') => `“${shape}”`
