import { formatDuration } from '../../harness/device/duration.ts'
import { chosen } from '../../harness/limits.ts'
import type { Endpoint, EntryOf } from '../../harness/timeline/entry.ts'
import { between, entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { hostAndPort, sameEndpoint } from '../../harness/udp-bench.ts'
import { judgedControl } from '../positive-control.ts'
import { type Reading as CheckedReading, checkEach } from '../check-each.ts'
import { entriesBetween } from './binding-requests.ts'
import { readHostAndPort } from './host-and-port.ts'
import {
  announced,
  followers,
  liftingLimit,
  type MappingJudges,
  places,
  readings,
  type Told,
  toldMark,
  truthAgain,
} from './mapping-metrics.ts'
import { attributesMark, refusedMark } from './notification-attributes.ts'
import { judgeLimited } from './notification-limit-judge.ts'
import { primaryRequests } from './primary-source.ts'
import { readingOf, settingOf } from './stun-settings.ts'
import { isTrue } from './truth.ts'
import { heedsNoResponse } from './unheeded-responses.ts'

/** CR-UDP-26 to 29 */
export function judgeMapping(timeline: Timeline, verdict: MappingJudges): void {
  judgeNatDetected(timeline, verdict.natDetected)
  judgeAddress(timeline, verdict.address)
  judgeNotified(timeline, verdict.notified)
  judgeNotNotified(timeline, verdict.notNotified)
  judgeLimited(timeline, verdict.limited, silenced(timeline))
}

/** What was read after the device had been told a mapped address. */
interface ToldReading {
  what: Told
  mapped: string
  /** A NAT may have given the device another place before the reading: all that it was told. */
  places: Endpoint[]
  natted: boolean
  nat: string | undefined
  address: string | undefined
  evidence: number[]
}

function toldReadings(timeline: Timeline): ToldReading[] {
  return readings.flatMap(what => {
    const mark = markNamed(timeline, toldMark(what))
    const reading = readingOf(timeline, what)
    if (!mark || !reading) return []
    return [
      {
        what,
        mapped: String(mark.data?.['mapped']),
        places: placesTold(timeline, mark.seq, reading.seq),
        natted: mark.data?.['natted'] === true,
        nat: reading.values['NATDetected'],
        address: reading.values['UDPConnectionRequestAddress'],
        evidence: [mark.seq, reading.seq],
      },
    ]
  })
}

/** What tells the readings apart in every run. */
const toldWords: Record<Told, string> = {
  truth: 'the place that it has',
  'other-address': 'another address',
  'other-port': 'another port',
}

const addressWords = ({ address }: ToldReading) =>
  address === undefined || address === '' ? 'nothing' : `the address ${address}`

/** Behind a NAT what the server sees is not the device's own address, and NATDetected is true rightly. */
const isJudgeable = ({ what, natted, nat }: ToldReading) => nat !== undefined && !(natted && what === 'truth')

const natIsRight = ({ what, nat }: ToldReading) => isTrue(nat) === (what !== 'truth')

const unheeded = 'The device repeats all Binding Requests although they are answered: no response seems to reach it.'

function judgeNatDetected(timeline: Timeline, metric: MetricJudge) {
  const found = toldReadings(timeline)
  if (found.length === 0) return
  if (heedsNoResponse(timeline)) return metric.inconclusive(unheeded)
  const judged = found.filter(isJudgeable).map(
    (reading): CheckedReading => ({
      ok: natIsRight(reading),
      expected: [`NATDetected ${reading.what === 'truth' ? 'false' : 'true'} once it was told ${reading.mapped}`],
      actual: `NATDetected ${reading.nat} once it was told ${toldWords[reading.what]} (${reading.mapped})`,
      evidence: reading.evidence,
    }),
  )
  if (judged.length > 0) checkEach(metric, judged)
  if (judged.length === readings.length) return
  const natted = found.some(reading => reading.natted)
  metric.inconclusive(
    natted
      ? 'There is a NAT between: that the device is told its own address cannot be brought about.'
      : 'NATDetected could not be read after each answer.',
    { evidence: found.flatMap(({ evidence }) => evidence) },
  )
}

function addressIsRight({ address, mapped, places: told }: ToldReading): boolean {
  const place = readHostAndPort(address)
  return isSamePlace(address, mapped) || (place !== undefined && told.some(other => sameEndpoint(place, other)))
}

/** What answers to its primary port told the device between these entries. */
const placesTold = (timeline: Timeline, from: number, to: number): Endpoint[] =>
  primaryRequests(entriesBetween(timeline, from, to), { natted: true }).flatMap(({ answer }) => answer?.mapped ?? [])

function isSamePlace(value: string | undefined, mapped: string): boolean {
  const [place, wanted] = [readHostAndPort(value), readHostAndPort(mapped)]
  return place !== undefined && wanted !== undefined && sameEndpoint(place, wanted)
}

function judgeAddress(timeline: Timeline, metric: MetricJudge) {
  const found = toldReadings(timeline).filter(({ address }) => address !== undefined)
  if (found.length > 0 && heedsNoResponse(timeline)) return metric.inconclusive(unheeded)
  if (found.length > 0)
    checkEach(
      metric,
      found.map(reading => ({
        ok: addressIsRight(reading),
        expected: [reading.mapped],
        actual: `${addressWords(reading)} once it was told ${toldWords[reading.what]}`,
        evidence: reading.evidence,
      })),
    )
  else if (toldReadings(timeline).length > 0)
    metric.inconclusive('The device has no UDPConnectionRequestAddress; see CR-UDP-03.')
}

/** Why no notification may be due; `undefined` where it is. */
function silenced(timeline: Timeline): string | undefined {
  const refused = markNamed(timeline, refusedMark)
  if (refused) return `The device refused to set the notification attributes: ${String(refused.data?.['fault'])}`
  const lifting = settingOf(timeline, liftingLimit)
  if (lifting?.fault !== undefined) return `The device refused to lift its notification limit: ${lifting.fault}`
  const throttle = Number(markNamed(timeline, attributesMark)?.data?.['throttle'] ?? 0)
  return throttle > 0 ? `DefaultActiveNotificationThrottle is ${throttle} s.` : undefined
}

function judgeNotified(timeline: Timeline, metric: MetricJudge) {
  const told = markNamed(timeline, toldMark('notified'))
  const over = markNamed(timeline, 'change-notified-over')
  if (!told || !over) return
  const mapped = hostAndPort(places.notified)
  const sessions = openedIn(between(timeline, 'change-notified', 'change-notified-over'))
  const addresses = sessions.filter(session => isSamePlace(announced(session, 'UDPConnectionRequestAddress'), mapped))
  const nats = sessions.filter(session => isTrue(announced(session, 'NATDetected')))
  const readingsSeen = toldReadings(timeline)
  const follows = readingsSeen.some(({ what }) => what !== 'truth') && readingsSeen.every(addressIsRight)
  const natFollows =
    readingsSeen.length === readings.length &&
    readingsSeen.every(r => isJudgeable(r) && natIsRight(r)) &&
    !isTrue(readingOf(timeline, truthAgain)?.values['NATDetected'])
  const [first] = addresses
  const evidence = [told.seq, ...sessions.slice(0, 5).map(({ seq }) => seq)]
  const expected = [`a session with 4 VALUE CHANGE and UDPConnectionRequestAddress ${mapped}`]
  const finding = { expected, evidence, limit: chosen.notification }
  if (first && (nats.length > 0 || !natFollows))
    return metric.pass({
      ...finding,
      actual: `one ${formatDuration(Math.max(0, first.attemptAt - told.at))} after the response`,
      measured: Math.max(0, first.attemptAt - told.at),
    })
  const reason = silenced(timeline)
  if (reason !== undefined) return metric.inconclusive(reason, finding)
  if (!first && !follows)
    return metric.inconclusive('The device does not take over what it is told; see CR-UDP-27.', finding)
  metric.fail({
    ...finding,
    expected: natFollows ? [...expected, 'and NATDetected true'] : expected,
    actual: first ? 'the address, but not NATDetected' : 'none',
  })
}

const openedIn = (stretch: Timeline): EntryOf<'session-opened'>[] =>
  entriesOf(stretch, 'session-opened').filter(({ ofDeviceUnderTest }) => ofDeviceUnderTest)

/** Why "4 VALUE CHANGE" beside these parameters need not tell of the change. */
function otherCause(timeline: Timeline, telling: EntryOf<'session-opened'> | undefined): string | undefined {
  if (telling === undefined) return 'A session told of a value from before this change.'
  const isHabit = openedIn(timeline).some(
    ({ inform }) =>
      inform.events.every(({ eventCode }) => eventCode !== '4 VALUE CHANGE') &&
      inform.parameters.some(({ name }) => name.endsWith('.ManagementServer.UDPConnectionRequestAddress')),
  )
  return isHabit
    ? 'The device has the address in other Informs too, so that the change may be one of another parameter.'
    : undefined
}

/** "session 17 with 4 VALUE CHANGE, UDPConnectionRequestAddress 203.0.113.92:4009, 0.01 s after the device was told" */
function tellingText(session: EntryOf<'session-opened'>, told: EntryOf<'mark'>): string {
  const values = followers.flatMap(name => {
    const value = announced(session, name)
    return value === undefined ? [] : [`${name} ${value}`]
  })
  const after = ((session.at - told.at) / 1000).toFixed(2)
  return `session ${session.session} with 4 VALUE CHANGE, ${values.join(', ')}, ${after} s after the device was told`
}

function judgeNotNotified(timeline: Timeline, metric: MetricJudge) {
  const told = markNamed(timeline, toldMark('quiet'))
  const over = markNamed(timeline, 'change-quiet-over')
  if (!told || !over) return
  const sessions = openedIn(between(timeline, 'change-quiet', 'change-quiet-over'))
  const announcing = sessions.filter(session => followers.some(name => announced(session, name) !== undefined))
  const [telling] = announcing.filter(session =>
    isSamePlace(announced(session, 'UDPConnectionRequestAddress'), hostAndPort(places.quiet)),
  )
  const expected = ['no session with 4 VALUE CHANGE for the address or NATDetected']
  const finding = { expected, limit: chosen.notification }
  const [shown = telling] = announcing
  if (shown) {
    const evidence = [told.seq, (telling ?? shown).seq]
    const reason = markNamed(timeline, refusedMark) ? silenced(timeline) : otherCause(timeline, telling)
    if (reason !== undefined) return metric.inconclusive(reason, { ...finding, evidence })
    return metric.fail({ ...finding, actual: tellingText(telling ?? shown, told), evidence })
  }
  const control = judgedControl(timeline)
  const evidence = [told.seq, over.seq, ...control.evidence]
  if (!control.passed) return metric.inconclusive(control.reason, { ...finding, evidence })
  metric.pass({ ...finding, actual: 'none', evidence })
}
