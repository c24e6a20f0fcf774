import { formatDuration } from '../../harness/device/duration.ts'
import { between, markNamed, type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import { xmppConnections } from '../../harness/timeline/xmpp-connections.ts'
import { type Limit, ours } from '../../harness/verdict/limit.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { loopStall } from '../reply-and-session.ts'
import { settingOf } from './connection-settings.ts'
import { attributed, ownBounds } from './own-connections.ts'

const initialS = 4
const multiplier = 2000
const maxS = 30

/** The bounds of the first waits with the settings of the scenario, in milliseconds. Annex K */
export const waitBounds = (waits: number): number[] =>
  Array.from({ length: waits }, (_, index) => Math.min(maxS, initialS * (multiplier / 1000) ** index) * 1000)

/** The settings of XMPPReconnect:1 under which waits are measured, and how many attempts are seen. */
export const reconnectSettings = {
  values: {
    ServerRetryInitialInterval: String(initialS),
    ServerRetryIntervalMultiplier: String(multiplier),
    ServerRetryMaxInterval: String(maxS),
    ServerConnectAttempts: '6',
  },
  attempts: 5,
  window: ours(150, 'the five longest waits with these settings make 88 s, and half as much again is waited'),
} as const

/** The name of the setting with which they were set. */
export const setWaits = 'set short waits'

/** Beyond the bound: connecting itself takes time. */
const grace = ours(2, 'connecting takes time too, and clocks differ a little')
/** Attempts that follow each other like this without end are a tight loop. */
const tightMs = 100
const tightLoop = 3

/** CR-XMPP-15: each wait against its bound. The wait at the cap may be the maximum or any time up to it. */
export function judgeGaps(
  timeline: Timeline,
  metric: MetricJudge,
  property: (name: string, value: string) => void,
): void {
  const gone = markNamed(timeline, 'server-gone')
  if (!gone)
    return metric.notApplicable(
      'The device has no XMPPReconnect:1 whose waits could be set.',
      'it had ServerRetryInitialInterval',
    )
  const stretch = timelineOf(timeline.entries.filter(({ seq }) => seq > gone.seq))
  const away = between(timelineOf([gone, ...stretch.entries]), 'server-gone', 'server-back')
  const { own, unclear } = attributed(
    timeline,
    xmppConnections(away).filter(({ accepted }) => accepted.handling === 'reset'),
  )
  const refused = own.map(({ accepted }) => accepted)
  const evidence = [gone.seq, ...refused.map(({ seq }) => seq)]
  const moments = [gone.at, ...refused.map(({ at }) => at)]
  const gaps = moments.slice(1).map((at, index) => at - (moments[index] ?? at))
  const back = markNamed(stretch, 'server-back')
  // A wait that had no end before the server came back counts for as long as it was seen.
  const open = back && gaps.length < reconnectSettings.attempts ? back.at - (moments.at(-1) ?? back.at) : 0
  const bounds = waitBounds(gaps.length + 1)
  const overdue = open > (bounds.at(-1) ?? 0) ? [`then none for ${formatDuration(open)}`] : []
  const told = [
    ...gaps.map((gap, index) => `${formatDuration(gap)} (at most ${formatDuration(bounds[index] ?? 0)})`),
    ...overdue,
  ].join(', ')
  const expected = ['each wait a random time up to its bound, at the cap also always the maximum']
  const longest = Math.max(...[...gaps, open].map((gap, index) => gap - (bounds[index] ?? 0)))
  const finding = { expected, actual: told, evidence, limit: grace, uncertainty: loopStall(stretch) }
  if (unclear.length > 0)
    return metric.inconclusive('Connections for other accounts come from the address of the device too.', finding)
  if (longest > grace.ms && settingOf(timeline, setWaits)?.status === 1)
    return metric.inconclusive('The device answered status 1: it applies the waits later.', finding)
  if (gaps.length === 0) return metric.fail({ ...finding, actual: 'no attempt to reconnect came at all' })
  if (longest > grace.ms && longest < grace.ms + loopStall(stretch))
    return metric.inconclusive('A wait is closer to its bound than it can be measured.', finding)
  if (longest > grace.ms) return metric.fail(finding)
  if (hasTightLoop(gaps)) return metric.fail({ ...finding, actual: `${told}: a tight loop` })
  if (gaps.length < 3) return metric.inconclusive(`Only ${gaps.length} attempts came in the window.`, finding)
  property('waits before reconnecting', gaps.map(formatDuration).join(', '))
  metric.pass(finding)
}

const hasTightLoop = (gaps: number[]) =>
  gaps.some((_, index) => {
    const run = gaps.slice(index, index + tightLoop)
    return run.length === tightLoop && run.every(gap => gap < tightMs)
  })

/** CR-XMPP-02: the stream is bound again once the server serves. */
export function judgeReturn(timeline: Timeline, metric: MetricJudge): void {
  const back = markNamed(timeline, 'server-back')
  const awaited = markNamed(timeline, 'return-awaited')
  if (!back || !awaited) return metric.inconclusive('The stream was not there to be dropped.')
  const [bound] = ownBounds(timeline, between(timeline, 'server-back', 'return-awaited'))
  const measured = (bound ?? awaited).at - back.at
  const limit = awaited.data?.['limit'] as Limit | undefined
  const finding = {
    expected: ['a bound stream again'],
    actual: bound ? `bound again after ${formatDuration(measured)}` : `none within ${formatDuration(measured)}`,
    evidence: [back.seq, ...(bound ? [bound.seq] : [])],
    ...(limit === undefined ? {} : { limit, measured }),
  }
  if (!bound && settingOf(timeline, setWaits)?.status === 1)
    return metric.inconclusive('The device answered status 1: it applies the waits later.', finding)
  metric.check(bound !== undefined, finding)
}
