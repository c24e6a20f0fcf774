import type { Socket as DatagramSocket } from 'node:dgram'
import type { Socket } from 'node:net'

/** Milliseconds. Fractions are allowed; a duration in another unit carries the unit in its name. */
export type Milliseconds = number

/**
 * What gives the time. Everything that waits is handed one: the real clock for devices, the virtual
 * clock for the simulated device in our own process.
 */
export interface Clock {
  readonly kind: 'real' | 'virtual'
  /** Milliseconds on a monotonic scale that starts near zero when the clock is made. */
  now(): Milliseconds
  /** The wall-clock time that belongs to `now()`. */
  wallTime(): Date
  /** Resolves after `ms`. Rejects with `signal.reason` when the signal is aborted. */
  sleep(ms: Milliseconds, signal?: AbortSignal): Promise<void>
  /**
   * Makes a socket known to the clock, so that virtual time never jumps while a byte of it is under way.
   * Both ends of every connection are watched; for TLS the raw socket below it. Returns the socket.
   */
  watch<T extends Socket>(socket: T): T
  /**
   * The same for datagrams: called when the socket is made, before it is bound; it is bound before it sends. Returns
   * the socket.
   */
  watchDatagrams<T extends DatagramSocket>(socket: T): T
  /** Work that touches neither a watched socket nor this clock (files, processes): virtual time waits for it. */
  busy<T>(work: () => Promise<T>): Promise<T>
}

/** Why a timer is stopped whose time-out no longer matters: one object for all, because making an error is dear. */
export const noLongerAwaited = new Error('No longer awaited.')

/** A promise that settles as `work` does, or rejects with `timeoutError()` once `ms` have passed. */
export async function withTimeout<T>(
  clock: Clock,
  ms: Milliseconds,
  work: Promise<T>,
  timeoutError: () => Error,
): Promise<T> {
  const stop = new AbortController()
  const late = clock.sleep(ms, stop.signal).then(() => {
    throw timeoutError()
  })
  try {
    return await Promise.race([work, late])
  } finally {
    stop.abort(noLongerAwaited)
    late.catch(() => undefined)
  }
}
