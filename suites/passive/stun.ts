import { hasAttribute, stunCodes, type BindingRequest, bindingRequests } from '../../harness/timeline/stun-requests.ts'
import type { Metric } from '../../harness/verdict/metric.ts'
import { isAfresh, reportsChange } from '../udp/binding-requests.ts'
import { judgeBindingValue, judgeChangeValue } from '../udp/marks-judge.ts'
import { describeOffsets, isStandardSchedule } from '../udp/schedule.ts'
import { judgePadding, type NamedRequest, namedRequests } from '../udp/username-judge.ts'
import type { Capture } from './capture.ts'
import { sessionsBetween } from './circumstances.ts'
import { type Reading, unlessOnce } from './reading.ts'
import { readingOf } from './scratch.ts'

/** The Binding Requests of which the capture has the first copy. */
export const bindingsIn = ({ timeline }: Capture): BindingRequest[] =>
  bindingRequests(timeline).filter(({ entry }) => isAfresh(entry))

/** CR-UDP-09 */
export const readBindingValue = (all: readonly BindingRequest[], metric: Metric): Reading[] =>
  all.some(({ entry }) => hasAttribute(entry, stunCodes.connectionRequestBinding))
    ? readingOf(metric, judge => judgeBindingValue(all, judge))
    : []

/** CR-UDP-10 */
export const readChangeValue = (all: readonly BindingRequest[], metric: Metric): Reading[] =>
  all.some(reportsChange) ? readingOf(metric, judge => judgeChangeValue(all, judge)) : []

/** CR-UDP-15: each name by itself, because nobody tells which is STUNUsername. */
export function readPadding(all: readonly BindingRequest[], metric: Metric): Reading[] {
  const byName = new Map<string, NamedRequest[]>()
  for (const named of namedRequests(all)) {
    const name = named.attribute.text ?? ''
    const known = byName.get(name)
    if (known === undefined) byName.set(name, [named])
    else known.push(named)
  }
  return [...byName].flatMap(([name, found]) => readingOf(metric, judge => judgePadding(found, name, judge)))
}

/** After this an unanswered request is given up. RFC 3489 9.3 */
const givenUpAfterMs = 9500

/** CR-UDP-13: what stays without an answer is repeated in the steps of RFC 3489. One may be missed by the capture. */
export function readSchedules(capture: Capture, all: readonly BindingRequest[]): Reading[] {
  const expected = ['0, 100, 300, 700, 1500, 3100, 4700, 6300 and 7900 ms, each step within 20 %']
  const readings = all.flatMap(({ entry, copies, answer }): Reading[] => {
    const until = entry.at + givenUpAfterMs
    // Another setting may end it, and the capture may.
    // The answer to a request with RESPONSE-ADDRESS goes elsewhere.
    if (hasAttribute(entry, stunCodes.responseAddress)) return []
    if (answer !== undefined || until > capture.endedAt || sessionsBetween(capture, entry.at - 1000, until).length > 0)
      return []
    // A transaction id may come again much later.
    const own = copies.filter(({ at }) => at <= until)
    const offsets = own.map(({ at }) => at - entry.at)
    const verdict = isStandardSchedule(offsets) ? 'pass' : 'breach'
    return [{ verdict, expected, actual: describeOffsets(offsets), evidence: own.map(({ seq }) => seq) }]
  })
  return unlessOnce(readings, 'Copies may have been lost before they were captured.')
}
