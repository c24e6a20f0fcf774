import type { Bench } from '../../harness/bench.ts'
import type { Milliseconds } from '../../harness/clock/clock.ts'
import type { Endpoint, EntryOf } from '../../harness/timeline/entry.ts'
import { type BindingRequest, bindingRequests, hasAttribute, stunCodes } from '../../harness/timeline/stun-requests.ts'
import { entriesOf, markNamed, type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import { sameEndpoint } from '../../harness/udp-bench.ts'
import { readHostAndPort } from './host-and-port.ts'

/** The first copy of a request, as far as the timeline knows. */
export const isAfresh = ({ retransmissionOf }: EntryOf<'stun-received'>) => retransmissionOf === undefined

/** Binding Requests of the device that were begun in this stretch. */
export const requestsBegun = (timeline: Timeline): BindingRequest[] =>
  bindingRequests(timeline).filter(({ entry }) => isAfresh(entry))

/** Those that came from this address and port. */
export const requestsFrom = (timeline: Timeline, source: Endpoint): BindingRequest[] =>
  requestsBegun(timeline).filter(({ entry }) => sameEndpoint(entry.from, source))

/**
 * Where the first Binding Request of a stretch came from. Nothing can be tried of a binding before it is known, so
 * that this is the primary port, whatever the request says of itself.
 */
export const sourceOfFirst = (timeline: Timeline): Endpoint | undefined => requestsBegun(timeline)[0]?.entry.from

/** Where requests came from when the last settings were made, after which the device was asked there. */
export const sourceAsked = (timeline: Timeline): Endpoint | undefined =>
  readHostAndPort(markNamed(timeline, 'asking')?.data?.['source'] as string | undefined)

export const reportsChange = ({ entry }: BindingRequest) => hasAttribute(entry, stunCodes.bindingChange)

/** The answer said 401. RFC 3489 11.2.9 */
export const isUnauthorised = ({ answer }: BindingRequest): boolean =>
  answer?.message.attributes.some(({ error }) => error === 401) ?? false

/** Entries with numbers from `from` to below `to`. */
export const entriesBetween = ({ entries }: Timeline, from: number, to = Number.POSITIVE_INFINITY): Timeline =>
  timelineOf(entries.filter(({ seq }) => seq >= from && seq < to))

/**
 * The first answer after entry `seq` that gave the device a mapped address, to a request from its primary port.
 * @returns `undefined` when none that fits came within `ms`
 */
export async function answerAfter(
  { timeline, signal }: Pick<Bench, 'timeline' | 'signal'>,
  seq: number,
  ms: Milliseconds,
  fits: (answer: EntryOf<'stun-sent'>) => boolean = () => true,
): Promise<EntryOf<'stun-sent'> | undefined> {
  const isAnswer = (answer: EntryOf<'stun-sent'>) =>
    answer.mapped !== undefined && isOfPrimaryPort(timeline, answer) && fits(answer)
  try {
    return await timeline.waitFor('stun-sent', isAnswer, {
      after: seq,
      timeoutMs: ms,
      what: 'an answered Binding Request of the device',
      signal,
    })
  } catch (error) {
    if (signal.aborted) throw error
    return undefined
  }
}

/** The same for an answer that tells where the request really came from. */
export const truthAfter = (bench: Pick<Bench, 'timeline' | 'signal'>, seq: number, ms: Milliseconds) =>
  answerAfter(bench, seq, ms, ({ truthful }) => truthful === true)

function isOfPrimaryPort(timeline: Timeline, { answers }: EntryOf<'stun-sent'>): boolean {
  const request = timeline.entries[answers - 1]
  return (
    request?.type === 'stun-received' &&
    request.ofDeviceUnderTest &&
    hasAttribute(request, stunCodes.connectionRequestBinding)
  )
}

/** When sessions of the device ended in this stretch. */
export const sessionEnds = (timeline: Timeline) => entriesOf(timeline, 'session-ended').map(({ at }) => at)
