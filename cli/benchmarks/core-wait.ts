import { readFileSync } from 'node:fs'
import type { Milliseconds } from '../../harness/clock/clock.ts'

/**
 * How long this process was ready to run but had no core since it began, because others had them; Linux only,
 * `undefined` elsewhere. Tells measurements on a busy machine from slow code.
 */
export function coreWait(): Milliseconds | undefined {
  try {
    return waitIn(readFileSync('/proc/self/schedstat', 'utf8'))
  } catch {
    return undefined
  }
}

/** The second number of schedstat: nanoseconds spent waiting on a run queue. */
export function waitIn(schedstat: string): Milliseconds | undefined {
  const nanoseconds = Number(schedstat.trim().split(' ')[1])
  return Number.isFinite(nanoseconds) ? nanoseconds / 1e6 : undefined
}
