import type { Acs } from './acs/acs.ts'
import type { Clock, Milliseconds } from './clock/clock.ts'
import { otherDevices } from './timeline/other-devices.ts'
import type { TimelineRecorder } from './timeline/recorder.ts'

/** How long a session may take at most before it is no longer waited for. */
export const sessionEndMs: Milliseconds = 180_000

/**
 * Waits until no session is open and the device has had `idleMs` since it was last busy with us. A session that falls
 * into the rest begins it anew; of a device that calls without end it is given up after `sessionEndMs`.
 */
export async function restDevice(
  { acs, clock, timeline, signal }: { acs: Acs; clock: Clock; timeline: TimelineRecorder; signal: AbortSignal },
  idleMs: Milliseconds,
): Promise<void> {
  const deadline = clock.now() + sessionEndMs
  for (;;) {
    while (acs.openSessions() > 0 && clock.now() < deadline)
      await timeline.waitFor('session-ended', () => true, {
        what: 'the open session to end',
        timeoutMs: deadline - clock.now(),
        signal,
      })
    const busyAt = lastActivity(timeline)
    const rested = clock.now() - busyAt
    if (rested < idleMs) await clock.sleep(idleMs - rested, signal)
    const undisturbed = acs.openSessions() === 0 && lastActivity(timeline) === busyAt
    if (undisturbed || clock.now() >= deadline) return
  }
}

/** When the device was last busy with a session or a request of ours. */
function lastActivity(timeline: TimelineRecorder): Milliseconds {
  const others = otherDevices(timeline.entries)
  const last = timeline.entries.findLast(
    entry =>
      (entry.type === 'session-ended' && !others.has(entry)) ||
      entry.type === 'http-cr-answered' ||
      entry.type === 'xmpp-cr-answered' ||
      entry.type === 'udp-cr-sent',
  )
  return last?.at ?? Number.NEGATIVE_INFINITY
}
