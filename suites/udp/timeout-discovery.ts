import { overUdp } from '../../harness/bench.ts'
import { formatDuration } from '../../harness/device/duration.ts'
import type { DeviceFacts } from '../../harness/device/facts.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import { type Limit, ours } from '../../harness/verdict/limit.ts'
import { aBinding, aWayInWithoutStun, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { periodOf } from './keepalive.ts'
import { mayBeNatted } from './natted.ts'
import { keepAliveSettings, mustSetStun, ordinaryStunSettings, settleStun } from './stun-settings.ts'
import { discoveryMetrics, judgeDiscovery, lifetimeOf } from './timeout-discovery-judge.ts'

/** The least that discovery is given, and how many of the shortest periods. */
const least = { ms: 20 * 60_000, periods: 80 }

/** Long enough to try eighty of the shortest periods, and no longer than an hour. */
const watchLimit = (seconds: number): Limit =>
  ours(
    Math.min(3600, Math.max(least.ms / 1000, least.periods * seconds)),
    'no number stands for how long a device may try; 20 minutes are 80 of the shortest periods that are set',
  )

const why =
  'A device finds out how long its binding lives by waiting ever longer: what it settles at shows after 20 minutes.'

const windowOf = ({ udp }: DeviceFacts) => watchLimit(udp.keepAliveSeconds ?? 0)

/** CR-UDP-23, 24: how the device finds out how long its binding lives. */
export const timeoutDiscovery = scenario({
  id: 'udp-timeout-discovery',
  title: 'Discovery of the binding’s lifetime',
  purpose:
    'The server pretends a NAT that forgets a binding after a while. The device settles at a period that keeps its binding, and marks none of its trials as coming from the primary port.',
  applies: needs(aBinding),
  windows: facts => [rests(facts, 1), { for: 'discovery to come to its end', ms: windowOf(facts).ms }],
  long: { why },
  metrics: discoveryMetrics,

  async run(conversation) {
    const { bench, step } = conversation
    const seconds = periodOf(bench.facts)
    try {
      await step(`Pretend a NAT that forgets after ${formatDuration(lifetimeOf(seconds))}`, () =>
        pretend(conversation, seconds),
      )
    } finally {
      if (!bench.signal.aborted) await settleStun(conversation)
    }
  },

  judge: judgeDiscovery,
})

async function pretend(conversation: Conversation, seconds: number) {
  const { bench, mark, watch } = conversation
  const udp = overUdp(bench)
  const limits = { minimum: seconds, maximum: 8 * seconds }
  if (aWayInWithoutStun(bench.facts).applies) await mustSetStun(conversation, 'switch STUN off', { STUNEnable: '0' })
  udp.server.policy = {
    answer: 'serve',
    nat: { address: '203.0.113.7', firstPort: 50_000, timeoutMs: lifetimeOf(seconds) },
  }
  const since = bench.timeline.lastSeq
  await mustSetStun(conversation, 'switch STUN on with limits far apart', {
    ...ordinaryStunSettings(bench),
    ...keepAliveSettings(limits.minimum, limits.maximum),
  })
  await udp.primaryAfter(since, chosen.stunBinding(bench.facts).ms)
  mark('discovering', { ...limits, lifetimeMs: lifetimeOf(seconds), natted: mayBeNatted(bench.facts), since })
  await watch('the lifetime of the binding to be discovered', windowOf(bench.facts))
  mark('discovered')
}
