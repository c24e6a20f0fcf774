import type { KnownMark } from '../run-record.ts'
import type { BrokenMetric } from './broken-metrics.ts'
import type { KnownFailure } from './declared-baseline.ts'
import { shapeOf, tellsApart } from './failure-shape.ts'

/** One metric of a known failure, as far as it is known which. */
export interface AcceptedFailure extends KnownMark {
  requirement: string
  /** `scenario.name` */
  metric?: string
  /** The shape of what it shows when it fails. */
  seen?: string
}

/** An accepted failure of which everything is known. */
export interface CoveringFailure extends AcceptedFailure {
  metric: string
  seen: string
}

/**
 * The known failures of a profile, each for every metric that it stands for. Which metric and what it shows comes from
 * the entry itself, else from the baseline run; what neither tells is left out, and such a row covers nothing. What is
 * accepted twice is there once.
 * @param broken what failed in the baseline run
 */
export function acceptedFailures(known: readonly KnownFailure[], broken: readonly BrokenMetric[]): AcceptedFailure[] {
  return withoutDuplicates(known.flatMap(entry => metricsOf(entry, broken)))
}

function metricsOf(entry: KnownFailure, broken: readonly BrokenMetric[]): AcceptedFailure[] {
  const { requirement, metric, seen, reason, until } = entry
  const mark = { reason, ...(until === undefined ? {} : { until }) }
  if (metric !== undefined && seen !== undefined) return [{ requirement, metric, seen: shapeOf(seen), ...mark }]
  const meant = broken.filter(
    failure => failure.requirement === requirement && (metric === undefined || failure.metric === metric),
  )
  if (meant.length > 0) return meant.map(failure => ({ ...failure, ...mark }))
  return [{ requirement, ...(metric === undefined ? {} : { metric }), ...mark }]
}

/** The same failure of the same metric once; of several the one that is accepted longest. */
function withoutDuplicates(accepted: readonly AcceptedFailure[]): AcceptedFailure[] {
  const kept = new Map<string, AcceptedFailure>()
  for (const failure of accepted) {
    const { requirement, metric, seen } = failure
    const key = JSON.stringify([requirement, metric, seen])
    const other = kept.get(key)
    if (other === undefined || lastDay(failure) > lastDay(other)) kept.set(key, failure)
  }
  return [...kept.values()]
}

const lastDay = ({ until = '~' }: KnownMark) => until

/** Whether it is known which failure is accepted, and that from what it shows. */
export const isCovering = (failure: AcceptedFailure): failure is CoveringFailure =>
  failure.metric !== undefined && failure.seen !== undefined && tellsApart(failure.seen)

/** Whether the run came after the last day on which the failure is accepted; days are those of UTC. */
export function isExpired({ until }: KnownMark, startedAt: string): boolean {
  return until !== undefined && new Date(startedAt).toISOString().slice(0, 10) > until
}

/** `until 2027-01-31: the vendor mends it in 2.5` */
export const markText = ({ reason, until }: KnownMark) => (until === undefined ? reason : `until ${until}: ${reason}`)
