import type { Clock } from '../../clock/clock.ts'
import { createVirtualClock } from '../../clock/virtual-clock.ts'
import type { EntryType } from '../../timeline/entry.ts'
import { TimelineRecorder } from '../../timeline/recorder.ts'
import { keepSecrets } from '../../timeline/redactor.ts'
import { createHttpRequester, type HttpRequester, type HttpRequesterOptions } from './requester.ts'

/** A requester on virtual time with a timeline of its own, for self-tests. */
export interface Recorded {
  clock: Clock
  timeline: TimelineRecorder
  requester: HttpRequester
  /** The types of the entries so far, without their common prefix. */
  story: () => string[]
}

export function recorded(options: Partial<HttpRequesterOptions> = {}): Recorded {
  const clock = options.clock ?? createVirtualClock()
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const requester = createHttpRequester({ ...options, clock, timeline })
  const short = (type: EntryType) => type.replace('http-cr-', '')
  return { clock, timeline, requester, story: () => timeline.entries.map(({ type }) => short(type)) }
}
