import { chosen, standard } from '../../harness/limits.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import type { Limit } from '../../harness/verdict/limit.ts'
import type { RunRecord } from '../run-record.ts'
import { inScenarios } from './in-scenarios.ts'
import { sessionTimes } from './session-times.ts'
import type { TimedTransport, Timing, TimingKind, Timings } from './timings.ts'

const order: [TimedTransport, TimingKind][] = [
  ['http', 'answer'],
  ['http', 'session'],
  ['udp', 'session'],
  ['xmpp', 'answer'],
  ['xmpp', 'session'],
]

/** The requirement whose metrics carry the limit for the attempt to open a session. */
const sessionRequirement = 'CR-GEN-04'

/**
 * Every answer delay and every delay from a success reply to the attempt to open a session, as the timeline shows
 * them, with the limit that the run held against them.
 */
export function timingsOf(record: RunRecord, entries: readonly Entry[]): Timings {
  const limits: Record<TimingKind, Limit> = { answer: chosen.promptReply, session: sessionLimit(record) }
  const answers = answerTimes(entries)
  const sessions = sessionTimes(entries, limits.session.ms)
  const stalls = loopStalls(entries)
  const times = (transport: TimedTransport, kind: TimingKind): Timing[] =>
    (kind === 'answer' ? answers : sessions)
      .filter(time => time.transport === transport)
      .map(({ transport: _transport, ...time }) => ({
        ...time,
        uncertaintyMs: time.uncertaintyMs + (stalls.get(time.scenario) ?? 0),
      }))
  return {
    series: order
      .map(([transport, kind]) => ({ transport, kind, limit: limits[kind], times: times(transport, kind) }))
      .filter(series => series.times.length > 0),
  }
}

const sessionLimit = ({ scenarios }: RunRecord): Limit =>
  scenarios
    .flatMap(({ metrics }) => metrics)
    .find(({ requirement, limit }) => requirement === sessionRequirement && limit !== undefined)?.limit ??
  standard.sessionAfterReply

/** The longest delay of our own event loop in each scenario; `undefined` is outside of all. */
function loopStalls(entries: readonly Entry[]): Map<string | undefined, number> {
  const stalls = new Map<string | undefined, number>()
  for (const [scenario, entry] of inScenarios(entries))
    if (entry.type === 'loop-delay') stalls.set(scenario, Math.max(stalls.get(scenario) ?? 0, entry.maxMs))
  return stalls
}

function answerTimes(entries: readonly Entry[]): (Timing & { transport: TimedTransport })[] {
  const times: (Timing & { transport: TimedTransport })[] = []
  for (const [scenario, entry] of inScenarios(entries)) {
    const base = { seq: entry.seq, uncertaintyMs: 0, ...(scenario === undefined ? {} : { scenario }) }
    if (entry.type === 'http-cr-answered') {
      const what = `${entry.status} ${entry.reason}`.trim()
      times.push({ ...base, transport: 'http', ms: entry.lastByteAt - entry.sentAt, what })
    } else if (entry.type === 'xmpp-cr-answered' && entry.answeredBy !== 'server' && entry.nth === 1) {
      const what = entry.kind === 'result' ? 'result' : `error ${entry.condition ?? ''}`.trim()
      times.push({ ...base, transport: 'xmpp', ms: entry.receivedAt - entry.sentAt, what })
    }
  }
  return times
}
