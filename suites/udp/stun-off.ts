import { overUdp } from '../../harness/bench.ts'
import type { DeviceFacts } from '../../harness/device/facts.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import type { Timeline } from '../../harness/timeline/timeline.ts'
import { hostAndPort, sameEndpoint } from '../../harness/udp-bench.ts'
import type { Limit } from '../../harness/verdict/limit.ts'
import { aBinding, aWayInWithoutStun, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { answerAfter, requestsBegun } from './binding-requests.ts'
import { readHostAndPort } from './host-and-port.ts'
import { mayBeNatted } from './natted.ts'
import { judgeStunOff, publicPlace, stunOffMetrics, toLocalAddress } from './stun-off-judge.ts'
import { mustSetStun, readingOf, readStunAsDue, settleStun } from './stun-settings.ts'
import { isTrue } from './truth.ts'

/** CR-UDP-06: what STUNEnable=false means. */
export const stunOff = scenario({
  id: 'udp-stun-off',
  title: 'STUN switched off',
  purpose:
    'The device was told a public address, then STUN is switched off: no Binding Request comes, the address is the local one again, and Connection Requests that reach it are still heard.',
  applies: needs(aBinding, aWayInWithoutStun),
  windows: facts => [
    rests(facts, mayBeNatted(facts) ? 1 : 2),
    { for: 'no Binding Requests', ms: chosen.stunGivenUp.ms + silence(facts).ms },
    ...(mayBeNatted(facts) ? [] : [{ for: 'a session', ms: facts.udp.timeToSessionMs ?? 0 }]),
  ],
  metrics: stunOffMetrics,

  async run(conversation) {
    const { bench, step } = conversation
    try {
      await step('Tell another public address', () => tellPublicPlace(conversation))
      await step('Switch STUN off, and listen', () => listen(conversation))
      await step('Read the address, and send a Connection Request there', () => askLocally(conversation))
    } finally {
      if (!bench.signal.aborted) await settleStun(conversation)
    }
  },

  judge: judgeStunOff,
})

/** Within a keep-alive period a device that goes on is silent too. */
function silence(facts: DeviceFacts): Limit {
  const [watch, period] = [chosen.watch(facts), chosen.nextBindingRequest(facts)]
  return watch.ms < period.ms ? period : watch
}

/** Where there is no NAT a value that is kept could not be told from one that is set anew. */
async function tellPublicPlace({ bench, mark }: Conversation) {
  const udp = overUdp(bench)
  const since = bench.timeline.lastSeq
  udp.server.policy = { answer: 'serve', mapped: () => publicPlace }
  const answer = await answerAfter(bench, since, chosen.nextBindingRequest(bench.facts).ms)
  mark('told', { mapped: hostAndPort(publicPlace), told: answer !== undefined, source: hostAndPort(udp.target().to) })
}

async function listen(conversation: Conversation) {
  const { bench, mark, watch } = conversation
  const { status } = await mustSetStun(conversation, 'switch STUN off', { STUNEnable: '0' })
  await watch('what was under way', chosen.stunGivenUp)
  mark('off', { status, natted: mayBeNatted(bench.facts) })
  const since = bench.timeline.lastSeq
  const begun = ({ entries }: Timeline) => requestsBegun({ entries: entries.filter(({ seq }) => seq > since) })
  await watch('no Binding Requests', silence(bench.facts), timeline => begun(timeline).length > 0)
  mark('off-over')
}

async function askLocally(conversation: Conversation) {
  const { bench, mark, soFar } = conversation
  const udp = overUdp(bench)
  await readStunAsDue(conversation, 'off', {
    NATDetected: value => !isTrue(value),
    UDPConnectionRequestAddress: value => {
      const place = readHostAndPort(value)
      return place !== undefined && !sameEndpoint(place, publicPlace)
    },
  })
  const local = readHostAndPort(readingOf(soFar(), 'off')?.values['UDPConnectionRequestAddress'])
  if (mayBeNatted(bench.facts) || local === undefined || sameEndpoint(local, publicPlace)) return
  mark('asking')
  await udp.knock(toLocalAddress, { target: { to: local, authority: hostAndPort(local) } })
  mark('asked')
}
