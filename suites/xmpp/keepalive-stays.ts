import { formatDuration } from '../../harness/device/duration.ts'
import type { NoteProperty } from '../../harness/scenario.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { between, entriesOf, markNamed, type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import type { Limit } from '../../harness/verdict/limit.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { settingOf } from './connection-settings.ts'
import { ownBounds } from './own-connections.ts'
import { applied, endedByDevice, stayProperty } from './streams.ts'

/** One window in which the idle stream was listened to, and the setting before it. */
export interface Listening {
  name: 'on' | 'off'
  setting: string
}

/** The end of the stream that was listened to, in its window. */
export const endIn = (timeline: Timeline, name: Listening['name']): EntryOf<'xmpp-stream-ended'> | undefined => {
  const connection = markNamed(timeline, `listening-${name}`)?.data?.['connection']
  return entriesOf(between(timeline, `listening-${name}`, `listened-${name}`), 'xmpp-stream-ended').find(
    entry => entry.connection === connection,
  )
}

/** CR-XMPP-02: an idle stream stays, or is made again. */
export function judgeStays(
  timeline: Timeline,
  listenings: readonly Listening[],
  metric: MetricJudge,
  property: NoteProperty,
): void {
  const listened = listenings.filter(({ name }) => markNamed(timeline, `listened-${name}`))
  if (listened.length === 0) return metric.inconclusive('The idle stream was not listened to.')
  for (const listening of listened) judgeWindow(timeline, listening, metric, property)
}

function judgeWindow(timeline: Timeline, { name, setting }: Listening, metric: MetricJudge, property: NoteProperty) {
  const begun = markNamed(timeline, `listening-${name}`)
  if (begun?.data?.['connection'] === undefined) return metric.inconclusive('No stream was there to listen to.')
  const expected = ['the stream open for the whole time', 'a stream that is made again']
  const ended = endIn(timeline, name)
  if (!ended) return metric.pass({ expected, actual: 'it stayed open', evidence: [begun.seq] })
  const evidence = [begun.seq, ended.seq]
  if (!endedByDevice(timeline, ended))
    return metric.inconclusive('The stream was ended from our side.', { expected, evidence })
  const left = `left after ${formatDuration(ended.at - begun.at)}`
  const awaited = markNamed(timeline, `return-awaited-${name}`)
  const after = timelineOf(timeline.entries.filter(({ seq }) => seq > ended.seq && (!awaited || seq < awaited.seq)))
  const [again] = ownBounds(timeline, after)
  if (again) {
    const finding = {
      expected,
      actual: `${left}, and back after ${formatDuration(again.at - ended.at)}`,
      evidence: [...evidence, again.seq],
    }
    const set = settingOf(timeline, setting)
    const setAt = timeline.entries.find(({ seq }) => seq === set?.seq)?.at ?? begun.at
    if (ended.at - setAt <= applied.ms)
      return metric.inconclusive('The device may have connected anew because of the interval that was set.', finding)
    property(stayProperty, finding.actual)
    return metric.pass(finding)
  }
  if (!awaited)
    return metric.inconclusive('The stream ended; whether it came back was not seen.', { expected, evidence })
  metric.fail({
    expected,
    actual: `${left}, and not back ${formatDuration(awaited.at - ended.at)} later`,
    evidence: [...evidence, awaited.seq],
    limit: awaited.data?.['limit'] as Limit,
  })
}
