import { type Bench, overUdp } from '../../harness/bench.ts'
import { ConditionsNotMet } from '../../harness/conditions.ts'
import { chosen } from '../../harness/limits.ts'
import type { Conversation } from '../../harness/scenario.ts'
import { entriesOf, type Timeline } from '../../harness/timeline/timeline.ts'
import { mustSetStun } from './stun-settings.ts'
import { restart } from './restart.ts'
import type { WrongRequest } from './wrong-requests.ts'

/** The mark after a dangerous request that was sent alone: its `label`, and whether the device was `heard` after it. */
const sentAlone = 'sent-alone'
/** The mark after the attempts to make a device hear again, with `how` where one helped. */
const madeToHear = 'made-to-hear'
const stillHears = 'request after a dangerous one'

/**
 * A device that hears nothing after all wrong requests: sends the dangerous ones once more, each alone with a right
 * request after it, until those that deafen it are named; where none of them does, the others too. Goes on as long as the device can be made to hear again.
 */
export async function nameDeafening(conversation: Conversation, suspects: readonly WrongRequest[]): Promise<void> {
  const { bench, mark } = conversation
  const udp = overUdp(bench)
  if (!(await makeToHear(conversation))) return
  const harmless = suspects.filter(({ dangerous }) => !dangerous)
  let isNamed = false
  for (const suspect of [...suspects.filter(({ dangerous }) => dangerous), ...harmless]) {
    if (isNamed && !suspect.dangerous) return
    await bench.rest()
    await suspect.send(bench)
    const { session } = await udp.knock(stillHears)
    mark(sentAlone, { label: suspect.label, heard: session !== undefined })
    if (session !== undefined) continue
    if (!(await makeToHear(conversation))) return
    isNamed = true
  }
}

/** Requests that deafened the device when they were sent alone, after which it could be made to hear again. */
export function deafeningLabels(timeline: Timeline): Map<string, number> {
  const marks = entriesOf(timeline, 'mark')
  const deafening = marks.filter(({ name, data }) => name === sentAlone && data?.['heard'] === false)
  return new Map(
    deafening
      .filter(({ seq }) => marks.find(mark => mark.name === madeToHear && mark.seq > seq)?.data?.['how'] !== undefined)
      .map(({ seq, data }) => [String(data?.['label']), seq]),
  )
}

/** STUN off and on, where the device can be reached in another way; then a reboot, where the profile allows it. */
async function makeToHear(conversation: Conversation): Promise<boolean> {
  const { bench, mark } = conversation
  for (const [how, attempt] of [
    ['STUN off and on', switchStun],
    ['a reboot', reboot],
  ] as const) {
    if (!(await attempt(conversation)) || !(await hears(bench))) continue
    mark(madeToHear, { how })
    return true
  }
  mark(madeToHear)
  return false
}

async function switchStun(conversation: Conversation): Promise<boolean> {
  const { bench } = conversation
  const { credentialsWork, xmpp } = bench.facts
  if (!credentialsWork && xmpp.timeToSessionMs === undefined) return false
  return asConditionsAllow(async () => {
    await mustSetStun(conversation, 'switch STUN off', { STUNEnable: '0' })
    const since = bench.timeline.lastSeq
    await mustSetStun(conversation, 'switch STUN on again', { STUNEnable: '1' })
    return (await overUdp(bench).primaryAfter(since, chosen.stunBinding(bench.facts).ms)) !== undefined
  })
}

async function reboot(conversation: Conversation): Promise<boolean> {
  if (conversation.bench.facts.control.reboot === undefined) return false
  return asConditionsAllow(() => restart(conversation))
}

async function asConditionsAllow(work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ConditionsNotMet) return false
    throw error
  }
}

async function hears(bench: Bench): Promise<boolean> {
  await bench.rest()
  const { first } = await overUdp(bench).ask(stillHears, { authorised: true })
  const session = await bench.connectionRequestSessionAfter(first.seq)
  if (session) await bench.sessionEnd(session.session)
  return session !== undefined
}
