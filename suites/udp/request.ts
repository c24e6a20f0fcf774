import { openDecoy } from '../../harness/acs/decoy.ts'
import { overUdp } from '../../harness/bench.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import { must } from '../../harness/verdict/metric.ts'
import { aBinding, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { askAfterResponse, askBeforeResponse } from './interleaved.ts'
import { mayBeNatted } from './natted.ts'
import { elsewhere, judgeRequest, ordinary } from './request-judge.ts'
import { replies } from './replies.ts'
import { withSenderAt } from './other-senders.ts'

export const requestMetrics = {
  inTime: must('CR-GEN-04', 'A session is attempted within 30 s of the request.'),
  event: must('CR-GEN-05', 'The Inform of that session lists "6 CONNECTION REQUEST" with an empty CommandKey.'),
  asByHttp: must('CR-UDP-43', 'The session comes as it does after an HTTP Connection Request: in 30 s, with event 6.'),
  toAcs: must('CR-GEN-06', 'The session goes to the ACS that the device already knows, whoever asked.'),
  noReply: must('CR-UDP-41', 'Nothing comes back by UDP, but for Binding Requests.'),
  besideStun: must(
    'CR-UDP-40',
    'Requests and STUN messages that arrive at one port in quick succession are all heeded.',
  ),
}

/** CR-UDP-40, 41, 43, CR-GEN-04, 05, 06: ordinary requests at rest, two of them amid STUN messages. */
export const request = scenario({
  id: 'udp-request',
  title: 'One UDP Connection Request at rest',
  purpose:
    'The ordinary case: a datagram with the right signature brings a session within 30 s and no reply. So it does right after a Binding Response, and while the device waits for one.',
  applies: needs(aBinding),
  windows: facts => [
    rests(facts, 2),
    { for: 'a datagram in reply', ms: chosen.udpReply.ms },
    { for: 'further copies of a Binding Request', ms: chosen.stunGivenUp.ms },
    { for: 'from one Binding Request to the next', ms: (facts.udp.keepAliveSeconds ?? 0) * 1000 },
    { for: 'four sessions that follow a request', ms: 4 * (facts.udp.timeToSessionMs ?? 0) },
  ],
  metrics: requestMetrics,

  async run(conversation) {
    const { bench, step, watch, mark } = conversation
    const udp = overUdp(bench)
    mark('ordinary-begun')
    await step('One datagram with the right signature, in three copies', () => udp.knock(ordinary))
    mark('ordinary-done')
    await watch('a datagram in reply', chosen.udpReply, timeline => replies(timeline).length > 0)
    mark('replies-over')
    try {
      await step('A request right after a Binding Response', () => askAfterResponse(conversation))
      await step('A request while the device waits for a Binding Response', () => askBeforeResponse(conversation))
      await watch('further copies of a Binding Request that was answered', chosen.stunGivenUp)
    } finally {
      udp.lab.resetPolicy()
    }
    await step('An ordinary request from a sender at another address of ours', () => requestFromElsewhere(conversation))
  },

  judge: judgeRequest,
})

async function requestFromElsewhere(conversation: Conversation): Promise<void> {
  const { bench, mark } = conversation
  const { secondAddress } = bench.facts
  if (secondAddress === undefined) return mark('no-other-place', { because: 'this machine has no second address' })
  if (mayBeNatted(bench.facts))
    return mark('no-other-place', { because: 'the NAT of the device may let nobody else through' })
  await bench.rest()
  await using decoy = await openDecoy({ ...bench, address: secondAddress, port: Number(new URL(bench.acs.url).port) })
  mark('decoy', { authority: decoy.authority })
  await withSenderAt(conversation, secondAddress, async sender => {
    const { first } = await overUdp(bench).ask(elsewhere, { authorised: true, sender })
    const session = await bench.connectionRequestSessionAfter(first.seq)
    if (session) await bench.sessionEnd(session.session)
  })
}
