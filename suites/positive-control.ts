import { controlMark } from '../harness/controls.ts'
import { connectionRequestSessions } from '../harness/timeline/sessions.ts'
import { between, markNamed, type Timeline, timelineOf } from '../harness/timeline/timeline.ts'

/** What the positive control after a window showed: without it, absence proves nothing. */
export interface Control {
  passed: boolean
  reason: string
  evidence: number[]
  /** The stretch before the control, in which something had to be absent. */
  before: Timeline
}

/** Reads the last positive control of a scenario. */
export function judgedControl(timeline: Timeline): Control {
  const begun = markNamed(timeline, controlMark)
  const before = begun === undefined ? timeline : timelineOf(timeline.entries.filter(entry => entry.seq < begun.seq))
  if (begun === undefined) return { passed: false, reason: 'No positive control was made.', evidence: [], before }
  const after = between(timelineOf(timeline.entries.filter(({ seq }) => seq >= begun.seq)), controlMark)
  const session = connectionRequestSessions(after)[0]
  return session
    ? { passed: true, reason: 'the request afterwards brought a session', evidence: [session.seq], before }
    : {
        passed: false,
        reason: 'The ordinary request after the window brought no session, so the silence before proves nothing.',
        evidence: [begun.seq],
        before,
      }
}
