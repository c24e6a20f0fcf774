import { type Bench, overUdp } from '../../harness/bench.ts'
import { ConditionsNotMet } from '../../harness/conditions.ts'
import { type DeviceFacts, hasManagementServer, managementServer } from '../../harness/device/facts.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import type { Endpoint, EntryOf } from '../../harness/timeline/entry.ts'
import { markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { hostAndPort, sameEndpoint } from '../../harness/udp-bench.ts'
import { ours } from '../../harness/verdict/limit.ts'
import { aBinding, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { answerAfter } from './binding-requests.ts'
import { readHostAndPort } from './host-and-port.ts'
import { judgeMapping } from './mapping-judge.ts'
import {
  announced,
  followers,
  liftingLimit,
  limitParameter,
  mappingMetrics,
  places,
  type Told,
  toldMark,
  truthAgain,
} from './mapping-metrics.ts'
import { mayBeNatted } from './natted.ts'
import { type Notification, readNotification, setNotification } from './notification-attributes.ts'
import { readStunAsDue, setStun, settleStun } from './stun-settings.ts'
import { isTrue } from './truth.ts'

/** CR-UDP-26 to 29: what the data model makes of the mapped address, and who is told of it. */
export const mapping = scenario({
  id: 'udp-mapping',
  title: 'The mapped address in the data model',
  purpose:
    'The server tells the device its own address, then others: NATDetected and UDPConnectionRequestAddress follow, and a change is notified if, and only if, notification is set.',
  applies: needs(aBinding),
  windows: facts => [
    rests(facts, 4),
    { for: 'keep-alives that are told another address', ms: 5 * (facts.udp.keepAliveSeconds ?? 0) * 1000 },
    { for: 'no notification', ms: chosen.notification.ms },
    ...(hasManagementServer(facts, limitParameter)
      ? [{ for: 'the notification limit, twice at most', ms: 2 * limitSeconds(facts) * 1000 }]
      : []),
  ],
  metrics: mappingMetrics,

  async run(conversation) {
    const { bench, step } = conversation
    const before: Notification = {}
    try {
      await step('Tell the truth, and read the parameters', () => tellAndRead(conversation, 'truth'))
      await step('Tell another address', () => tellAndRead(conversation, 'other-address'))
      await step('Tell another port', () => tellAndRead(conversation, 'other-port'))
      await step('Change the address with active notification', async () => {
        Object.assign(before, await readNotification(conversation, followers))
        await changeNotified(conversation)
      })
      await step('Change the address without notification', () => changeQuietly(conversation))
      if (hasManagementServer(bench.facts, limitParameter))
        await step('Change the address twice within the notification limit', () => changeTwice(conversation))
      else conversation.mark('no-limit')
    } finally {
      if (!bench.signal.aborted) await setBack(conversation, before)
    }
  },

  judge: judgeMapping,
})

/** In seconds: four keep-alives at least, so that two changes fall into it. */
const limitSeconds = ({ udp }: DeviceFacts) => Math.max(60, 4 * (udp.keepAliveSeconds ?? 0))

async function tellAndRead(conversation: Conversation, what: Told) {
  const { bench } = conversation
  const { to: source } = overUdp(bench).target()
  const place = placeFor(what, source)
  const mapped = await tell(conversation, what, place)
  const due = dueOnce(what, mapped)
  if (await readStunAsDue(conversation, what, due)) return
  // An answer may be lost, and a device may not ask again for it.
  await awaitTelling(bench, bench.timeline.lastSeq, place)
  await readStunAsDue(conversation, what, due)
}

const dueOnce = (what: Told, mapped: Endpoint) => ({
  NATDetected: (value: string) => isTrue(value) === (what !== 'truth'),
  UDPConnectionRequestAddress: (value: string) => {
    const place = readHostAndPort(value)
    return place !== undefined && sameEndpoint(place, mapped)
  },
})

function placeFor(what: Told, source: Endpoint): Endpoint | undefined {
  if (what === 'truth') return undefined
  if (what === 'other-address') return { address: '203.0.113.90', port: source.port }
  return { ...source, port: source.port < 65_535 ? source.port + 1 : source.port - 1 }
}

/**
 * Answers with this place, or the truth, until further notice; returns when the device was told.
 * @throws ConditionsNotMet when no Binding Request came
 */
async function tell({ bench, mark }: Conversation, what: string, place?: Endpoint): Promise<Endpoint> {
  const udp = overUdp(bench)
  const since = bench.timeline.lastSeq
  if (place === undefined) udp.lab.resetPolicy()
  else udp.server.policy = { answer: 'serve', mapped: request => (request.ofDeviceUnderTest ? place : request.from) }
  const answer = await awaitTelling(bench, since, place)
  if (answer?.mapped === undefined) throw new ConditionsNotMet('No Binding Request came; see CR-UDP-20.')
  mark(toldMark(what), { mapped: hostAndPort(answer.mapped), natted: mayBeNatted(bench.facts) })
  return answer.mapped
}

function awaitTelling(bench: Bench, since: number, place: Endpoint | undefined) {
  const isIt = ({ truthful, mapped }: EntryOf<'stun-sent'>) =>
    place === undefined ? truthful === true : mapped !== undefined && sameEndpoint(mapped, place)
  return answerAfter(bench, since, chosen.nextBindingRequest(bench.facts).ms, isIt)
}

async function changeNotified(conversation: Conversation) {
  const { bench, mark } = conversation
  await liftLimit(conversation)
  const mapped = await tell(conversation, 'truth-again')
  await readStunAsDue(conversation, truthAgain, dueOnce('truth', mapped))
  await setNotification(conversation, { UDPConnectionRequestAddress: 2, NATDetected: 2 })
  await bench.rest()
  mark('change-notified')
  const since = bench.timeline.lastSeq
  await tell(conversation, 'notified', places.notified)
  const awaited = followers.filter(name => hasManagementServer(bench.facts, name))
  await announcement(bench, since, timeline => awaited.every(name => isAnnounced(timeline, since, name)))
  mark('change-notified-over', { limit: chosen.notification })
  await bench.rest()
}

/** A limit that somebody set before would hold the notification back. */
async function liftLimit(conversation: Conversation) {
  const { facts } = conversation.bench
  if (!hasManagementServer(facts, limitParameter)) return
  if (Number(facts.parameters[managementServer(facts, limitParameter)]?.value ?? 0) === 0) return
  await setStun(conversation, liftingLimit, { [limitParameter]: '0' })
}

const isAnnounced = ({ entries }: Timeline, since: number, name: (typeof followers)[number]) =>
  entries.some(entry => entry.seq > since && entry.type === 'session-opened' && announced(entry, name) !== undefined)

/** Waits for sessions after entry `seq` until enough was told, as long as notifications are waited for. */
async function announcement(
  { timeline, signal }: Bench,
  seq: number,
  isEnough: (timeline: Timeline) => boolean,
  timeoutMs = chosen.notification.ms,
) {
  await timeline
    .waitFor('session-opened', () => isEnough(timeline), {
      after: seq,
      timeoutMs,
      what: 'a session with 4 VALUE CHANGE for UDPConnectionRequestAddress',
      signal,
    })
    .catch(error => (signal.aborted ? Promise.reject(error as Error) : undefined))
}

async function changeQuietly(conversation: Conversation) {
  const { bench, mark, watch } = conversation
  await setNotification(conversation, { UDPConnectionRequestAddress: 0, NATDetected: 0 })
  await bench.rest()
  mark('change-quiet')
  const since = bench.timeline.lastSeq
  await tell(conversation, 'quiet', places.quiet)
  await watch('no notification', chosen.notification, timeline =>
    followers.some(name => isAnnounced(timeline, since, name)),
  )
  mark('change-quiet-over')
  if (bench.facts.credentialsWork && bench.facts.timeToSessionMs !== undefined) await bench.positiveControl()
  else await bench.udpControl()
}

async function changeTwice(conversation: Conversation) {
  const { bench, mark } = conversation
  const seconds = limitSeconds(bench.facts)
  const { fault, status } = await setStun(conversation, 'set the notification limit', {
    [limitParameter]: String(seconds),
  })
  if (fault !== undefined) return mark('no-limit', { fault })
  await outlastLimit(conversation, seconds)
  await setNotification(conversation, { UDPConnectionRequestAddress: 2 })
  await bench.rest()
  mark('limited', { seconds, status })
  const since = bench.timeline.lastSeq
  await tell(conversation, 'first', places.first)
  await announcement(bench, since, timeline => isAnnounced(timeline, since, 'UDPConnectionRequestAddress'))
  await tell(conversation, 'last', places.last)
  const isLast = ({ entries }: Timeline) =>
    entries.some(
      entry =>
        entry.seq > since &&
        entry.type === 'session-opened' &&
        announced(entry, 'UDPConnectionRequestAddress') === hostAndPort(places.last),
    )
  await announcement(bench, since, isLast, seconds * 1000 + chosen.notification.ms)
  mark('limited-over')
  await bench.rest()
}

/** The changes before may have been notified, from which the limit runs too. */
async function outlastLimit({ bench, soFar, watch }: Conversation, seconds: number) {
  const lastChangeAt = markNamed(soFar(), toldMark('quiet'))?.at ?? 0
  const left = seconds - Math.floor((bench.clock.now() - lastChangeAt) / 1000)
  if (left > 0)
    await watch(
      'a pause of the notification limit',
      ours(left, 'what is left of the limit since the last change, which may have been notified'),
    )
}

async function setBack(conversation: Conversation, before: Notification) {
  const { bench } = conversation
  try {
    if (Object.keys(before).length > 0) await setNotification(conversation, before)
    if (hasManagementServer(bench.facts, limitParameter)) {
      const value = bench.facts.parameters[`${bench.facts.root}ManagementServer.${limitParameter}`]?.value ?? '0'
      await setStun(conversation, 'set the notification limit back', { [limitParameter]: value })
    }
  } finally {
    await settleStun(conversation)
  }
}
