import { connectionRequestEvent, nameOf, type Session } from '../../harness/timeline/sessions.ts'
import type { Capture } from './capture.ts'
import { controlAfter, doubtOfQuiet, endOf, isCalled, tellsBoot } from './circumstances.ts'
import { type Reading, unlessOnce } from './reading.ts'

/** A session whose Inform the ACS left without an InformResponse, and those after it. */
interface Retry {
  failed: Session
  retry: Session | undefined
  /** The next three with any other event than 6: a request in the meantime may be served by itself. */
  soon: Session[]
}

/** How many sessions are looked at for the next ones with other events. */
const lookedAhead = 20

const withOtherEvents = (all: readonly Session[]) =>
  all.filter(({ events }) => events.some(event => event !== connectionRequestEvent))

function retries({ sessions }: Capture): Retry[] {
  return sessions.flatMap((failed, index) =>
    failed.ended?.how === 'failed-by-acs' && failed.answeredAt === undefined
      ? [
          {
            failed,
            retry: sessions[index + 1],
            soon: withOtherEvents(sessions.slice(index + 1, index + 1 + lookedAhead)).slice(0, 3),
          },
        ]
      : [],
  )
}

/** CW-EVT-04: event 6 is not delivered again after a failed session. */
export function readNotRetried(capture: Capture): Reading[] {
  const expected = ['no retry', 'a retry without event 6: with other events or with none']
  const asked = new Map(capture.calls.map(({ session, asks }) => [session, asks]))
  return retries(capture).flatMap(({ failed, retry }): Reading[] => {
    if (!isCalled(failed)) return []
    const evidence = [failed.seq, ...(retry ? [retry.seq] : [])]
    const finding = { expected, evidence, actual: retry ? nameOf(retry) : 'no retry' }
    const open = (reason: string): Reading => ({ ...finding, verdict: 'inconclusive', reason })
    if (retry !== undefined && isCalled(retry)) {
      if ((asked.get(retry) ?? []).length > 0 || retry.retryCount === 0) return []
      return capture.hiddenRequests === undefined ? [{ ...finding, verdict: 'breach' }] : [open(capture.hiddenRequests)]
    }
    if (retry !== undefined && (retry.retryCount ?? 0) > 0) return [{ ...finding, verdict: 'pass' }]
    const doubt = doubtOfQuiet(capture, endOf(capture, failed))
    if (doubt !== undefined) return [open(doubt)]
    if (controlAfter(capture, endOf(capture, failed)) === undefined)
      return [open('No later request brought a session, so the silence before proves nothing.')]
    return [{ ...finding, actual: 'no retry', verdict: 'pass' }]
  })
}

/** Events that have to be delivered whatever comes between, a restart excepted. TR-069 3.7.1.5 */
const alwaysDelivered = ['0 BOOTSTRAP', '1 BOOT', 'M ScheduleInform', 'M Reboot']

/** CW-EVT-03: what was not delivered is tried again soon. */
export const readRedelivered = (capture: Capture): Reading[] =>
  retries(capture).flatMap(({ failed, retry, soon }): Reading[] => {
    const due = failed.events.filter(event => alwaysDelivered.includes(event))
    if (retry === undefined || due.length === 0) return []
    const expected = [`the undelivered ${due.map(event => `"${event}"`).join(', ')} in the retry`]
    const finding = {
      expected,
      actual: soon.map(nameOf).join(', then '),
      evidence: [failed, ...soon].map(({ seq }) => seq),
    }
    const again = soon.find(({ events }) => due.every(event => events.includes(event)))
    if (again !== undefined) return [{ ...finding, actual: nameOf(again), verdict: 'pass' }]
    const open = (reason: string): Reading[] => [{ ...finding, verdict: 'inconclusive', reason }]
    if (soon.length < 3) return open('The capture ends before the next sessions.')
    if (soon.some(tellsBoot)) return open('The device was started anew in the meantime.')
    return [{ ...finding, verdict: 'breach' }]
  })

/** CW-EVT-03: what was delivered is not told again. An ACS may have asked for the same once more, unseen. */
export function readDeliveredOnce({ sessions }: Capture): Reading[] {
  return sessions.flatMap((session, index): Reading[] => {
    const previous = sessions[index - 1]
    if (previous?.ended?.how !== 'completed') return []
    const delivered = previous.inform.events.filter(({ eventCode }) => eventCode === 'M ScheduleInform')
    if (delivered.length === 0) return []
    const again = session.inform.events.find(event =>
      delivered.some(({ eventCode, commandKey }) => event.eventCode === eventCode && event.commandKey === commandKey),
    )
    const finding = {
      expected: ['the delivered events no longer in the next session'],
      actual: nameOf(session),
      evidence: [previous.seq, session.seq],
    }
    if (again === undefined) return [{ ...finding, verdict: 'pass' }]
    const reason = 'The event came again with the same CommandKey, unless the ACS asked for it twice.'
    return [{ ...finding, verdict: 'inconclusive', reason, suspect: true }]
  })
}

/** CW-INF-05: a plain retry counts one more than the attempt before it, or more where others were in vain unseen. */
export function readRetryCounts(capture: Capture): Reading[] {
  const readings = retries(capture).flatMap(({ failed, retry }): Reading[] => {
    const before = failed.retryCount
    if (retry === undefined || before === undefined || tellsBoot(retry)) return []
    // A new event may have brought the attempt about: what RetryCount is then is CW-RET-05, a warning at most.
    const isPlain = retry.events.every(event => failed.events.includes(event) && event !== connectionRequestEvent)
    if (!isPlain || retry.events.length === 0) return []
    const finding = {
      expected: [`RetryCount ${before + 1} after one of ${before} failed`],
      actual: `RetryCount ${retry.inform.retryCount ?? 'missing'}`,
      evidence: [failed.seq, retry.seq],
    }
    const count = retry.retryCount
    if (count === before + 1) return [{ ...finding, verdict: 'pass' }]
    if (count !== undefined && count > before)
      return [{ ...finding, verdict: 'inconclusive', reason: 'Other attempts in vain may not have been captured.' }]
    return [{ ...finding, verdict: 'breach' }]
  })
  return unlessOnce(readings, 'The device may have been started anew without telling it.')
}
