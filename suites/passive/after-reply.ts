import { formatDuration } from '../../harness/device/duration.ts'
import { chosen, standard } from '../../harness/limits.ts'
import { connectionRequestEvent, nameOf } from '../../harness/timeline/sessions.ts'
import type { Ask } from './ask.ts'
import type { Call, Capture } from './capture.ts'
import {
  doubtOfAbsence,
  doubtOfQuiet,
  doubtOfRest,
  isAtRest,
  isCalled,
  sessionAfter,
  sessionsBetween,
  tellsBoot,
} from './circumstances.ts'
import { firstAfter } from './in-order.ts'
import { lookedPast, quietWindow } from './limits.ts'
import { type Reading, unlessOnce } from './reading.ts'
import type { Transport } from './transport.ts'

/** A Connection Request at rest after which a session is due, with what came of it. */
interface Due {
  ask: Ask
  repliedAt: number
  call: Call
}

/** The first of those that were sent for the same session; over UDP only where that session tells that it was taken. */
function dueSessions(capture: Capture, transport: Transport): readonly Due[] {
  const known = alreadyFound.get(capture)?.[transport]
  if (known !== undefined) return known
  const due = findDue(capture, transport)
  alreadyFound.set(capture, { ...alreadyFound.get(capture), [transport]: due })
  return due
}

/** Several metrics ask for the same. */
const alreadyFound = new WeakMap<Capture, Partial<Record<Transport, readonly Due[]>>>()

function findDue(capture: Capture, transport: Transport): Due[] {
  return capture.calls.flatMap(call => {
    const [ask] = call.asks
    if (ask?.transport !== transport || ask.repliedAt === undefined || !isAtRest(capture, ask)) return []
    const taken = ask.outcome === 'accepted' || (transport === 'udp' && call.session !== undefined)
    return taken ? [{ ask, repliedAt: ask.repliedAt, call }] : []
  })
}

/** CR-GEN-04: the attempt to open a session comes within 30 s of the success reply, by UDP of the request. */
export const readDelays = (capture: Capture, transport: Transport): Reading[] =>
  dueSessions(capture, transport).map(due => readDelay(capture, due))

function readDelay(capture: Capture, { ask, repliedAt, call }: Due): Reading {
  const limit = standard.sessionAfterReply
  const from = ask.transport === 'udp' ? 'request' : 'success reply'
  const expected = [`an attempt to open a session within 30 s of the ${from}`]
  const attempt = firstAfter(capture.attemptsAt, ask.sentAt)
  const evidence = [...ask.evidence, ...(call.session ? [call.session.seq] : [])]
  if (attempt === undefined) {
    const reason = 'The capture holds no later session, which would show that it still saw the device.'
    return { verdict: 'inconclusive', reason, expected, evidence, limit }
  }
  const measured = Math.max(0, attempt - repliedAt)
  const { uncertaintyMs: uncertainty } = ask
  const finding = { expected, evidence, limit, measured, uncertainty, actual: attempted(measured, from) }
  if (Math.abs(measured - limit.ms) < uncertainty) {
    const reason = 'The measured time is closer to the limit than it can be measured.'
    return { ...finding, verdict: 'inconclusive', reason }
  }
  if (measured <= limit.ms) return { ...finding, verdict: 'pass' }
  const doubt =
    doubtOfRest(capture, ask) ??
    doubtOfAbsence(capture, repliedAt + limit.ms) ??
    (ask.transport === 'udp' ? (doubtOfTaking(call) ?? capture.hiddenRequests) : undefined)
  return doubt === undefined
    ? { ...finding, verdict: 'breach' }
    : { ...finding, verdict: 'inconclusive', reason: doubt }
}

function attempted(measured: number, from: string): string {
  return measured > lookedPast
    ? `no attempt in the ${formatDuration(lookedPast)} after the ${from}`
    : `attempted ${formatDuration(measured)} after the ${from}`
}

/** Over UDP nothing tells which of several requests was taken, if any. */
const doubtOfTaking = ({ asks, session }: Call): string | undefined =>
  asks.length === 1 && session !== undefined && session.attemptAt - (asks[0]?.sentAt ?? 0) <= quietWindow.ms
    ? undefined
    : 'Nothing shows that the device took the request.'

/** CR-GEN-05: the session lists "6 CONNECTION REQUEST" with an empty CommandKey. */
export const readEvents = (capture: Capture, transport: Transport): Reading[] =>
  dueSessions(capture, transport).flatMap(due => readEvent(capture, due) ?? [])

const expectedEvent = ['an Inform that lists "6 CONNECTION REQUEST" with an empty CommandKey, among any other events']

function readEvent(capture: Capture, { ask, repliedAt, call: { session, asks } }: Due): Reading | undefined {
  const expected = expectedEvent
  if (session !== undefined && session.attemptAt - repliedAt <= quietWindow.ms) {
    const struct = session.inform.events.find(({ eventCode }) => eventCode === connectionRequestEvent)
    const right = struct?.commandKey === ''
    const actual = right ? nameOf(session) : `${nameOf(session)} with CommandKey "${struct?.commandKey}"`
    const evidence = [...ask.evidence, session.seq]
    const [earlier] = sessionsBetween(capture, ask.sentAt, session.attemptAt - 1)
    if (right && earlier !== undefined && asks.length > 1) {
      const reason = `${nameOf(earlier)} came first, and the session with event 6 only after another request.`
      return { verdict: 'inconclusive', reason, expected, evidence: [...evidence, earlier.seq], suspect: true }
    }
    return { verdict: right ? 'pass' : 'breach', expected, actual, evidence }
  }
  // By UDP a session without event 6 may have another cause: nothing else tells that the request was taken.
  if (ask.outcome !== 'accepted') return undefined
  const others = sessionsBetween(capture, ask.sentAt, repliedAt + lookedPast)
  if (others.length === 0) return undefined
  const evidence = [...ask.evidence, ...others.map(({ seq }) => seq)]
  const finding = { expected, actual: `only ${others.map(nameOf).join(', ')}`, evidence }
  const doubt =
    doubtOfRest(capture, ask) ??
    doubtOfQuiet(capture, repliedAt) ??
    (others.every(({ ended }) => ended?.how === 'completed') ? undefined : 'A session failed in the meantime.') ??
    (others.some(tellsBoot) ? 'The device was started anew in the meantime.' : undefined) ??
    doubtOfAbsence(capture, repliedAt + quietWindow.ms)
  return doubt === undefined
    ? { ...finding, verdict: 'breach' }
    : { ...finding, verdict: 'inconclusive', reason: doubt }
}

/**
 * CR-HTTP-11: the reply comes at once and before the attempt. A reply that was lost and sent again looks late once:
 * only where no exchange shows the right order, and more than one the wrong one, it is the device.
 */
export function readOrder(capture: Capture): Reading[] {
  const expected = ['the whole reply, then the attempt to open the session']
  const slow: Reading[] = []
  const ordered = dueSessions(capture, 'http').flatMap(({ ask, repliedAt, call: { session } }): Reading[] => {
    const took = repliedAt - ask.sentAt
    if (took > chosen.promptReply.ms)
      slow.push({
        verdict: 'warning',
        expected: ['a reply at once'],
        actual: `the reply took ${formatDuration(took)}`,
        evidence: ask.evidence,
        limit: chosen.promptReply,
        measured: took,
      })
    if (session === undefined || session.attemptAt - repliedAt > lookedPast) return []
    const delay = session.attemptAt - repliedAt
    const evidence = [...ask.evidence, session.seq]
    const finding = { expected, evidence, limit: chosen.sameInstant, measured: delay, uncertainty: ask.uncertaintyMs }
    if (delay >= 0)
      return [{ ...finding, verdict: 'pass', actual: `the reply came ${formatDuration(delay)} before the attempt` }]
    if (delay > -chosen.sameInstant.ms)
      return [{ ...finding, verdict: 'inconclusive', reason: 'Reply and session came within 5 ms of each other.' }]
    // What has other events may have been begun for their sake.
    if (session.events.some(event => event !== connectionRequestEvent)) return []
    return [
      { ...finding, verdict: 'breach', actual: `the attempt came ${formatDuration(-delay)} before the whole reply` },
    ]
  })
  return [...unlessOnce(ordered, 'A reply that was lost and sent again would look as late as this.'), ...slow]
}

/** The next session after each accepted request, for the times that a report tells. */
export function timesToSession(capture: Capture, transport: Transport): number[] {
  return dueSessions(capture, transport).flatMap(({ ask, repliedAt }) => {
    const session = sessionAfter(capture, ask.sentAt)
    return session !== undefined && isCalled(session) && session.attemptAt - repliedAt <= lookedPast
      ? [Math.max(0, session.attemptAt - repliedAt)]
      : []
  })
}
