import { mappingLifetimeSeconds } from '../../fixtures/nat/nat-lab.ts'
import type { DeviceFacts } from '../../harness/device/facts.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { connectionRequestSessions, nameOf } from '../../harness/timeline/sessions.ts'
import { hasAttribute, isPrimaryRequest, stunCodes } from '../../harness/timeline/stun-requests.ts'
import { entriesOf, markNamed, type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import { hostAndPort, sameEndpoint } from '../../harness/udp-bench.ts'
import type { Check } from './check.ts'
import { mappingLost } from './mapping-lost-scenario.ts'

/** What must hold when the router forgets the mapping, read from the timeline of that conversation. */
export function mappingLostChecks(timeline: Timeline): Check[] {
  const dropped = markNamed(timeline, mappingLost.dropped)
  if (dropped === undefined)
    return [
      { ok: false, text: 'The router forgets the mapping', seen: `it did not come to that: ${lastReason(timeline)}` },
    ]
  return [
    kept(primaryRequests(timeline).filter(({ seq }) => seq < dropped.seq)),
    announced(timeline, dropped),
    oldPlaceIsDead(timeline),
    newPlaceLeads(timeline),
  ]
}

const primaryRequests = (timeline: Timeline) => entriesOf(timeline, 'stun-received').filter(isPrimaryRequest)

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

/** One place all the time, for longer than the router remembers a silent one. */
function kept(requests: readonly EntryOf<'stun-received'>[]): Check {
  const text = `Keep-alives keep one public port for longer than the ${mappingLifetimeSeconds} s for which the router remembers a silent one`
  const [first] = requests
  const last = requests.at(-1)
  if (first === undefined || last === undefined) return { ok: false, text, seen: 'no Binding Request came' }
  const places = [...new Set(requests.map(({ from }) => hostAndPort(from)))]
  const ms = last.at - first.at
  return {
    ok: places.length === 1 && ms > mappingLifetimeSeconds * 1000,
    text,
    seen: `${requests.length} Binding Requests in ${seconds(ms)}, from ${places.join(' and ')}`,
  }
}

function announced(timeline: Timeline, dropped: EntryOf<'mark'>): Check {
  const text = 'The router forgets it: the device announces the new one within two keep-alive periods'
  const before = primaryRequests(timeline).findLast(({ seq }) => seq < dropped.seq)
  const change = primaryRequests(timeline).find(
    entry => entry.seq > dropped.seq && hasAttribute(entry, stunCodes.bindingChange),
  )
  if (before === undefined || change === undefined)
    return { ok: false, text, seen: 'no Binding Request with BINDING-CHANGE came' }
  const ms = change.at - dropped.at
  return {
    ok: !sameEndpoint(before.from, change.from) && ms <= 2 * keepAliveMs(timeline),
    text,
    seen: `BINDING-CHANGE after ${seconds(ms)} from ${hostAndPort(change.from)}, before ${hostAndPort(before.from)}`,
  }
}

function oldPlaceIsDead(timeline: Timeline): Check {
  const text = 'A UDP Connection Request to the old public port does not arrive'
  const copies = sent(timeline, mappingLost.oldPlace)
  const refused = markNamed(timeline, mappingLost.refused)
  const [first] = copies
  if (first === undefined || refused === undefined) return { ok: false, text, seen: 'none was sent' }
  const stretch = timelineOf(timeline.entries.filter(({ seq }) => seq > first.seq && seq < refused.seq))
  const sessions = connectionRequestSessions(stretch)
  const datagrams = Number(refused.data?.['datagrams'])
  return {
    ok: datagrams === copies.length && sessions.length === 0,
    text,
    seen: `${copies.length} datagrams to ${hostAndPort(first.to)}, ${datagrams} refused by the router; ${sessions.map(nameOf).join(', ') || `no session in ${seconds(refused.at - first.at)}`}`,
  }
}

function newPlaceLeads(timeline: Timeline): Check {
  const text = 'One to the new public port brings a session'
  const [first] = sent(timeline, mappingLost.newPlace)
  if (first === undefined) return { ok: false, text, seen: 'none was sent' }
  const [session] = connectionRequestSessions(timelineOf(timeline.entries.filter(({ seq }) => seq > first.seq)))
  return {
    ok: session !== undefined,
    text,
    seen: `to ${hostAndPort(first.to)}: ${session === undefined ? 'no session' : `${nameOf(session)} after ${seconds(Math.max(0, session.attemptAt - first.at))}`}`,
  }
}

const sent = (timeline: Timeline, label: string) =>
  entriesOf(timeline, 'udp-cr-sent').filter(entry => entry.label === label)

function keepAliveMs(timeline: Timeline): number {
  const facts = entriesOf(timeline, 'probed').at(-1)?.probe as DeviceFacts | undefined
  return (facts?.udp.keepAliveSeconds ?? Number.NaN) * 1000
}

/** Why the conversation ended before its time. */
function lastReason(timeline: Timeline): string {
  const reasons = timeline.entries.flatMap(entry => {
    if (entry.type === 'harness-error') return [entry.message]
    return 'reason' in entry && typeof entry.reason === 'string' ? [entry.reason] : []
  })
  return reasons.at(-1) ?? 'the timeline does not say why'
}
