import type { Milliseconds } from '../../harness/clock/clock.ts'
import type { BindingRequest } from '../../harness/timeline/stun-requests.ts'
import type { Timeline } from '../../harness/timeline/timeline.ts'
import { isUnauthorised, reportsChange, requestsFrom, sessionEnds } from './binding-requests.ts'
import { primarySource } from './primary-source.ts'

/** The time between two requests, with their entries. */
export interface Gap {
  ms: Milliseconds
  /** When the second one came. */
  at: Milliseconds
  evidence: number[]
}

/** The gaps between keep-alives of the primary port: what may come for another reason is passed over. */
export function gapsOf(stretch: Timeline): Gap[] {
  const source = primarySource(stretch)
  if (source === undefined) return []
  const requests = requestsFrom(stretch, source)
  const ends = sessionEnds(stretch)
  const keepAlives = requests.filter((request, index) => !isExempt(request, requests[index - 1], ends))
  return keepAlives.slice(1).map((request, index) => gap(keepAlives[index] ?? request, request))
}

/**
 * Not bound to the minimum: reports of a change, what follows a 401 or a request that got no answer, and what follows
 * a session, in which STUN may have been set.
 */
function isExempt(request: BindingRequest, before: BindingRequest | undefined, sessionEnds: readonly Milliseconds[]) {
  if (reportsChange(request)) return true
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
export function silencesOf(stretch: Timeline, { from, to }: { from: Bound; to: Bound }): Gap[] {
  const source = primarySource(stretch)
  const requests = source === undefined ? [] : requestsFrom(stretch, source)
  const moments: Bound[] = [from, ...requests.map(({ entry }) => entry), to]
  return moments
    .slice(1)
    .map((moment, index) => ({ moment, before: moments[index] ?? moment }))
    .map(({ moment, before }) => ({ ms: moment.at - before.at, at: moment.at, evidence: [before.seq, moment.seq] }))
}
