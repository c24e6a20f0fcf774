import { overUdp } from '../../harness/bench.ts'
import { ConditionsNotMet } from '../../harness/conditions.ts'
import { chosen } from '../../harness/limits.ts'
import { scenario } from '../../harness/scenario.ts'
import { nameOf } from '../../harness/timeline/sessions.ts'
import { markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { type MetricJudge, should } from '../../harness/verdict/metric.ts'
import { aSessionOnUdpRequest, controlled, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { broughtBy } from './brought.ts'
import { restart } from './restart.ts'

const past = 'ts of the year 2005'
const present = 'ordinary ts after the past one'
const future = 'ts more than an hour ahead'
const afterFuture = 'ordinary ts after the one ahead'
/** The first second of 2005, in UTC. */
const ts2005 = 1_104_537_600
/** Past the hour that a device might allow, also when it is sent for the third time. */
const aheadSeconds = 3600 + 600
/** The mark that the device could not be rebooted, or did not come back. */
const notRestarted = 'not-restarted'

/** CR-UDP-54: no rule is known by which a device may hold `ts` against its own clock. */
export const clock = scenario({
  id: 'udp-clock',
  title: 'Timestamps far from the clock of the device',
  purpose:
    'A timestamp has only to be later than the last one: the first request after a boot may have one of the year 2005, and the last request one of more than an hour ahead. A device that takes the latter refuses smaller ones from then on, also from another tool, until that time has come.',
  applies: needs(aSessionOnUdpRequest, controlled('reboot')),
  windows: facts => [
    rests(facts, 3),
    { for: 'a pause between requests', ms: chosen.silentLimit.ms },
    { for: 'the sessions', ms: 3 * (facts.udp.timeToSessionMs ?? 0) },
  ],
  metrics: {
    anyTime: should('CR-UDP-54', 'A ts that is later than the last one is accepted however far from the clock it is.'),
  },

  async run(conversation) {
    const { bench, step, mark, watch } = conversation
    const udp = overUdp(bench)
    const { timestamps } = udp.lab.requester
    if (!(await restart(conversation))) {
      mark(notRestarted)
      throw new ConditionsNotMet('The device did not come back after a reboot within timing.boot.')
    }
    await step('A first request with a ts of the year 2005', async () => {
      await bench.rest()
      const { first } = await udp.ask(past, { authorised: true, defects: { values: { ts: String(ts2005) } } })
      const session = await bench.connectionRequestSessionAfter(first.seq)
      if (session) await bench.sessionEnd(session.session)
    })
    await step('A request with the ts of now', () => udp.knock(present))
    await watch('a pause, because of silent rate limits', chosen.silentLimit)
    await step('A request with a ts more than an hour ahead', async () => {
      const ts = timestamps.next() + aheadSeconds
      // Nobody owes it acceptance: later requests need a greater ts only where a session shows that it was accepted.
      const { session } = await udp.knock(future, { authorised: false, defects: { values: { ts: String(ts) } } })
      if (session !== undefined) return timestamps.used(ts)
      const { session: next } = await udp.knock(afterFuture)
      if (next === undefined) timestamps.used(ts)
    })
  },

  judge(timeline, verdict, property) {
    if (markNamed(timeline, notRestarted) !== undefined) return
    const asked = broughtBy(timeline, past)
    if (asked) property('a UDP request with a ts of 2005 after a boot', asked.session ? 'accepted' : 'ignored')
    judgeFuture(timeline, verdict.anyTime)
  },
})

/** That a ts of the past is ignored may be memory that outlives a boot, which is not specified: only a property. */
function judgeFuture(timeline: Timeline, metric: MetricJudge): void {
  const asked = broughtBy(timeline, future)
  if (asked === undefined) return
  const { session, evidence } = asked
  const expected = ['a session after a request with a ts more than an hour ahead']
  if (session) return metric.pass({ expected, actual: nameOf(session), evidence })
  if (broughtBy(timeline, afterFuture)?.session === undefined)
    return metric.inconclusive('The ordinary request after it brought no session either.', { expected, evidence })
  metric.fail({ expected, actual: 'no session, although the ordinary request after it brought one', evidence })
}
