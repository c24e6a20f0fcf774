import { isAccepted, overUdp } from '../../harness/bench.ts'
import { ConditionsNotMet } from '../../harness/conditions.ts'
import type { Credentials } from '../../harness/connection-request/http/requester.ts'
import { managementServer } from '../../harness/device/facts.ts'
import { newCredentials } from '../../harness/device/provisioning.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import { connectionRequestSessions } from '../../harness/timeline/sessions.ts'
import { type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import { must } from '../../harness/verdict/metric.ts'
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
    rests(facts, facts.credentialsWork ? 4 : 3),
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

async function setCredentials({ bench, mark }: Conversation, { username, password }: Credentials, markName: string) {
  await bench.inSession('set another username and password', async session => {
    const { status } = await session.call('SetParameterValues', {
      parameters: [
        { name: managementServer(bench.facts, 'ConnectionRequestUsername'), value: username },
        { name: managementServer(bench.facts, 'ConnectionRequestPassword'), value: password },
      ],
    })
    mark(markName, { status })
  })
}

/** Asks for the session with the pair that was accepted, or else with the other: a device may apply it meanwhile. */
async function setOldAgain(conversation: Conversation, old: Credentials, [likely, other]: [Credentials, Credentials]) {
  const { bench } = conversation
  const setBack = async (askingWith: Credentials) => {
    bench.credentials = askingWith
    await setCredentials(conversation, old, 'old-pair-set-again')
  }
  await setBack(likely).catch(error => {
    if (!(error instanceof ConditionsNotMet)) throw error
    return setBack(other)
  })
  bench.credentials = old
}
