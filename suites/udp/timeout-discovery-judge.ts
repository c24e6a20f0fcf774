import type { Milliseconds } from '../../harness/clock/clock.ts'
import { formatDuration } from '../../harness/device/duration.ts'
import type { MetricJudges, NoteProperty } from '../../harness/scenario.ts'
import type { Endpoint } from '../../harness/timeline/entry.ts'
import { attributeOf, type BindingRequest, hasAttribute, stunCodes } from '../../harness/timeline/stun-requests.ts'
import { between, entriesOf, markNamed, type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import { must } from '../../harness/verdict/metric.ts'
import { hostAndPort, sameEndpoint } from '../../harness/udp-bench.ts'
import { requestsBegun } from './binding-requests.ts'
import { gapsOf } from './keep-alive-gaps.ts'
import { toleranceOf } from './keepalive-judge.ts'
import { placesOfPrimary, primaryRequests, primarySource } from './primary-source.ts'

export const discoveryMetrics = {
  settles: must('CR-UDP-23', 'Between two limits the device settles at a period that keeps its binding.'),
  probes: must(
    'CR-UDP-24',
    'Trials come from another port, name a mapped address in RESPONSE-ADDRESS, and have no attribute of Annex G.',
  ),
}

type DiscoveryJudges = MetricJudges<typeof discoveryMetrics>

/** How long the pretended NAT keeps a binding: well above the shortest period, and below the longest. */
export const lifetimeOf = (seconds: number): Milliseconds => 3000 * seconds

interface Discovery {
  minimum: number
  maximum: number
  lifetimeMs: Milliseconds
  /** There may be a NAT between, which may give the primary port another place. */
  natted: boolean
}

/** CR-UDP-23, 24 */
export function judgeDiscovery(timeline: Timeline, verdict: DiscoveryJudges, property: NoteProperty): void {
  const begun = markNamed(timeline, 'discovering')
  const over = markNamed(timeline, 'discovered')
  if (!begun || !over) return
  const stretch = between(timeline, 'discovering', 'discovered')
  const source = primarySource(stretch)
  if (source === undefined) {
    const reason = 'No Binding Request came from the primary port.'
    verdict.settles.inconclusive(reason, { evidence: [begun.seq] })
    verdict.probes.inconclusive(reason, { evidence: [begun.seq] })
    return
  }
  const last = timelineOf(stretch.entries.filter(({ at }) => at >= over.at - (over.at - begun.at) / 4))
  judgeSettles(last, begun.data as unknown as Discovery, verdict.settles, property)
  const places = placesOfPrimary(requestsBegun(stretch), source, begun.data as unknown as Discovery)
  judgeProbes(timeline, stretch, places, verdict.probes, property)
}

/** By the last quarter: what is tried before may well lose the binding. */
function judgeSettles(
  quarter: Timeline,
  { minimum, lifetimeMs, natted }: Discovery,
  metric: DiscoveryJudges['settles'],
  property: NoteProperty,
) {
  const gaps = gapsOf(quarter, { natted })
  const lengths = gaps.map(({ ms }) => ms).sort((a, b) => a - b)
  const steady = lengths[lengths.length >> 1]
  if (steady === undefined || lengths.length < 2)
    return metric.inconclusive('Too few keep-alives came in the last quarter to tell a period.')
  const lost = lapses(quarter, { natted })
  const evidence = gaps.slice(0, 5).flatMap(gap => gap.evidence)
  const expected = [`a steady period below ${formatDuration(lifetimeMs)}, and no lost binding in the last quarter`]
  const limit = { ms: lifetimeMs, source: 'ours' as const, why: 'the lifetime of a binding of the pretended NAT' }
  const actual = `a period of ${formatDuration(steady)}; the binding was lost ${lost} times`
  const finding = { expected, actual, evidence, limit, measured: steady }
  property('period between two limits', formatDuration(steady))
  if (steady >= lifetimeMs) metric.fail(finding)
  else if (steady < 1000 * minimum - toleranceOf(minimum))
    metric.inconclusive('The device does not keep to the minimum; see CR-UDP-21.', finding)
  else if (lost > 0) metric.inconclusive('The device was still trying at the end.', finding)
  else if (steady <= 1000 * minimum + toleranceOf(minimum))
    metric.warn({ ...finding, actual: `${actual}: it stays at the minimum` })
  else metric.pass(finding)
}

/** How often the device was told another public address than just before. */
function lapses(stretch: Timeline, options: { natted: boolean }): number {
  const told = primaryRequests(stretch, options).flatMap(({ answer }) => answer?.mapped ?? [])
  return told.slice(1).filter((mapped, index) => !sameEndpoint(mapped, told[index] ?? mapped)).length
}

function judgeProbes(
  timeline: Timeline,
  stretch: Timeline,
  places: readonly Endpoint[],
  metric: DiscoveryJudges['probes'],
  property: NoteProperty,
) {
  const requests = requestsBegun(stretch)
  const others = requests.filter(({ entry }) => !isOneOf(entry.from, places))
  const naming = requests.filter(({ entry }) => hasAttribute(entry, stunCodes.responseAddress))
  const probes = [...new Set([...others, ...naming])]
  const expected = ['requests from another port, without attributes of Annex G, with RESPONSE-ADDRESS']
  if (probes.length === 0) {
    property('discovery', 'no requests from another port')
    return metric.inconclusive('No trial was seen: the device may find out in a way of its own, or not at all.')
  }
  property('discovery', naming.length > 0 ? 'by RESPONSE-ADDRESS' : 'by requests from another port alone')
  const wrong = probes.find(request => problemOf(timeline, request, places) !== undefined)
  if (wrong)
    return metric.fail({ expected, actual: problemOf(timeline, wrong, places) ?? '', evidence: [wrong.entry.seq] })
  const evidence = probes.slice(0, 10).map(({ entry }) => entry.seq)
  if (naming.length > 0)
    return metric.pass({ expected, actual: `${naming.length} with RESPONSE-ADDRESS, none marked`, evidence })
  // One alone may have been sent to learn the address of a binding that is then tried.
  if (others.length < 2)
    return metric.inconclusive('One request came from another port, which tells nothing of how it tries.', { evidence })
  // How it finds out is left to the vendor.
  metric.warn({ expected, actual: `${others.length} from other ports, none with RESPONSE-ADDRESS`, evidence })
}

const isOneOf = (place: Endpoint, places: readonly Endpoint[]) => places.some(other => sameEndpoint(place, other))

/** What is wrong with a trial by itself. */
function problemOf(timeline: Timeline, { entry }: BindingRequest, places: readonly Endpoint[]): string | undefined {
  const place = hostAndPort(entry.from)
  if (isOneOf(entry.from, places)) return `RESPONSE-ADDRESS in a request of the primary port, ${place}`
  if (hasAttribute(entry, stunCodes.connectionRequestBinding)) return `CONNECTION-REQUEST-BINDING from ${place}`
  if (hasAttribute(entry, stunCodes.bindingChange)) return `BINDING-CHANGE from ${place}`
  const named = attributeOf(entry, stunCodes.responseAddress)
  if (named === undefined) return undefined
  const told = entriesOf(timeline, 'stun-sent').flatMap(({ mapped, seq }) =>
    seq < entry.seq && mapped ? [mapped] : [],
  )
  const { address } = named
  // Before the scenario the device was told the truth.
  if (address !== undefined && isOneOf(address, [...told, ...places])) return undefined
  return `RESPONSE-ADDRESS with ${address ? hostAndPort(address) : 'no address'}, which no response had told`
}
