import { overUdp } from '../../harness/bench.ts'
import { ConditionsNotMet } from '../../harness/conditions.ts'
import type { DeviceFacts } from '../../harness/device/facts.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import type { StunPolicy, StunRequest } from '../../harness/stun-server/stun-server.ts'
import type { Endpoint, EntryOf } from '../../harness/timeline/entry.ts'
import { hasAttribute, stunCodes } from '../../harness/timeline/stun-requests.ts'
import type { Timeline } from '../../harness/timeline/timeline.ts'
import { hostAndPort, sameEndpoint } from '../../harness/udp-bench.ts'
import { aStunServer, aWayInWithoutStun, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { judgeBinding } from './binding-judge.ts'
import { bindingMetrics, settings, toAddressBefore, toSource } from './binding-metrics.ts'
import { isAfresh, requestsBegun } from './binding-requests.ts'
import { readHostAndPort } from './host-and-port.ts'
import { mayBeNatted } from './natted.ts'
import { judgeSettings } from './server-judge.ts'
import { mustSetStun, ordinaryStunSettings, readingOf, readStun, setStun, settleStun } from './stun-settings.ts'
import { judgeUsername } from './username-judge.ts'

/** CR-UDP-02, 04, 07 to 15: the binding of a device whose STUN is switched on, and what its requests are made of. */
export const binding = scenario({
  id: 'udp-binding',
  title: 'The STUN binding and its announcement',
  purpose:
    'STUN is switched on: the device asks the server for its binding, announces it, and announces another one when the server tells another port. Its requests are marked as Annex G says, and repeated while no answer comes.',
  applies: needs(aStunServer),
  windows: facts => [
    rests(facts, 6),
    { for: 'two keep-alives', ms: 2 * (facts.udp.keepAliveSeconds ?? 0) * 1000 },
    { for: 'two requests that are left without an answer', ms: 2 * chosen.stunGivenUp.ms },
    { for: 'a session', ms: facts.udp.timeToSessionMs ?? 0 },
  ],
  metrics: bindingMetrics,

  async run(conversation) {
    const { bench, step, mark } = conversation
    mark('account', { username: overUdp(bench).lab.account.username, natted: mayBeNatted(bench.facts) })
    try {
      if (aWayInWithoutStun(bench.facts).applies)
        await step('Switch STUN off, and read where the device listens', () => switchOff(conversation))
      else mark('stun-kept-on')
      const source = await step('Switch STUN on', () => switchOn(conversation))
      await step('Send a Connection Request to where the Binding Requests come from', () => ask(conversation, source))
      await step('Leave a keep-alive without an answer', () => keepSilent(conversation, source))
      await step('Tell another port, and leave its announcement without an answer', () => lie(conversation, source))
      await step('Name no server', () => nameNoServer(conversation))
    } finally {
      if (!bench.signal.aborted) await settleStun(conversation)
    }
  },

  judge(timeline, verdict, property) {
    judgeSettings(timeline, verdict)
    judgeBinding(timeline, verdict, property)
    judgeUsername(timeline, verdict, property)
  },
})

async function switchOff(conversation: Conversation) {
  await mustSetStun(conversation, settings.off, { STUNEnable: '0' })
  conversation.mark('off')
  await readStun(conversation, 'off', ['UDPConnectionRequestAddress'])
}

/** How long the first request after a setting may take. */
const firstRequestMs = (facts: DeviceFacts) =>
  Math.max(chosen.stunBinding(facts).ms, chosen.nextBindingRequest(facts).ms)

/** @returns where the Binding Requests come from */
async function switchOn(conversation: Conversation): Promise<Endpoint> {
  const { bench, mark } = conversation
  const udp = overUdp(bench)
  const { state, server } = bench.facts.udp
  mark('on', { limit: chosen.stunBinding(bench.facts), server, bound: state === 'bound' })
  const since = bench.timeline.lastSeq
  await mustSetStun(conversation, settings.on, ordinaryStunSettings(bench))
  const first = await udp.stunAfter(since, firstRequestMs(bench.facts), isAfresh)
  mark('first-awaited')
  if (first === undefined) throw new ConditionsNotMet('The device sent no Binding Request after STUN was switched on.')
  const report = await reportAfter(conversation, first)
  mark('first-report-awaited')
  if (report !== undefined || !aWayInWithoutStun(bench.facts).applies) return first.from
  return (await seeItOff(conversation)) ?? first.from
}

/** A device that never stopped has no first binding to report. @returns where its requests come from afterwards */
async function seeItOff(conversation: Conversation): Promise<Endpoint | undefined> {
  const { bench, mark, watch } = conversation
  await setStun(conversation, settings.offAgain, { STUNEnable: '0' })
  mark('off-again')
  const off = bench.timeline.lastSeq
  const isSeen = ({ entries }: Timeline) =>
    requestsBegun({ entries: entries.filter(({ seq }) => seq > off) }).length > 0
  await watch('Binding Requests with STUN off', chosen.nextBindingRequest(bench.facts), isSeen)
  mark('off-again-over')
  const since = bench.timeline.lastSeq
  await setStun(conversation, settings.onAgain, { STUNEnable: '1' })
  const first = await overUdp(bench).stunAfter(since, firstRequestMs(bench.facts), isAfresh)
  if (first !== undefined) await reportAfter(conversation, first)
  mark('report-again-awaited')
  return first?.from
}

/** Past the limit, so that late and never differ. */
const reportAfter = ({ bench }: Conversation, first: EntryOf<'stun-received'>) =>
  overUdp(bench).stunAfter(
    first.seq - 1,
    chosen.bindingChange.ms + bench.facts.timing.graceMs,
    request => sameEndpoint(request.from, first.from) && hasAttribute(request, stunCodes.bindingChange),
  )

async function ask(conversation: Conversation, source: Endpoint) {
  const { bench, mark, soFar } = conversation
  const udp = overUdp(bench)
  mark('asking', { source: hostAndPort(source) })
  const { session } = await udp.knock(toSource, { target: { to: source, authority: hostAndPort(source) } })
  const before = readHostAndPort(readingOf(soFar(), 'off')?.values['UDPConnectionRequestAddress'])
  if (session === undefined && before !== undefined && !sameEndpoint(before, source))
    await udp.knock(toAddressBefore, { target: { to: before, authority: hostAndPort(before) } })
  mark('asked')
}

async function keepSilent({ bench, mark, watch }: Conversation, source: Endpoint) {
  const udp = overUdp(bench)
  mark('silence-begun', { source: hostAndPort(source) })
  const since = bench.timeline.lastSeq
  udp.server.policy = { answer: request => (isFrom(request, source) ? 'silent' : 'serve') }
  const first = await udp.stunAfter(
    since,
    chosen.nextBindingRequest(bench.facts).ms,
    request => isAfresh(request) && sameEndpoint(request.from, source),
  )
  if (first !== undefined) await watch('the copies of an unanswered request', chosen.stunGivenUp)
  udp.lab.resetPolicy()
  mark('silence-over')
}

const isFrom = ({ from, ofDeviceUnderTest }: StunRequest, source: Endpoint) =>
  ofDeviceUnderTest && sameEndpoint(from, source)

/** Once more where no report came: one datagram may be lost. */
async function lie(conversation: Conversation, source: Endpoint): Promise<void> {
  const isReported = await lieOnce(conversation, source, { name: 'lie', portsAway: 1 })
  if (!isReported) await lieOnce(conversation, source, { name: 'lie-again', portsAway: 2 })
}

/** @returns whether the change was reported */
async function lieOnce(
  { bench, mark, watch }: Conversation,
  source: Endpoint,
  { name, portsAway }: { name: string; portsAway: number },
): Promise<boolean> {
  const udp = overUdp(bench)
  const limit = { ...chosen.bindingChange, ms: chosen.bindingChange.ms + bench.facts.timing.graceMs }
  mark(`${name}-begun`)
  const since = bench.timeline.lastSeq
  udp.server.policy = oneLie(source, portsAway)
  const told = await udp.stunAfter(
    since,
    chosen.nextBindingRequest(bench.facts).ms,
    request => isAfresh(request) && sameEndpoint(request.from, source),
  )
  const report =
    told &&
    (await udp.stunAfter(
      told.seq,
      limit.ms,
      request => isAfresh(request) && hasAttribute(request, stunCodes.bindingChange),
    ))
  if (report !== undefined) await watch('the copies of the unanswered BINDING-CHANGE', chosen.stunGivenUp)
  udp.lab.resetPolicy()
  mark(`${name}-over`)
  return report !== undefined
}

/** Answers the next request from `source` with another port than the true one, and none of those that follow. */
function oneLie(source: Endpoint, portsAway: number): StunPolicy {
  const port = source.port + portsAway <= 65_535 ? source.port + portsAway : source.port - portsAway
  let lied = false
  let over = false
  const what = new Map<number, 'truth' | 'lie' | 'silence'>()
  const decide = (request: StunRequest): 'truth' | 'lie' | 'silence' => {
    if (!isFrom(request, source)) return 'truth'
    if (request.retransmission && !over) return lied ? 'lie' : 'truth'
    if (lied) over = true
    lied = true
    return over ? 'silence' : 'lie'
  }
  const decided = (request: StunRequest) => {
    const before = what.get(request.seq)
    if (before !== undefined) return before
    const now = decide(request)
    what.set(request.seq, now)
    return now
  }
  return {
    answer: request => (decided(request) === 'silence' ? 'silent' : 'serve'),
    mapped: request => (decided(request) === 'lie' ? { ...source, port } : request.from),
  }
}

/** Only where the STUN server is at the host of the ACS: nobody would hear the device otherwise. */
async function nameNoServer(conversation: Conversation) {
  const { bench, mark } = conversation
  const udp = overUdp(bench)
  if (udp.lab.found.host !== bench.localAddress())
    return mark('empty-left-out', { because: 'the STUN server is not at the host of the ACS' })
  if (!aWayInWithoutStun(bench.facts).applies)
    return mark('empty-left-out', { because: 'should the binding be lost by it, nothing else reaches the device' })
  const { fault } = await setStun(conversation, settings.empty, { STUNServerAddress: '' })
  if (fault !== undefined) return
  mark('emptied', { limit: chosen.stunBinding(bench.facts) })
  await udp.stunAfter(bench.timeline.lastSeq, firstRequestMs(bench.facts), isAfresh)
  mark('empty-awaited')
}
