import { entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { checkEach } from '../check-each.ts'
import { readingOf, settingOf } from './connection-settings.ts'
import type { JabberIdJudges } from './jabberid-metrics.ts'
import { ownBounds } from './own-connections.ts'
import { isSameJid, shown, streamUpAt } from './streams.ts'

/** CR-XMPP-09, 10: what JabberID and ConnReqJabberID read while the stream is up, lost, and not wanted. */
export function judgeJabberIds(timeline: Timeline, verdict: JabberIdJudges): void {
  judgeAsBound(timeline, verdict.asBound)
  judgeSameAsConnection(timeline, verdict.sameAsConnection)
  judgeKept(timeline, verdict.keptWhileLost)
  judgeEmpty(timeline, verdict.emptyWhenUnused)
}

/** The readings that were taken under a stream, with its JID and the entry that tells it. */
function underStream(timeline: Timeline) {
  const first = markNamed(timeline, 'first-jid')
  const up = readingOf(timeline, 'up')
  const rebound = readingOf(timeline, 'rebound')
  const bound = rebound && ownBounds(timeline, timeline).findLast(({ seq }) => seq < rebound.seq)
  const lost =
    bound &&
    entriesOf(timeline, 'xmpp-stream-ended').some(
      ({ connection, seq }) => connection === bound.connection && seq < rebound.seq,
    )
  return [
    ...(up && first ? [{ reading: up, jid: String(first.data?.['jid']), seq: first.seq }] : []),
    ...(rebound && bound && !lost ? [{ reading: rebound, jid: bound.jid, seq: bound.seq }] : []),
  ]
}

function judgeAsBound(timeline: Timeline, metric: MetricJudge) {
  const read = underStream(timeline).filter(({ reading }) => reading.values['JabberID'] !== undefined)
  if (read.length === 0) return metric.inconclusive('JabberID could not be read while there was a stream.')
  checkEach(
    metric,
    read.map(({ reading, jid, seq }) => ({
      ok: isSameJid(reading.values['JabberID'] ?? '', jid),
      expected: [jid],
      actual: `JabberID ${shown(reading.values['JabberID'])}`,
      evidence: [seq, reading.seq],
    })),
  )
  if (!read.some(({ reading }) => reading.seq === readingOf(timeline, 'rebound')?.seq))
    metric.inconclusive('No JID was bound that the device had not proposed.')
}

function judgeSameAsConnection(timeline: Timeline, metric: MetricJudge) {
  const read = underStream(timeline).filter(({ reading: { values } }) => values['ConnReqJabberID'] !== undefined)
  if (read.length === 0) return metric.inconclusive('ConnReqJabberID could not be read while there was a stream.')
  checkEach(
    metric,
    read.map(({ reading, jid, seq }) => {
      // Whether JabberID itself is right is another requirement.
      const due = reading.values['JabberID'] ?? jid
      const value = reading.values['ConnReqJabberID'] ?? ''
      return {
        ok: value === due || isSameJid(value, due),
        expected: [due],
        actual: `ConnReqJabberID ${shown(value)}`,
        evidence: [seq, reading.seq],
      }
    }),
  )
}

function judgeKept(timeline: Timeline, metric: MetricJudge) {
  const [up, lost] = [readingOf(timeline, 'up'), readingOf(timeline, 'lost')]
  const [before, after] = [up?.values['ConnReqJabberID'], lost?.values['ConnReqJabberID']]
  if (!up || !lost || before === undefined || after === undefined)
    return metric.inconclusive('ConnReqJabberID could not be read before and after the stream was lost.')
  if (before === '')
    return metric.inconclusive('ConnReqJabberID was empty before the stream was lost.', { evidence: [up.seq] })
  metric.check(after === before || isSameJid(after, before), {
    expected: [before],
    actual: `ConnReqJabberID ${shown(after)}`,
    evidence: [up.seq, lost.seq],
  })
}

function judgeEmpty(timeline: Timeline, metric: MetricJudge) {
  const { fault, status } = settingOf(timeline, 'clear the reference') ?? {}
  const read = [
    { reading: readingOf(timeline, 'disabled'), state: 'while the connection is off' },
    ...(status === 1 ? [] : [{ reading: readingOf(timeline, 'unreferenced'), state: 'while none is referenced' }]),
  ].flatMap(({ reading, state }) => {
    const value = reading?.values['ConnReqJabberID']
    if (!reading || value === undefined) return []
    const actual = `${shown(value)} ${state}`
    return [{ ok: value === '', expected: [`an empty value ${state}`], actual, evidence: [reading.seq] }]
  })
  if (read.length === 0)
    return metric.inconclusive('ConnReqJabberID could not be read while the connection was not in use.')
  checkEach(metric, read)
  const unreferenced = readingOf(timeline, 'unreferenced')
  if (fault === undefined && status !== 1 && unreferenced && !streamUpAt(timeline, unreferenced.seq))
    metric.inconclusive('The connection was not up when none was referenced: the value may be empty for that.', {
      evidence: [unreferenced.seq],
    })
  if (fault !== undefined) metric.inconclusive(`The device does not take an empty reference: ${fault}`)
  else if (status === 1) metric.inconclusive('The device answered status 1: it clears the reference later.')
}
