import { isIP } from 'node:net'
import { formatDuration } from '../../harness/device/duration.ts'
import type { Endpoint, EntryOf } from '../../harness/timeline/entry.ts'
import { connectionRequestSessions, nameOf } from '../../harness/timeline/sessions.ts'
import { type BindingRequest, isPrimaryRequest } from '../../harness/timeline/stun-requests.ts'
import { between, entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import type { Limit } from '../../harness/verdict/limit.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { sameEndpoint } from '../../harness/udp-bench.ts'
import { type BindingJudges, settings, toAddressBefore, toSource } from './binding-metrics.ts'
import { entriesBetween, requestsBegun, requestsFrom, sourceAsked, sourceOfFirst } from './binding-requests.ts'
import { readingOf, settingOf } from './stun-settings.ts'

/** CR-UDP-02, 04, 07: whether the device asks the server that it was given, and listens where it asks from. */
export function judgeSettings(timeline: Timeline, verdict: BindingJudges): void {
  judgeTasks(timeline, verdict.tasks)
  judgeServer(timeline, verdict.server)
  judgeAcsHost(timeline, verdict.acsHost)
  judgePort(timeline, verdict.listensThere)
}

const later = 'The device answered status 1: it applies the setting later.'

function judgeTasks(timeline: Timeline, metric: MetricJudge) {
  const on = markNamed(timeline, 'on')
  const setting = settingOf(timeline, settings.on)
  if (!on || !setting || setting.fault !== undefined) return
  const stretch = between(timeline, 'on', 'emptied')
  const source = sourceOfFirst(stretch)
  const expected = ['Binding Requests from the primary port, the first one soon and others in the rhythm that was set']
  if (source === undefined) {
    if (!markNamed(timeline, 'first-awaited')) return
    const reason = whyNotJudged(on, setting)
    if (reason !== undefined) return metric.inconclusive(reason, { evidence: [setting.seq] })
    return metric.fail({ expected, actual: `no Binding Request${whatToRuleOut(on)}`, evidence: [on.seq, setting.seq] })
  }
  const [first, ...others] = requestsFrom(stretch, source)
  const kept = keptAlive(timeline, source)
  const evidence = [on.seq, ...(first ? [first.entry.seq] : []), ...(kept ? [kept.entry.seq] : [])]
  if (kept)
    return metric.pass({ expected, actual: `${others.length + 1} requests, from port ${source.port}`, evidence })
  if (!markNamed(timeline, 'silence-over')) return metric.inconclusive('It was not waited for a second one.')
  metric.fail({ expected, actual: 'one announcement, and no keep-alive after it', evidence })
}

/** A request after STUN was switched on for the last time. */
function keptAlive(timeline: Timeline, source: Endpoint): BindingRequest | undefined {
  const asking = markNamed(timeline, 'asking')
  if (asking === undefined) return undefined
  const place = sourceAsked(timeline) ?? source
  const natted = markNamed(timeline, 'account')?.data?.['natted'] === true
  return requestsBegun(between(entriesBetween(timeline, asking.seq), 'asking', 'emptied')).find(
    ({ entry }) => sameEndpoint(entry.from, place) || (natted && isPrimaryRequest(entry)),
  )
}

/** The server that was set, and whether requests had come before. */
interface Place {
  server?: { host: string; port: number }
  bound?: boolean
}

const placeOf = (mark: EntryOf<'mark'> | undefined) => (mark?.data ?? {}) as Place

/** Why the silence of a device shows nothing. */
function whyNotJudged(mark: EntryOf<'mark'> | undefined, { status }: { status?: number }): string | undefined {
  if (status === 1) return later
  const { server, bound } = placeOf(mark)
  if (server === undefined || bound === true || isIP(server.host) !== 0) return undefined
  return `Nothing came, and the server was given by its name: the device may not have found ${server.host}.`
}

/** Where nothing has ever come, a firewall looks the same. */
function whatToRuleOut(mark: EntryOf<'mark'> | undefined): string {
  const { server, bound } = placeOf(mark)
  if (server === undefined || bound !== false) return ''
  return `, as at all times; to be ruled out: a firewall or route between the device and ${server.host} port ${server.port} (UDP)`
}

function judgeServer(timeline: Timeline, metric: MetricJudge) {
  const on = markNamed(timeline, 'on')
  const setting = settingOf(timeline, settings.on)
  if (!on || !setting || setting.fault !== undefined || !markNamed(timeline, 'first-awaited')) return
  judgeArrival(timeline, metric, { from: 'on', to: 'first-awaited', setting, expected: 'at the server that was set' })
}

function judgeAcsHost(timeline: Timeline, metric: MetricJudge) {
  const leftOut = markNamed(timeline, 'empty-left-out')
  if (leftOut)
    return metric.notApplicable(
      `An empty STUNServerAddress was not tried: ${String(leftOut.data?.['because'])}.`,
      'the STUN server were at the host of the ACS, and the device could be asked by HTTP or XMPP too',
    )
  const setting = settingOf(timeline, settings.empty)
  if (setting?.fault !== undefined)
    return metric.inconclusive(`The device takes no empty STUNServerAddress: ${setting.fault}`, {
      evidence: [setting.seq],
    })
  if (!setting || !markNamed(timeline, 'empty-awaited')) return
  judgeArrival(timeline, metric, { from: 'emptied', to: 'empty-awaited', setting, expected: 'at the host of the ACS' })
}

interface Arrival {
  from: string
  to: string
  setting: { seq: number; status?: number }
  expected: string
}

function judgeArrival(timeline: Timeline, metric: MetricJudge, { from, to, setting, expected: place }: Arrival) {
  const mark = entriesOf(timeline, 'mark').find(({ name }) => name === from)
  const limit = mark?.data?.['limit'] as Limit | undefined
  const [first] = requestsBegun(between(timeline, from, to))
  const expected = [`a Binding Request ${place}`]
  const more = limit === undefined ? {} : { limit }
  if (first) {
    const tookMs = first.entry.at - (mark?.at ?? 0)
    const evidence = [setting.seq, first.entry.seq]
    return metric.pass({ expected, actual: `one after ${formatDuration(tookMs)}`, evidence, ...more })
  }
  const reason = whyNotJudged(mark, setting)
  if (reason !== undefined) return metric.inconclusive(reason, { evidence: [setting.seq] })
  metric.fail({ expected, actual: `none${whatToRuleOut(mark)}`, evidence: [setting.seq], ...more })
}

function judgePort(timeline: Timeline, metric: MetricJudge) {
  const asking = markNamed(timeline, 'asking')
  if (!asking || !markNamed(timeline, 'asked')) return
  const source = String(asking.data?.['source'])
  const sent = entriesOf(timeline, 'udp-cr-sent')
  const toOther = sent.find(({ label }) => label === toAddressBefore)
  const expected = [`a session after a Connection Request to ${source}`]
  const [session] = connectionRequestSessions(between(timeline, 'asking', 'asked'))
  const requests = sent.filter(({ label, copy }) => copy === 1 && label === toSource).map(({ seq }) => seq)
  const evidence = [asking.seq, ...requests, ...(toOther ? [toOther.seq] : []), ...(session ? [session.seq] : [])]
  if (session && (toOther === undefined || session.seq < toOther.seq))
    return metric.pass({ expected, actual: nameOf(session), evidence })
  if (session && toOther)
    return metric.fail({
      expected,
      actual: `none; only a request to ${toOther.to.address}:${toOther.to.port}, from where none of them came, brought one`,
      evidence,
    })
  const before = readingOf(timeline, 'off')?.values['UDPConnectionRequestAddress'] ?? ''
  metric.inconclusive(
    toOther
      ? `No Connection Request brought a session, neither to ${source} nor to ${before}.`
      : `No Connection Request to ${source} brought a session, and no other address was known.`,
    { expected, evidence },
  )
}
