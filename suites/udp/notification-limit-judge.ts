import { formatDuration } from '../../harness/device/duration.ts'
import { chosen } from '../../harness/limits.ts'
import type { Endpoint, EntryOf } from '../../harness/timeline/entry.ts'
import { between, entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { ours } from '../../harness/verdict/limit.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { hostAndPort } from '../../harness/udp-bench.ts'
import { toleranceOf } from './keepalive-judge.ts'
import { announced, places, toldMark } from './mapping-metrics.ts'

const name = 'UDPConnectionRequestAddress'

const tells = (session: EntryOf<'session-opened'>, place: Endpoint) => announced(session, name) === hostAndPort(place)

/** CR-UDP-29. @param silenced why no notification may be due */
export function judgeLimited(timeline: Timeline, metric: MetricJudge, silenced: string | undefined): void {
  const without = markNamed(timeline, 'no-limit')
  if (without) {
    const fault = without.data?.['fault']
    if (typeof fault === 'string') return metric.inconclusive(`The device refused the limit: ${fault}`)
    return metric.notApplicable(
      'The device has no UDPConnectionRequestAddressNotificationLimit, which only TR-098 and TR-106 have.',
      'its data model had the parameter',
    )
  }
  const begun = markNamed(timeline, 'limited')
  const told = markNamed(timeline, toldMark('last'))
  if (!begun || !told || !markNamed(timeline, 'limited-over')) return
  const seconds = Number(begun.data?.['seconds'])
  const sessions = entriesOf(between(timeline, 'limited', 'limited-over'), 'session-opened').filter(
    session => session.ofDeviceUnderTest && [places.first, places.last].some(place => tells(session, place)),
  )
  const [first, ...others] = sessions
  const limit = ours(seconds, 'UDPConnectionRequestAddressNotificationLimit as this scenario sets it')
  const expected = [`one at once, and one about ${seconds} s later with ${hostAndPort(places.last)}`]
  const evidence = [begun.seq, told.seq, ...sessions.slice(0, 5).map(({ seq }) => seq)]
  const finding = { expected, evidence, limit }
  if (first === undefined || first.seq > told.seq)
    return metric.inconclusive(silenced ?? 'The first change was not notified; see CR-UDP-28.', finding)
  const after = (session: { attemptAt: number }) => session.attemptAt - first.attemptAt
  const early = others.find(session => after(session) < 1000 * seconds - toleranceOf(seconds))
  const last = others.find(session => tells(session, places.last))
  const later = begun.data?.['status'] === 1
  if (early || !last) {
    const actual = early ? `another after ${formatDuration(after(early))}` : otherwise(others.length, seconds)
    if (silenced !== undefined || later)
      return metric.inconclusive(silenced ?? 'The device answered status 1: it takes the limit later.', finding)
    return metric.fail({ ...finding, actual, ...(early ? { measured: after(early) } : {}) })
  }
  metric.pass({ ...finding, actual: `another after ${formatDuration(after(last))}`, measured: after(last) })
}

const otherwise = (others: number, seconds: number) =>
  others > 0
    ? 'another, without the last value'
    : `none within ${formatDuration(1000 * seconds + chosen.notification.ms)} that tells the last value`
