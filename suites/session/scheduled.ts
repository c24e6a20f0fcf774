import type { Bench } from '../../harness/bench.ts'
import { managementServer } from '../../harness/device/facts.ts'
import type { SessionHandle, SessionPlan } from '../../harness/acs/session-plan.ts'
import type { InformContent } from '../../harness/timeline/entry.ts'
import { hasManagementServer } from '../../harness/device/facts.ts'

/** Why a planned failure is no close of the connection: some devices repeat the HTTP request when it is closed. */
export const failed: Required<Pick<SessionPlan, 'onInform'>> = { onInform: () => ({ status: 503 }) }

/** CommandKey of the scheduled Informs. */
const commandKey = 'connreq'
const delaySeconds = 3

/** "M ScheduleInform" with our CommandKey. */
export const isScheduled = (inform: Pick<InformContent, 'events'>) =>
  inform.events.some(event => event.eventCode === 'M ScheduleInform' && event.commandKey === commandKey)

/**
 * Makes the device call by itself, with an event that must be delivered again after a failure: "3 SCHEDULED" with
 * "M ScheduleInform". A.4.1.1
 */
export async function scheduleInform(
  bench: Bench,
  also: (session: SessionHandle) => Promise<unknown> = async () => undefined,
) {
  await bench.inSession('schedule an Inform', async session => {
    await also(session)
    await session.call('ScheduleInform', { delaySeconds, commandKey })
  })
}

/** The retry wait parameters of the session retry policy. 3.2.1.1 */
export interface RetryParameters {
  /** CWMPRetryMinimumWaitInterval, in seconds. */
  m: number
  /** CWMPRetryIntervalMultiplier, in thousandths. */
  k: number
}

/** The values that a device without the two parameters uses. */
export const defaultRetryParameters: RetryParameters = { m: 5, k: 2000 }

export const canSetRetryParameters = (bench: Bench) =>
  hasManagementServer(bench.facts, 'CWMPRetryMinimumWaitInterval') &&
  hasManagementServer(bench.facts, 'CWMPRetryIntervalMultiplier')

/** Sets both inside a session. */
export const setRetryParameters =
  (bench: Bench, { m, k }: RetryParameters) =>
  (session: SessionHandle) =>
    session.call('SetParameterValues', {
      parameters: [
        { name: managementServer(bench.facts, 'CWMPRetryMinimumWaitInterval'), value: String(m), type: 'unsignedInt' },
        { name: managementServer(bench.facts, 'CWMPRetryIntervalMultiplier'), value: String(k), type: 'unsignedInt' },
      ],
    })

/** The range of the n-th wait, in milliseconds: [m*(k/1000)^(n-1), m*(k/1000)^n], fixed from the 10th. 3.2.1.1 */
export function retryWaitRange(n: number, { m, k }: RetryParameters): { fromMs: number; toMs: number } {
  const step = Math.min(n, 10)
  return { fromMs: m * (k / 1000) ** (step - 1) * 1000, toMs: m * (k / 1000) ** step * 1000 }
}
