import type { Endpoint } from '../../harness/timeline/entry.ts'
import { attributeOf, type BindingRequest, hasAttribute, stunCodes } from '../../harness/timeline/stun-requests.ts'
import { entriesOf, markNamed, type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import type { StunAttribute } from '../../harness/timeline/udp-entry.ts'
import { hostAndPort, sameEndpoint } from '../../harness/udp-bench.ts'
import type { BindingJudges } from './binding-metrics.ts'
import { reportsChange, requestsBegun } from './binding-requests.ts'
import { placesOfPrimary } from './primary-source.ts'
import { setMark } from './stun-settings.ts'

/** The value of CONNECTION-REQUEST-BINDING: "dslforum.org/TR-111 ". G.2.1.3 */
export const connectionRequestBindingHex = Buffer.from('dslforum.org/TR-111 ', 'latin1').toString('hex')

/** CR-UDP-08, 09, 10: the two attributes of Annex G, over all requests of the scenario. */
export function judgeMarks(timeline: Timeline, verdict: BindingJudges): void {
  const stretches = betweenSettings(timeline).map(requestsBegun)
  const natted = markNamed(timeline, 'account')?.data?.['natted'] === true
  const all = stretches.flat()
  if (all.length === 0) return
  judgePrimaryOnly(stretches, { natted }, verdict.marksPrimary)
  judgeBindingValue(all, verdict.markValue)
  judgeChangeValue(all, verdict.changeValue)
}

/** Other settings may give the device another socket: what its primary port is, is known between two of them. */
function betweenSettings(timeline: Timeline): Timeline[] {
  const bounds = entriesOf(timeline, 'mark').filter(({ name }) => name === setMark)
  return [undefined, ...bounds].map((from, index) => {
    const to = bounds[index]
    return timelineOf(
      timeline.entries.filter(({ seq }) => seq > (from?.seq ?? 0) && seq < (to?.seq ?? Number.POSITIVE_INFINITY)),
    )
  })
}

function judgePrimaryOnly(
  stretches: BindingRequest[][],
  options: { natted: boolean },
  metric: BindingJudges['marksPrimary'],
) {
  // BINDING-CHANGE alone is judged by CR-UDP-10.
  const judged = stretches.map(requests => requests.filter(request => isMarked(request) || !reportsChange(request)))
  const wrong = judged.flatMap(requests => {
    const [first] = requests
    if (first === undefined) return []
    const places = placesOfPrimary(requests, first.entry.from, options)
    return requests.filter(request => isMarked(request) !== places.some(place => isFrom(request, place)))
  })
  const count = judged.flat().length
  const [first] = wrong
  metric.check(wrong.length === 0, {
    expected: ['the attribute in all requests of the primary port, and in no other'],
    actual: first
      ? `${wrong.length} of ${count} otherwise, the first ${isMarked(first) ? 'with' : 'without'} it from ${hostAndPort(first.entry.from)}`
      : `so it was in ${count} requests`,
    evidence: (first ? wrong : judged.flat()).slice(0, 10).map(({ entry }) => entry.seq),
  })
}

const isMarked = ({ entry }: BindingRequest) => hasAttribute(entry, stunCodes.connectionRequestBinding)
const isFrom = ({ entry }: BindingRequest, source: Endpoint) => sameEndpoint(entry.from, source)

/** CR-UDP-09 */
export function judgeBindingValue(all: readonly BindingRequest[], metric: BindingJudges['markValue']) {
  const found = withAttribute(all, stunCodes.connectionRequestBinding)
  if (found.length === 0) return metric.inconclusive('No Binding Request had the attribute; see CR-UDP-08.')
  const wrong = found.filter(
    ({ attribute }) => attribute.length !== 20 || attribute.hex !== connectionRequestBindingHex,
  )
  const [first] = wrong
  metric.check(first === undefined, {
    expected: [`20 bytes: ${connectionRequestBindingHex}`],
    actual: first ? `${first.attribute.length} bytes: ${first.attribute.hex}` : `so it was in ${found.length} requests`,
    evidence: (first ? wrong : found).slice(0, 10).map(({ seq }) => seq),
  })
}

/** CR-UDP-10 */
export function judgeChangeValue(all: readonly BindingRequest[], metric: BindingJudges['changeValue']) {
  const found = withAttribute(all, stunCodes.bindingChange)
  if (found.length === 0) return metric.inconclusive('No Binding Request had the attribute; see CR-UDP-11.')
  const wrong = found.filter(({ attribute, request }) => attribute.length !== 0 || !isMarked(request))
  const [first] = wrong
  metric.check(first === undefined, {
    expected: ['a length of 0, and CONNECTION-REQUEST-BINDING beside it'],
    actual: first
      ? `a length of ${first.attribute.length}, CONNECTION-REQUEST-BINDING ${isMarked(first.request) ? '' : 'not '}beside it`
      : `so it was in ${found.length} requests`,
    evidence: (first ? wrong : found).slice(0, 10).map(({ seq }) => seq),
  })
}

function withAttribute(
  requests: readonly BindingRequest[],
  code: number,
): { seq: number; attribute: StunAttribute; request: BindingRequest }[] {
  return requests.flatMap(request => {
    const attribute = attributeOf(request.entry, code)
    return attribute === undefined ? [] : [{ seq: request.entry.seq, attribute, request }]
  })
}
