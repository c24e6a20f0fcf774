import { uptime } from 'node:os'
import type { Milliseconds } from './clock.ts'

/** What the clocks of the machine show at one moment. */
export interface MachineTimes {
  /** The wall clock, which people and time servers set. */
  wall: Milliseconds
  /** Goes on while the machine is suspended and is set by nobody; `undefined` where it cannot be read. */
  sinceBoot: Milliseconds | undefined
  /** How long processors have worked for this process; a process that is stopped uses none. */
  processor?: Milliseconds
}

/** Reads the clocks of the machine, and ours of the processor: on Linux the time since boot counts suspensions, the monotonic clock does not. */
export function machineTimes(): MachineTimes {
  const { user, system } = process.cpuUsage()
  return { wall: Date.now(), sinceBoot: sinceBoot(), processor: (user + system) / 1000 }
}

function sinceBoot(): Milliseconds | undefined {
  try {
    return uptime() * 1000
  } catch {
    return undefined
  }
}
