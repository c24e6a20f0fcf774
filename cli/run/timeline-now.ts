import type { Clock, Milliseconds } from '../../harness/clock/clock.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'

/**
 * What the clock of another process's timeline shows now; in virtual time, which stands still between entries, the time
 * of its last entry.
 */
export function timelineNow(clock: Clock, started: EntryOf<'run-started'> | undefined, lastAt: Milliseconds) {
  if (!started || started.clock === 'virtual') return lastAt
  return started.at + clock.wallTime().getTime() - Date.parse(started.wallTime)
}
