import { randomBytes } from 'node:crypto'
import { overUdp } from '../../harness/bench.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { hasAttribute, stunCodes } from '../../harness/timeline/stun-requests.ts'
import type { Timeline } from '../../harness/timeline/timeline.ts'
import { ours } from '../../harness/verdict/limit.ts'
import { aBinding, aWayInWithoutStun, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { integrityMetrics, judgeIntegrity, lengths, nobody, roundMark, userOf } from './integrity-judge.ts'
import { setStun, settleStun } from './stun-settings.ts'

/** CR-UDP-14 to 18: what the device does after a 401. */
export const integrity = scenario({
  id: 'udp-integrity',
  title: 'User name and message integrity of Binding Requests',
  purpose:
    'The STUN server answers 401: the device asks again with its user name and an HMAC, for names of 5, 6, 7 and 8 characters. Without a user name it sends no HMAC.',
  applies: needs(aBinding),
  windows: facts => [
    rests(facts, 1),
    { for: 'a keep-alive for each user name', ms: lengths.length * (facts.udp.keepAliveSeconds ?? 0) * 1000 },
    ...(aWayInWithoutStun(facts).applies
      ? [{ for: 'two keep-alive periods without a user name', ms: 2 * chosen.nextBindingRequest(facts).ms }]
      : []),
  ],
  metrics: integrityMetrics,

  async run(conversation) {
    const { bench, step, mark } = conversation
    try {
      for (const length of lengths)
        await step(`Refuse a user whose name has ${length} characters`, () => refuseUser(conversation, length))
      // A device may stop asking then, and lose its binding.
      if (aWayInWithoutStun(bench.facts).applies)
        await step('Refuse a device without a user name', () => refuseNobody(conversation))
      else mark('nobody-left-out')
    } finally {
      if (!bench.signal.aborted) await settleStun(conversation)
    }
  },

  judge: judgeIntegrity,
})

/** Names of which none begins as another one does. */
const nameOfLength = (length: number) => `${length}${randomBytes(length).toString('hex')}`.slice(0, length)

const isWithIntegrity = (request: EntryOf<'stun-received'>) => hasAttribute(request, stunCodes.messageIntegrity)

async function refuseUser(conversation: Conversation, length: number) {
  const { bench, mark } = conversation
  const udp = overUdp(bench)
  const account = { username: nameOfLength(length), password: randomBytes(12).toString('hex') }
  udp.lab.learn(account)
  udp.lab.resetPolicy()
  const { status, fault } = await setStun(conversation, userOf(length), {
    STUNUsername: account.username,
    STUNPassword: account.password,
  })
  if (fault !== undefined) return
  await bench.rest()
  mark(roundMark(length), { username: account.username, status })
  const since = bench.timeline.lastSeq
  udp.server.policy = { answer: 'unauthorised' }
  const first = await udp.stunAfter(since, chosen.nextBindingRequest(bench.facts).ms)
  if (first !== undefined)
    await udp.stunAfter(since, chosen.afterUnauthorised.ms + bench.facts.timing.graceMs, isWithIntegrity)
  mark(`${roundMark(length)}-over`)
}

async function refuseNobody(conversation: Conversation) {
  const { bench, mark, watch } = conversation
  const udp = overUdp(bench)
  udp.lab.resetPolicy()
  const { status, fault } = await setStun(conversation, nobody, { STUNUsername: '' })
  if (fault !== undefined) return
  await bench.rest()
  mark('nobody', { status })
  const since = bench.timeline.lastSeq
  udp.server.policy = { answer: 'refuse' }
  const limit = ours((2 * chosen.nextBindingRequest(bench.facts).ms) / 1000, 'two keep-alive periods')
  await watch('message integrity of a device without a user name', limit, timeline =>
    hasIntegrityAfter(timeline, since),
  )
  mark('nobody-over')
}

const hasIntegrityAfter = ({ entries }: Timeline, since: number) =>
  entries.some(
    entry => entry.seq > since && entry.type === 'stun-received' && entry.ofDeviceUnderTest && isWithIntegrity(entry),
  )
