import type { Clock, Milliseconds } from '../../clock/clock.ts'
import type { TimelineRecorder } from '../../timeline/recorder.ts'

/** How long the sender waits, in milliseconds. All of it is our own choice, none the standard's. */
export interface Timeouts {
  /** For a connection to be opened. */
  connectTimeoutMs: Milliseconds
  /** For an answer, from the writing of the request. Longer than the 30 s within which a session must follow. */
  answerTimeoutMs: Milliseconds
  /** For the next byte of a body once the head has been read, and so for the close that ends a body. */
  closeDelimitedTimeoutMs: Milliseconds
  /** For a close that the device did not announce with its 401, as long as it is not known whether it does that. */
  unannouncedCloseMs: Milliseconds
  /** For each challenge while several requests are armed: a device that serves one connection at a time gives none. */
  armTimeoutMs: Milliseconds
}

const defaultTimeouts: Timeouts = {
  connectTimeoutMs: 10_000,
  answerTimeoutMs: 35_000,
  closeDelimitedTimeoutMs: 2_000,
  unannouncedCloseMs: 200,
  armTimeoutMs: 5_000,
}

/** What every request of one requester shares. */
export interface Wire extends Timeouts {
  clock: Clock
  timeline: TimelineRecorder
  /** Aborted when the run is: every wait rejects with its reason. */
  signal?: AbortSignal | undefined
  nextRequest(): number
  nextConnection(): number
}

/** Who sends on the same timeline counts together, so that a number means one request or connection there. */
const numberings = new WeakMap<TimelineRecorder, { requests: number; connections: number }>()

/** A wire onto `timeline`, with the default time-outs where none are given. */
export function createWire(options: Pick<Wire, 'clock' | 'timeline' | 'signal'> & Partial<Timeouts>): Wire {
  const numbers = numberings.get(options.timeline) ?? { requests: 0, connections: 0 }
  numberings.set(options.timeline, numbers)
  const timeouts = { ...defaultTimeouts }
  for (const name of Object.keys(timeouts) as (keyof Timeouts)[]) timeouts[name] = options[name] ?? timeouts[name]
  return {
    ...timeouts,
    clock: options.clock,
    timeline: options.timeline,
    signal: options.signal,
    nextRequest: () => ++numbers.requests,
    nextConnection: () => ++numbers.connections,
  }
}
