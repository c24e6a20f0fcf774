import type { Milliseconds } from './clock/clock.ts'
import type { Scenario } from './scenario.ts'
import { directionOf, whatPaused } from './timeline/describe.ts'
import type { Entry, EntryOf } from './timeline/entry.ts'
import { withoutOtherDevices } from './timeline/other-devices.ts'
import { entriesOf, timelineOf } from './timeline/timeline.ts'
import type { Finding, MetricJudge } from './verdict/metric.ts'

/**
 * A stretch of the run that nobody watched, and what it spoils: the device went on meanwhile, spoke to nobody, and may
 * rightly have given up what it was doing.
 */
export interface Suspension {
  /** On the run's clock: the last moment at which we surely ran. */
  from: Milliseconds
  /** When we ran again. */
  to: Milliseconds
  /** When the device was seen again on every transport that matters and that it had used before; endless where not. */
  until: Milliseconds
  /** We were busy with ourselves: an error of ours for what was played meanwhile. */
  ours: boolean
  /** For the metrics that it leaves undecided. */
  reason: string
}

/** On what a device shows that it has noticed us again. */
export type Transport = 'session' | 'xmpp' | 'stun'
const allTransports: readonly Transport[] = ['session', 'xmpp', 'stun']

/** No device gives a session, a stream or a request up sooner: what it did afterwards is then its own doing. */
export const deviceWaitsMs: Milliseconds = 5000
/** What was owed when the suspension began, such as an answer, had been asked for no longer ago. */
const owedMs: Milliseconds = 60_000

/** The suspensions of a run, as they matter to what uses these transports. */
function suspensionsIn(entries: readonly Entry[], transports: readonly Transport[]): Suspension[] {
  return entriesOf(timelineOf(entries), 'suspended').map(entry => ({
    from: entry.from,
    to: entry.to,
    until: entry.ms < deviceWaitsMs ? entry.to : seenAgain(entry, entries, transports),
    ours: entry.how === 'busy',
    reason: reasonOf(entry),
  }))
}

/**
 * The first suspension that touches a playing of a scenario; times decide, because it may have been noted late. One that
 * is an error of ours comes before all others.
 */
export function suspensionDuring(
  scenario: Pick<Scenario, 'id' | 'metrics'>,
  stretch: readonly Entry[],
  entries: readonly Entry[],
): Suspension | undefined {
  const [first, last] = [stretch[0], stretch.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const touching = suspensionsIn(entries, transportsIn(scenario, stretch)).filter(
    ({ from, to, until }) => from <= last.at && (to >= first.at || until > first.at),
  )
  const wasBusyHere = ({ ours, to }: Suspension) => ours && to >= first.at
  const busy = touching.find(wasBusyHere)
  if (busy !== undefined) return busy
  const [next] = touching
  return next && { ...next, ours: false }
}

/**
 * Which transports a scenario is about. Every one has sessions. Nothing is known of a scenario that is not of this
 * suite: then all.
 */
export function transportsOf({ id, metrics }: Pick<Scenario, 'id' | 'metrics'>): Transport[] {
  const requirements = Object.values(metrics).map(({ requirement }) => requirement)
  if (!requirements.every(requirement => /^C[RW]-/.test(requirement))) return [...allTransports]
  const isAbout = (name: string) =>
    id.startsWith(`${name}-`) || requirements.some(one => one.startsWith(`CR-${name.toUpperCase()}-`))
  return ['session', ...(isAbout('xmpp') ? ['xmpp' as const] : []), ...(isAbout('udp') ? ['stun' as const] : [])]
}

/** Those, and by what the device was asked: a session may be brought by any of them. */
function transportsIn(scenario: Pick<Scenario, 'id' | 'metrics'>, stretch: readonly Entry[]): Transport[] {
  const asked = stretch.flatMap(({ type }): Transport[] => {
    if (type === 'xmpp-cr-sent') return ['xmpp']
    return type === 'udp-cr-sent' ? ['stun'] : []
  })
  return [...new Set([...transportsOf(scenario), ...asked])]
}

const reasonOf = ({ how, ms }: EntryOf<'suspended'>) =>
  `${whatPaused[how]} for ${Math.round(ms / 1000)} s: what the device did meanwhile, and did because of it, is not known.`

/** How a device shows on a transport that it has noticed us again. */
const signs: Record<Transport, (entry: Entry) => boolean> = {
  session: entry => entry.type === 'session-ended' && entry.how === 'completed',
  xmpp: entry => entry.type === 'xmpp-bound' || (entry.type === 'xmpp-received' && entry.jid !== undefined),
  stun: entry => entry.type === 'stun-received' && entry.ofDeviceUnderTest,
}

/** When the device was first seen again on each of the transports that it had used before. */
function seenAgain(
  { from, to, seq }: EntryOf<'suspended'>,
  run: readonly Entry[],
  transports: readonly Transport[],
): Milliseconds {
  const { entries } = withoutOtherDevices(run, run)
  const before = entries.filter(({ at }) => at < from)
  // What lay in the buffers of the machine is read first, and tells nothing of what the device thinks now.
  const after = entries.filter(entry => entry.seq > seq && entry.at > to)
  const times = transports.map(transport => {
    if (!before.some(signs[transport])) return to
    return after.find(signs[transport])?.at ?? Number.POSITIVE_INFINITY
  })
  return Math.max(to, ...times)
}

/** On which of these transports the device, which had used them, was not seen again since the last long suspension. */
export function unseenSince(
  transports: readonly Transport[],
  entries: readonly Entry[],
): { suspension: EntryOf<'suspended'>; unseen: Transport[] } | undefined {
  const suspension = entriesOf(timelineOf(entries), 'suspended').findLast(({ ms }) => ms >= deviceWaitsMs)
  if (suspension === undefined) return undefined
  return {
    suspension,
    unseen: transports.filter(transport => seenAgain(suspension, entries, [transport]) === Number.POSITIVE_INFINITY),
  }
}

/** Whether no scenario has ended since a suspension, so that what the device does may still come of it. */
export function isFirstSinceSuspension(entries: readonly Entry[]): boolean {
  const last = entries.findLast(({ type }) => type === 'suspended' || type === 'scenario-ended')
  return last?.type === 'suspended'
}

/**
 * Whether a breach stands in spite of a suspension in its scenario: the device had shown it before, nothing was measured
 * for it, and it is not that something never came.
 */
function stillProven({ from }: Suspension, entries: readonly Entry[]): (finding: Finding) => boolean {
  const bySeq = new Map(entries.map(entry => [entry.seq, entry]))
  const waitedInVain = entries.some(entry => entry.at >= from && isVainWait(entry))
  return ({ evidence = [], limit, measured }) => {
    if (waitedInVain || limit !== undefined || measured !== undefined) return false
    const cited = evidence.flatMap(seq => bySeq.get(seq) ?? [])
    const last = cited.toSorted((a, b) => a.seq - b.seq).at(-1)
    return (
      last !== undefined &&
      cited.length === evidence.length &&
      cited.every(({ at }) => at < from) &&
      directionOf(last) === 'from-device'
    )
  }
}

const isVainWait = (entry: Entry) =>
  entry.type === 'wait-timed-out' ||
  (entry.type === 'watch-ended' && entry.how !== 'seen') ||
  entry.type === 'http-cr-unanswered' ||
  entry.type === 'xmpp-cr-unanswered'

/** The suspension in which something lies that a finding over the whole run cites, or at whose begin it could be owed. */
function suspensionBehind(
  suspensions: readonly Suspension[],
  entries: readonly Entry[],
): (finding: Finding) => Suspension | undefined {
  const bySeq = new Map(entries.map(entry => [entry.seq, entry]))
  const isApart = ({ from, until }: Suspension, at: Milliseconds) => at < from - owedMs || at > until
  return ({ evidence = [] }) =>
    suspensions.find(
      one => evidence.length === 0 || !evidence.every(seq => isApart(one, bySeq.get(seq)?.at ?? Number.NaN)),
    )
}

/**
 * The judges of a scenario that a suspension touched: what they say is undecided, but for breaches that the device had
 * shown before. A pass never stands, because the window on which it rests was not watched.
 */
export function besideSuspension<Judges extends Record<string, MetricJudge>>(
  judges: Judges,
  suspension: Suspension,
  entries: readonly Entry[],
): Judges {
  const isProven = stillProven(suspension, entries)
  const spoiling = (finding: Finding) => (isProven(finding) ? undefined : suspension)
  return mapJudges(judges, judge => judgeBeside(judge, { spoiling, passes: false, suspension }))
}

/**
 * The judges of what must hold at all times of a run: what may come of a suspension is undecided, or an error of ours
 * where that was one; a pass stands, because it speaks of what was seen.
 */
export function besideAllSuspensions<Judges extends Record<string, MetricJudge>>(
  judges: Judges,
  entries: readonly Entry[],
): Judges {
  const suspensions = suspensionsIn(entries, allTransports)
  const [suspension] = suspensions
  if (suspension === undefined) return judges
  const spoiling = suspensionBehind(suspensions, entries)
  return mapJudges(judges, judge => judgeBeside(judge, { spoiling, passes: true, suspension }))
}

const mapJudges = <Judges extends Record<string, MetricJudge>>(
  judges: Judges,
  change: (judge: MetricJudge) => MetricJudge,
) => Object.fromEntries(Object.entries(judges).map(([name, judge]) => [name, change(judge)])) as Judges

interface Rule {
  /** What spoils a breach; nothing where it stands. */
  spoiling: (finding: Finding) => Suspension | undefined
  passes: boolean
  /** What spoils a pass. */
  suspension: Suspension
}

function judgeBeside(judge: MetricJudge, { spoiling, passes, suspension }: Rule): MetricJudge {
  const unless = (spoilt: Suspension | undefined, finding: Finding, say: (finding: Finding) => void) => {
    if (spoilt === undefined) return say(finding)
    return spoilt.ours ? judge.error(spoilt.reason, finding) : judge.inconclusive(spoilt.reason, finding)
  }
  const ofPass = passes ? undefined : suspension
  return {
    ...judge,
    check: (ok, finding) => unless(ok ? ofPass : spoiling(finding), finding, said => judge.check(ok, said)),
    pass: finding => unless(ofPass, finding, said => judge.pass(said)),
    fail: finding => unless(spoiling(finding), finding, said => judge.fail(said)),
    warn: finding => unless(spoiling(finding), finding, said => judge.warn(said)),
  }
}
