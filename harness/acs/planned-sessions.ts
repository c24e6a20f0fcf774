import { CwmpFault } from '../cwmp/fault.ts'
import type { InformContent } from '../timeline/entry.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import { defer } from './deferred.ts'
import { type InformAnswer, PlanCancelled, type SessionHandle, SessionLost, type SessionPlan } from './session-plan.ts'

/** A plan that waits for its session. */
export interface PlannedSession {
  /** Resolves with the first session of the plan, before its Inform is answered. Rejects with PlanCancelled. */
  readonly sessionOpened: Promise<SessionHandle>
  /**
   * Resolves when all sessions of the plan are over and their scripts have finished; with `times: 'always'`, or
   * when too few sessions came, after `cancel`. Rejects with what a script threw first.
   */
  readonly done: Promise<void>
  /** Takes the plan back; a session that has begun goes on. */
  cancel(): void
}

/** A plan bound to one session. */
export interface BoundPlan {
  readonly name: string
  answerInform(session: SessionHandle, nth: number): Promise<InformAnswer>
  /** Runs the script to its end; never rejects. */
  runScript(session: SessionHandle): Promise<void>
}

/** The plans in the order in which they were made. */
export interface PlanQueue {
  plan(plan: SessionPlan): PlannedSession
  /** Binds the first plan that fits, if any, to a session that has begun. */
  bind(session: SessionHandle, ofDeviceUnderTest: boolean): BoundPlan | undefined
  clear(): void
}

interface Waiting {
  fits(inform: InformContent, ofDeviceUnderTest: boolean): boolean
  bind(session: SessionHandle): BoundPlan
  cancel(): void
}

export function createPlanQueue(timeline: TimelineRecorder): PlanQueue {
  const queue: Waiting[] = []

  return {
    plan(plan) {
      const { waiting, planned } = prepare(plan, timeline, () => remove(waiting))
      queue.push(waiting)
      return planned
    },
    bind(session, ofDeviceUnderTest) {
      return queue.find(waiting => waiting.fits(session.inform, ofDeviceUnderTest))?.bind(session)
    },
    clear() {
      for (const waiting of [...queue]) waiting.cancel()
    },
  }

  function remove(waiting: Waiting): void {
    const at = queue.indexOf(waiting)
    if (at >= 0) queue.splice(at, 1)
  }
}

function prepare(plan: SessionPlan, timeline: TimelineRecorder, leaveQueue: () => void) {
  const opened = defer<SessionHandle>()
  const done = defer<void>()
  // A scenario need not look at either.
  opened.promise.catch(() => undefined)
  done.promise.catch(() => undefined)
  let remaining = plan.times === 'always' ? Number.POSITIVE_INFINITY : (plan.times ?? 1)
  let running = 0
  let failed: { error: unknown } | undefined

  const settleWhenDone = () => {
    if (remaining > 0 || running > 0) return
    if (failed) done.reject(failed.error)
    else done.resolve()
  }
  const note = (error: unknown) => {
    failed ??= { error }
    // The device's own faults and its leaving are on the timeline already.
    if (error instanceof SessionLost || error instanceof CwmpFault) return
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined }
    timeline.add({
      type: 'harness-error',
      message: `${plan.name}: ${message}`,
      ...(stack === undefined ? {} : { stack }),
    })
  }

  const boundPlan: BoundPlan = {
    name: plan.name,
    async answerInform(session, nth) {
      try {
        return (await plan.onInform?.(session, nth)) ?? 'respond'
      } catch (error) {
        note(error)
        return 'respond'
      }
    },
    async runScript(session) {
      try {
        await plan.script?.(session)
      } catch (error) {
        note(error)
      }
    },
  }

  const waiting: Waiting = {
    fits: (inform, ofDeviceUnderTest) => ofDeviceUnderTest && (plan.when?.(inform) ?? true),
    bind(session) {
      remaining--
      running++
      if (remaining === 0) leaveQueue()
      opened.resolve(session)
      let scriptOver: Promise<void> | undefined
      void session.ended
        .then(() => scriptOver)
        .then(() => {
          running--
          settleWhenDone()
        })
      return { ...boundPlan, runScript: handle => (scriptOver = boundPlan.runScript(handle)) }
    },
    cancel() {
      leaveQueue()
      remaining = 0
      opened.reject(new PlanCancelled(`The plan "${plan.name}" was taken back before a session came for it.`))
      settleWhenDone()
    },
  }
  const planned: PlannedSession = { sessionOpened: opened.promise, done: done.promise, cancel: () => waiting.cancel() }
  return { waiting, planned }
}
