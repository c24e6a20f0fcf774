import { decoyConnected, openDecoy } from '../../harness/acs/decoy.ts'
import { overUdp } from '../../harness/bench.ts'
import { ConditionsNotMet } from '../../harness/conditions.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import { nameOf } from '../../harness/timeline/sessions.ts'
import { entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { type MetricJudge, weakMust } from '../../harness/verdict/metric.ts'
import { aSessionOnUdpRequest, needs } from '../needs.ts'
import { judgedControl } from '../positive-control.ts'
import { rests } from '../rests.ts'
import { broughtBy } from './brought.ts'
import { mayBeNatted } from './natted.ts'
import { withSenderAt } from './other-senders.ts'

const otherPort = 'request from another port'
const otherAddress = 'request from another address'
/** The mark that there is no second address to ask from. */
const noSecondAddress = 'no-second-address'

/** CR-UDP-55: neither address nor port of the sender matter. */
export const anySource = scenario({
  id: 'udp-any-source',
  title: 'A UDP Connection Request from elsewhere than the STUN server',
  purpose:
    'The signature decides, not the sender: a right request from another port, and from another address, is served like any other.',
  applies: needs(aSessionOnUdpRequest),
  windows: facts => [
    rests(facts, facts.secondAddress === undefined ? 2 : 3),
    { for: 'the sessions', ms: (facts.secondAddress === undefined ? 2 : 3) * (facts.udp.timeToSessionMs ?? 0) },
  ],
  metrics: {
    port: weakMust('CR-UDP-55', 'A right request is accepted from any port.'),
    address: weakMust('CR-UDP-55', 'A right request is accepted from any address.'),
  },

  async run(conversation) {
    const { bench, step, mark } = conversation
    if (mayBeNatted(bench.facts))
      throw new ConditionsNotMet('The NAT of the device may let the packets of the STUN server through alone.')
    const { address } = overUdp(bench).server.endpoint
    const { secondAddress } = bench.facts
    await step('An ordinary request from another port', () => askFrom(conversation, otherPort, address))
    if (secondAddress === undefined) mark(noSecondAddress)
    else await step(`An ordinary request from ${secondAddress}`, () => askFromDecoy(conversation, secondAddress))
    await step('An ordinary request from the STUN server', () => bench.udpControl())
  },

  judge(timeline, verdict) {
    judgeSource(timeline, otherPort, verdict.port)
    if (markNamed(timeline, noSecondAddress) === undefined) judgeSource(timeline, otherAddress, verdict.address)
    else
      verdict.address.notApplicable(
        'This machine has no second address from which the device can be asked.',
        'connectionRequest.secondAddress named another local address',
      )
  },
})

const askFrom = (conversation: Conversation, label: string, address: string) =>
  withSenderAt(conversation, address, sender => overUdp(conversation.bench).knock(label, { sender }))

/** With a listener there that is not the ACS: a device that calls whoever asked has accepted the request. */
async function askFromDecoy(conversation: Conversation, address: string): Promise<void> {
  const { bench, mark } = conversation
  await using decoy = await openDecoy({ ...bench, address, port: Number(new URL(bench.acs.url).port) })
  mark('decoy', { authority: decoy.authority })
  await askFrom(conversation, otherAddress, address)
}

function judgeSource(timeline: Timeline, label: string, metric: MetricJudge): void {
  const control = judgedControl(timeline)
  const asked = broughtBy(control.before, label)
  if (!asked) return
  const { last, session, stretch, evidence } = asked
  const { address, port } = last.first.from
  const finding = { expected: ['a session, as after a request from the STUN server'], evidence }
  const [failure] = last.failures
  if (failure && last.failures.length >= last.copies.length)
    return metric.inconclusive(`The request could not be sent: ${failure.problem}.`, finding)
  if (session)
    return metric.pass({ ...finding, actual: `${nameOf(session)} after a request from ${address} port ${port}` })
  const strayed = entriesOf(stretch, 'mark').find(({ name }) => name === decoyConnected)
  if (strayed)
    return metric.inconclusive('It was accepted, but the device connected to where it came from; see CR-GEN-06.', {
      ...finding,
      evidence: [...evidence, strayed.seq],
    })
  if (!control.passed) return metric.inconclusive(control.reason, finding)
  metric.fail({
    ...finding,
    actual: `no session after a request from ${address} port ${port}; a firewall may be the reason`,
    evidence: [...evidence, ...control.evidence],
  })
}
