import type { Bench } from '../../harness/bench.ts'
import type { ControlAction } from '../../harness/device/facts.ts'
import type { Conversation } from '../../harness/scenario.ts'
import type { InformContent } from '../../harness/timeline/entry.ts'
import type { Session } from '../../harness/timeline/sessions.ts'
import { defaultRetryParameters, failed, retryWaitRange, scheduleInform } from './scheduled.ts'

type EventStruct = Session['inform']['events'][number]

/** Makes the device call with "3 SCHEDULED" and "M ScheduleInform", and fails that session and its retries. */
export async function leaveUndelivered({ bench }: Conversation, options: { failures: number }): Promise<void> {
  await scheduleInform(bench)
  const failing = bench.acs.plan({ name: 'fail scheduled sessions', times: options.failures, ...failed })
  const longest = retryWaitRange(options.failures - 1, defaultRetryParameters).toMs + 30_000
  await bench.orConditions(failing.done, 'The scheduled sessions that should fail did not come.', longest)
  await bench.rest()
}

/**
 * Carries out what makes the device begin anew. A person may need longer than a retry waits: what was not delivered
 * stays so until then.
 * @param isNew whether an Inform is of the time after it
 */
export async function carryOutUndelivered(
  bench: Bench,
  action: ControlAction,
  isNew: (inform: InformContent) => boolean,
): Promise<void> {
  // By RPC it takes a session that succeeds.
  if (bench.facts.control[action] === 'rpc') return bench.carryOut(action)
  const name = 'fail sessions until the device begins anew'
  const others = bench.acs.plan({ name, times: 'always', when: inform => !isNew(inform), ...failed })
  try {
    await bench.carryOut(action)
  } finally {
    others.cancel()
  }
}

/** Of the scheduled session: what no restart may discard. 3.7.1.5 */
const isNeverDiscarded = ({ eventCode }: EventStruct) => eventCode === '3 SCHEDULED' || eventCode === 'M ScheduleInform'

/** Scheduled events that these sessions have listed and none of them has delivered. */
export function undelivered(before: readonly Session[]): EventStruct[] {
  let due: EventStruct[] = []
  for (const { inform, answeredAt } of before) {
    const listed = inform.events.filter(isNeverDiscarded)
    const others = due.filter(event => !listed.some(isSame(event)))
    due = answeredAt === undefined ? [...others, ...listed] : others
  }
  return due
}

export const isSame = (event: EventStruct) => (other: EventStruct) =>
  other.eventCode === event.eventCode && other.commandKey === event.commandKey
