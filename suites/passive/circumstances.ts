import { type Session, connectionRequestEvent } from '../../harness/timeline/sessions.ts'
import type { Ask } from './ask.ts'
import type { Capture } from './capture.ts'
import { firstAfter, firstIndexAfter } from './in-order.ts'
import { quietWindow } from './limits.ts'

/** The last session that was attempted before this time, or at it. */
export const sessionBefore = ({ sessions }: Capture, at: number): Session | undefined =>
  sessions[firstIndexAfter(sessions, ({ attemptAt }) => attemptAt, at) - 1]

/** The first session that was attempted after this time. */
export const sessionAfter = ({ sessions }: Capture, at: number): Session | undefined =>
  sessions[firstIndexAfter(sessions, ({ attemptAt }) => attemptAt, at)]

/** Where a session ended as far as the capture shows: not before the next one began, where it shows no end. */
export const endOf = (capture: Capture, session: Session): number =>
  session.ended?.at ?? sessionAfter(capture, session.attemptAt)?.attemptAt ?? capture.endedAt

/** It is in no session, and the last one did not fail. Before the first one that is only supposed. */
export function isAtRest(capture: Capture, ask: Ask): boolean {
  const last = sessionBefore(capture, ask.sentAt)
  if (last === undefined) return true
  return last.ended?.how === 'completed' && endOf(capture, last) < ask.sentAt
}

/** Why the device may have been in a session of which the capture shows nothing. */
export function doubtOfRest(capture: Capture, ask: Ask): string | undefined {
  return sessionBefore(capture, ask.sentAt) === undefined && ask.sentAt - capture.beganAt < quietWindow.ms
    ? 'The device may have been in a session when the capture began.'
    : undefined
}

const bootEvents = ['0 BOOTSTRAP', '1 BOOT']

export const tellsBoot = ({ events }: Session): boolean => events.some(event => bootEvents.includes(event))

/** Why what should have happened before `until` may have failed to for a reason outside the device or the capture. */
export function doubtOfAbsence(capture: Capture, until: number): string | undefined {
  if (capture.lacking !== undefined) return capture.lacking
  const next = sessionAfter(capture, until)
  if (next === undefined) return 'The capture holds no later session, which would show that it still saw the device.'
  if (tellsBoot(next)) return 'The device was started anew in the meantime.'
  if (next.retryCount !== 0) return 'By its RetryCount the device tried in vain to reach the ACS in the meantime.'
  return undefined
}

/** Whether nothing was sent in the quiet window after `from` that may bring a session; if not, why that is not shown. */
export function doubtOfQuiet(capture: Capture, from: number): string | undefined {
  if (capture.endedAt - from < quietWindow.ms) return 'The capture ends before a session would have to have come.'
  const stimulus = firstAfter(capture.stimuliAt, from)
  if (stimulus !== undefined && stimulus - from < quietWindow.ms)
    return 'Another Connection Request followed before a session would have to have come.'
  return undefined
}

/** A later Connection Request that did bring a session: without it, silence proves nothing. */
export function controlAfter(capture: Capture, at: number): Session | undefined {
  const index = firstIndexAfter(capture.calls, ({ session }) => session?.attemptAt ?? Number.POSITIVE_INFINITY, at)
  for (const { asks, session } of capture.calls.slice(index, index + 5))
    if (session !== undefined && asks.some(({ sentAt }) => sentAt > at)) return session
  return undefined
}

export const isCalled = ({ events }: Session) => events.includes(connectionRequestEvent)

/** The sessions that were attempted after `from`, until `to`. */
export function sessionsBetween({ sessions }: Capture, from: number, to: number): Session[] {
  const attempt = ({ attemptAt }: Session) => attemptAt
  return sessions.slice(firstIndexAfter(sessions, attempt, from), firstIndexAfter(sessions, attempt, to))
}
