import { uptime } from 'node:os'
import type { Milliseconds } from './clock.ts'

/** What the clocks of the machine show at one moment. */
export interface MachineTimes {
  /** The wall clock, which people and time servers set. */
  wall: Milliseconds
  /** Goes on while the machine is suspended and is set by nobody; `undefined` where it cannot be read. */
  sinceBoot: Milliseconds | undefined
}

/** Reads the clocks of the machine: on Linux the time since boot counts suspensions, the monotonic clock does not. */
export function machineTimes(): MachineTimes {
  return { wall: Date.now(), sinceBoot: sinceBoot() }
}

function sinceBoot(): Milliseconds | undefined {
  try {
    return uptime() * 1000
  } catch {
    return undefined
  }
}
