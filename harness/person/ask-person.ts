import type { Milliseconds } from '../clock/clock.ts'
import { ConditionsNotMet } from '../conditions.ts'
import type { PersonsTask } from '../device/control.ts'
import { formatDuration } from '../device/duration.ts'
import type { ControlAction } from '../device/facts.ts'
import type { EntryOf } from '../timeline/entry.ts'
import { WaitTimedOut, type TimelineRecorder } from '../timeline/recorder.ts'

type Opened = EntryOf<'session-opened'>

const lists =
  (...events: readonly string[]) =>
  ({ inform }: Opened) =>
    inform.events.some(({ eventCode }) => events.includes(eventCode))

/** What shows on the wire that the person has done it; for the others nothing does. */
const signs: Partial<Record<ControlAction, { what: string; fits: (session: Opened) => boolean }>> = {
  reboot: { what: 'a session with 1 BOOT', fits: lists('1 BOOT') },
  power: { what: 'a session with 1 BOOT', fits: lists('1 BOOT') },
  factoryReset: { what: 'a session with 0 BOOTSTRAP or 1 BOOT', fits: lists('0 BOOTSTRAP', '1 BOOT') },
  valueChange: { what: 'a session with 4 VALUE CHANGE', fits: lists('4 VALUE CHANGE') },
}

/** Says on the timeline whose turn it is; who asks sees to the end. */
export function beginPersonsTurn(timeline: TimelineRecorder, action: ControlAction, task: PersonsTask): void {
  const { sentence, timeoutMs } = task
  timeline.add({ type: 'control', action, how: 'ask', sentence, waitMs: timeoutMs })
}

/** Notes that the wire shows what the person was asked for, or why nothing is waited for any more. */
export function endPersonsTurn(timeline: TimelineRecorder, action: ControlAction, problem?: string): void {
  timeline.add({ type: 'control', action, how: 'person', ...(problem === undefined ? {} : { problem }) })
}

/**
 * Asks a person to do something to the device and waits until the wire shows it: nobody has to say that it is done.
 * @param deviceMs how long the device itself may take until it calls, beyond the time of the person
 * @throws ConditionsNotMet when nothing shows it in time
 */
export async function askPerson(
  { timeline, signal }: { timeline: TimelineRecorder; signal: AbortSignal },
  action: ControlAction,
  task: PersonsTask,
  deviceMs: Milliseconds,
): Promise<void> {
  const sign = signs[action]
  if (sign === undefined) throw new Error(`Nothing on the wire shows that a person has carried out ${action}.`)
  const after = timeline.lastSeq
  beginPersonsTurn(timeline, action, task)
  try {
    await timeline.waitFor('session-opened', entry => entry.ofDeviceUnderTest && sign.fits(entry), {
      after,
      timeoutMs: task.timeoutMs + deviceMs,
      what: sign.what,
      signal,
    })
    endPersonsTurn(timeline, action)
  } catch (error) {
    const waited = formatDuration(task.timeoutMs + deviceMs)
    const problem = `A person was asked (“${task.sentence}”), but ${sign.what} did not come within ${waited}.`
    const isLate = error instanceof WaitTimedOut
    endPersonsTurn(timeline, action, isLate ? problem : 'The run was stopped meanwhile.')
    throw isLate ? new ConditionsNotMet(problem) : error
  }
}
