import { overUdp } from '../../harness/bench.ts'
import { ConditionsNotMet } from '../../harness/conditions.ts'
import type { DeviceFacts } from '../../harness/device/facts.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import { ours } from '../../harness/verdict/limit.ts'
import { aBinding, aWayInWithoutStun, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { isAfresh, requestsBegun } from './binding-requests.ts'
import { judgeKeepalive, keepaliveMetrics, limitsOf, type Phase } from './keepalive-judge.ts'
import { mayBeNatted } from './natted.ts'
import { keepAliveSettings, mustSetStun, setStun, type Setting, settleStun } from './stun-settings.ts'

/** So many gaps are looked at where both limits are equal. */
const fixedGaps = 4
/** And so many times the maximum is waited where they differ. */
const maxima = 3

/** CR-UDP-20, 21, 22: how often the device keeps its binding alive. */
export const keepalive = scenario({
  id: 'udp-keepalive',
  title: 'The keep-alive period',
  purpose:
    'The device sends Binding Requests neither more rarely nor more often than it was told, first between two limits, then, while STUN goes on, with both the same.',
  applies: needs(aBinding),
  windows: facts => [
    rests(facts, 4),
    { for: 'keep-alives between two limits', ms: maxima * apart(facts).maximum * 1000 },
    { for: 'keep-alives of one period', ms: fixedGaps * (facts.udp.keepAliveSeconds ?? 0) * 1000 },
  ],
  metrics: keepaliveMetrics,

  async run(conversation) {
    const { bench, step } = conversation
    const seconds = periodOf(bench.facts)
    const { minimum, maximum } = apart(bench.facts)
    const natted = mayBeNatted(bench.facts)
    try {
      await step(`Switch STUN on with keep-alives between ${minimum} and ${maximum} s`, async () => {
        if (aWayInWithoutStun(bench.facts).applies)
          await mustSetStun(conversation, 'switch STUN off', { STUNEnable: '0' })
        const phase: Phase = { name: 'apart', minimum, maximum, natted }
        const change = { ...keepAliveSettings(minimum, maximum), STUNEnable: '1' }
        const { fault } = await listen(conversation, phase, change, maxima * maximum)
        if (fault !== undefined) await settleStun(conversation)
      })
      await step(`Set both limits to ${seconds} s while STUN is on`, () => {
        const phase: Phase = { name: 'equal', minimum: seconds, maximum: seconds, natted }
        return listen(conversation, phase, keepAliveSettings(seconds, seconds), (fixedGaps + 2) * seconds)
      })
    } finally {
      if (!bench.signal.aborted) await settleStun(conversation)
    }
  },

  judge: judgeKeepalive,
})

/** @throws ConditionsNotMet where the device took none of the periods that were tried */
export function periodOf({ udp }: DeviceFacts): number {
  if (udp.keepAliveSeconds !== undefined) return udp.keepAliveSeconds
  throw new ConditionsNotMet('The device refused every keep-alive period, so that its own is not known.')
}

/** Two limits above the period of the run, which the device may take to be short. In seconds. */
const apart = ({ udp: { keepAliveSeconds = 0 } }: DeviceFacts) => ({
  minimum: Math.ceil((keepAliveSeconds * 4) / 3),
  maximum: 2 * keepAliveSeconds,
})

async function listen(
  conversation: Conversation,
  phase: Phase,
  values: Record<string, string>,
  seconds: number,
): Promise<Setting> {
  const { bench, mark, watch } = conversation
  const udp = overUdp(bench)
  const setting = await setStun(conversation, limitsOf(phase.name), values)
  if (setting.fault !== undefined) return setting
  // The limits hold from the next request on at the latest, which may still come at the old pace.
  const waitMs = Math.max(2 * chosen.nextBindingRequest(bench.facts).ms, chosen.stunBinding(bench.facts).ms)
  await bench.rest()
  await udp.stunAfter(bench.timeline.lastSeq, waitMs, isAfresh)
  mark(phase.name, { ...phase, status: setting.status })
  const since = bench.timeline.lastSeq
  const enough = phase.name === 'equal' ? fixedGaps + 1 : Number.POSITIVE_INFINITY
  await watch(
    phase.name === 'equal' ? 'keep-alives of one period' : 'keep-alives between two limits',
    ours(
      seconds,
      phase.name === 'equal' ? 'four periods, and something more for the first to begin' : 'three times the maximum',
    ),
    ({ entries }) => requestsBegun({ entries: entries.filter(({ seq }) => seq > since) }).length >= enough,
  )
  mark(`${phase.name}-over`)
  return setting
}
