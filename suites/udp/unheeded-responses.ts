import { chosen } from '../../harness/limits.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { type BindingRequest, bindingRequests } from '../../harness/timeline/stun-requests.ts'
import { entriesOf, type Timeline } from '../../harness/timeline/timeline.ts'

/** After the server has answered a copy so often, one more says that the device did not heed the answers. */
export const answersThatSuffice = 3

/** An answer may be lost, and a copy may be under way already: only several answers must have been heard. */
export function copiesAfterAnswers(timeline: Timeline, { copies }: BindingRequest): EntryOf<'stun-received'>[] {
  const ofThis = new Set(copies.map(({ seq }) => seq))
  const answers = entriesOf(timeline, 'stun-sent').filter(sent => ofThis.has(sent.answers))
  const last = answers[answersThatSuffice - 1]
  return last === undefined ? [] : copies.filter(({ at }) => at > last.at + chosen.sameInstant.ms)
}

/** The device goes on with this request although it was answered: the answers do not seem to arrive. */
export const isUnheeded = (timeline: Timeline, request: BindingRequest): boolean =>
  copiesAfterAnswers(timeline, request).length > 0

/** So it goes on with most of its requests, but for those that the stretch cuts short: nothing seems to reach it. */
export function heedsNoResponse(timeline: Timeline): boolean {
  const answered = bindingRequests(timeline).filter(({ answer }) => answer !== undefined)
  const unheeded = answered.filter(request => isUnheeded(timeline, request))
  return unheeded.length > 1 && 2 * unheeded.length > answered.length
}
