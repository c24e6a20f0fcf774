import type { Milliseconds } from '../../harness/clock/clock.ts'
import type { BindingRequest } from '../../harness/timeline/stun-requests.ts'
import type { Timeline } from '../../harness/timeline/timeline.ts'
import { isUnauthorised, reportsChange, sessionEnds } from './binding-requests.ts'
import { primaryRequests } from './primary-source.ts'

/** The time between two requests, with their entries. */
export interface Gap {
  ms: Milliseconds
  /** When the second one came. */
  at: Milliseconds
  evidence: number[]
}

/**
 * The gaps between keep-alives of the primary port. What may come for another reason begins and ends none: whether the
 * period is counted anew from there is the device's choice.
 */
export function gapsOf(stretch: Timeline, options: { natted: boolean }): Gap[] {
  const requests = primaryRequests(stretch, options)
  const ends = sessionEnds(stretch)
  const keepAlives = requests
    .map((request, index) => ({ request, isExtra: followsSomethingElse(request, requests[index - 1], ends) }))
    .filter(({ request }) => !reportsChange(request))
  return keepAlives.slice(1).flatMap(({ request, isExtra }, index) => {
    const before = keepAlives[index]
    return before === undefined || before.isExtra || isExtra ? [] : [gap(before.request, request)]
  })
}

/** Not bound to the minimum: what follows a 401, a request that got no answer, or a session, which may have set STUN. */
function followsSomethingElse(
  request: BindingRequest,
  before: BindingRequest | undefined,
  sessionEnds: readonly Milliseconds[],
): boolean {
  if (before === undefined) return false
  if (isUnauthorised(before) || before.answer === undefined) return true
  return sessionEnds.some(at => at > before.entry.at && at <= request.entry.at)
}

const gap = (a: BindingRequest, b: BindingRequest): Gap => ({
  ms: b.entry.at - a.entry.at,
  at: b.entry.at,
  evidence: [a.entry.seq, b.entry.seq],
})

interface Bound {
  at: Milliseconds
  seq: number
}

/** How long the primary port was silent, from the beginning of a stretch to its end; at least one. */
export function silencesOf(
  stretch: Timeline,
  { from, to, natted }: { from: Bound; to: Bound; natted: boolean },
): Gap[] {
  const requests = primaryRequests(stretch, { natted })
  const moments: Bound[] = [from, ...requests.map(({ entry }) => entry), to]
  return moments
    .slice(1)
    .map((moment, index) => ({ moment, before: moments[index] ?? moment }))
    .map(({ moment, before }) => ({ ms: moment.at - before.at, at: moment.at, evidence: [before.seq, moment.seq] }))
}
