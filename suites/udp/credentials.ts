import { isAccepted, overUdp } from '../../harness/bench.ts'
import type { Credentials } from '../../harness/connection-request/http/requester.ts'
import { newCredentials } from '../../harness/device/provisioning.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import { connectionRequestSessions } from '../../harness/timeline/sessions.ts'
import { type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import { must } from '../../harness/verdict/metric.ts'
import { setCredentials, setOldAgain } from '../credential-change.ts'
import { aSessionOnUdpRequest, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { judgeCredentials, newByHttp, newByUdp, oldByUdp, oldPairOver, pairSet } from './credentials-judge.ts'

export const credentialsMetrics = {
  newPair: must('CR-GEN-17', 'A new pair of credentials is accepted by UDP, as it is over HTTP.'),
  oldPair: must('CR-GEN-17', 'A request by UDP with the pair that it replaces leads to no session.'),
}

/** CR-GEN-17: the pair for Connection Requests is that for UDP. */
export const credentials = scenario({
  id: 'udp-credentials',
  title: 'A new pair of credentials by UDP',
  purpose:
    'The ACS sets another ConnectionRequestUsername and ConnectionRequestPassword. A datagram signed with the new pair brings a session, one signed with the old pair does not.',
  applies: needs(aSessionOnUdpRequest),
  windows: facts => [
    rests(facts, facts.credentialsWork ? 3 : 2),
    { for: 'a pause before the old pair', ms: chosen.silentLimit.ms },
    { for: 'a session after a request with the old pair', ms: chosen.watch(facts).ms },
    { for: 'the sessions', ms: 3 * (facts.udp.timeToSessionMs ?? 0) },
  ],
  metrics: credentialsMetrics,

  async run(conversation) {
    const { bench, step } = conversation
    const old = bench.credentials
    const fresh = newCredentials(bench.redactor)
    await step('Set another username and password', () => setCredentials(conversation, fresh, pairSet))
    bench.credentials = fresh
    const took: boolean[] = []
    try {
      await step('Ask with the new pair', async () => {
        if (bench.facts.credentialsWork) {
          const knock = await bench.knock(newByHttp)
          await bench.seeSessionThrough(knock)
          took.push(isAccepted(knock))
        }
        const { session } = await overUdp(bench).knock(newByUdp)
        took.push(session !== undefined)
      })
      await step('Ask with the old pair', () => askWithOld(conversation, old))
    } finally {
      if (!(took.length > 0 && took.every(Boolean)) && !bench.signal.aborted)
        await step('Set the old pair again, which is known to work', () =>
          setOldAgain(conversation, old, took.includes(true) ? [fresh, old] : [old, fresh]),
        )
    }
    await step('An ordinary request must still bring a session', () => bench.udpControl())
  },

  judge: judgeCredentials,
})

async function askWithOld({ bench, watch, mark }: Conversation, old: Credentials): Promise<void> {
  await watch('a pause before the old pair', chosen.silentLimit)
  await bench.rest()
  const { first } = await overUdp(bench).ask(oldByUdp, { credentials: old })
  const called = (timeline: Timeline) =>
    connectionRequestSessions(timelineOf(timeline.entries.filter(({ seq }) => seq > first.seq))).length > 0
  await watch('a session after a request with the old pair', chosen.watch(bench.facts), called)
  mark(oldPairOver)
}
