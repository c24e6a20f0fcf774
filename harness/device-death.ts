import type { Clock } from './clock/clock.ts'
import type { Outcome } from './connection-request/http/outcome.ts'
import type { DeviceFacts } from './device/facts.ts'
import type { Entry } from './timeline/entry.ts'
import type { TimelineRecorder } from './timeline/recorder.ts'

/** How long a device that does not answer is given to come back, in milliseconds. */
const restsMs = [0, 10_000, 60_000]

/**
 * Why the device must be taken for dead, if since entry `sinceSeq` it answers nothing any more.
 * @param ask one unauthenticated request
 */
export async function deathOfDevice(
  parts: { clock: Clock; timeline: TimelineRecorder; signal: AbortSignal; facts: DeviceFacts },
  sinceSeq: number,
  ask: () => Promise<Outcome>,
): Promise<string | undefined> {
  const { clock, timeline, signal, facts } = parts
  if (facts.reachability.state !== 'reachable' || sawLifeLast(timeline.entries.slice(sinceSeq))) return undefined
  for (const restMs of restsMs) {
    if (restMs > 0) await clock.sleep(restMs, signal)
    if ((await ask()).kind === 'answer') return undefined
  }
  return 'The device no longer answers on its ConnectionRequestURL.'
}

/** Whether the last thing that happened was an answer of the device or a session of it. */
function sawLifeLast(entries: readonly Entry[]): boolean {
  const last = entries.findLast(entry => isLife(entry) || entry.type === 'http-cr-unanswered')
  return last !== undefined && isLife(last)
}

const isLife = (entry: Entry) =>
  entry.type === 'session-opened' ||
  entry.type === 'http-cr-answered' ||
  (entry.type === 'xmpp-cr-answered' && entry.answeredBy === 'device')
