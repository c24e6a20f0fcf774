import type { Milliseconds } from './clock/clock.ts'
import { directionOf } from './timeline/describe.ts'
import type { Entry, EntryOf } from './timeline/entry.ts'
import { entriesOf, timelineOf } from './timeline/timeline.ts'
import type { Finding, MetricJudge } from './verdict/metric.ts'

/**
 * A stretch of the run that nobody watched, and what it spoils: the device went on meanwhile, spoke to nobody, and may
 * rightly have given up what it was doing.
 */
export interface Suspension {
  /** On the run's clock: the last moment at which we surely ran. */
  from: Milliseconds
  /** When the device was seen again on every transport that it had used before; endless where it was not. */
  until: Milliseconds
  /** For the metrics that it leaves undecided. */
  reason: string
}

/** No device gives a session, a stream or a request up sooner: what it did afterwards is then its own doing. */
const deviceWaitsMs: Milliseconds = 5000
/** What was owed when the suspension began, such as an answer, had been asked for no longer ago. */
const owedMs: Milliseconds = 60_000

/** The suspensions of a run. */
function suspensionsIn(entries: readonly Entry[]): Suspension[] {
  return entriesOf(timelineOf(entries), 'suspended').map(entry => ({
    from: entry.from,
    until: entry.ms < deviceWaitsMs ? entry.to : seenAgain(entry, entries),
    reason: reasonOf(entry),
  }))
}

/** The first suspension that touches a stretch of the run; times decide, because it may have been noted late. */
export function suspensionDuring(stretch: readonly Entry[], entries: readonly Entry[]): Suspension | undefined {
  const [first, last] = [stretch[0], stretch.at(-1)]
  if (first === undefined || last === undefined) return undefined
  return suspensionsIn(entries).find(({ from, until }) => from <= last.at && until >= first.at)
}

function reasonOf({ how, ms }: EntryOf<'suspended'>): string {
  const who = how === 'machine' ? 'The machine was suspended' : 'The process that plays the suite was stopped'
  return `${who} for ${Math.round(ms / 1000)} s: what the device did meanwhile, and did because of it, is not known.`
}

/** How a device shows on a transport that it has noticed us again. */
const signs: ((entry: Entry) => boolean)[] = [
  entry => entry.type === 'session-ended' && entry.how === 'completed',
  entry => entry.type === 'xmpp-bound' || (entry.type === 'xmpp-received' && entry.jid !== undefined),
  entry => entry.type === 'stun-received',
]

function seenAgain({ from, to, seq }: EntryOf<'suspended'>, entries: readonly Entry[]): Milliseconds {
  const before = entries.filter(({ at }) => at < from)
  // What lay in the buffers of the machine is read first, and tells nothing of what the device thinks now.
  const after = entries.filter(entry => entry.seq > seq && entry.at > to)
  const times = signs.map(isSign => {
    if (!before.some(isSign)) return to
    return after.find(isSign)?.at ?? Number.POSITIVE_INFINITY
  })
  return Math.max(to, ...times)
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

/** Whether nothing that a finding over the whole run cites lies in a suspension, or could have been owed at its begin. */
function apartFrom(suspensions: readonly Suspension[], entries: readonly Entry[]): (finding: Finding) => boolean {
  const bySeq = new Map(entries.map(entry => [entry.seq, entry]))
  const isApart = (at: Milliseconds) => suspensions.every(({ from, until }) => at < from - owedMs || at > until)
  return ({ evidence = [] }) => evidence.length > 0 && evidence.every(seq => isApart(bySeq.get(seq)?.at ?? Number.NaN))
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
  const stands = stillProven(suspension, entries)
  return mapJudges(judges, judge => judgeBeside(judge, { stands, passes: false, reason: suspension.reason }))
}

/**
 * The judges of what must hold at all times of a run: what may come of a suspension is undecided; a pass stands, because
 * it speaks of what was seen.
 */
export function besideAllSuspensions<Judges extends Record<string, MetricJudge>>(
  judges: Judges,
  entries: readonly Entry[],
): Judges {
  const suspensions = suspensionsIn(entries)
  const [first] = suspensions
  if (first === undefined) return judges
  const stands = apartFrom(suspensions, entries)
  return mapJudges(judges, judge => judgeBeside(judge, { stands, passes: true, reason: first.reason }))
}

const mapJudges = <Judges extends Record<string, MetricJudge>>(
  judges: Judges,
  change: (judge: MetricJudge) => MetricJudge,
) => Object.fromEntries(Object.entries(judges).map(([name, judge]) => [name, change(judge)])) as Judges

interface Rule {
  stands: (finding: Finding) => boolean
  passes: boolean
  reason: string
}

function judgeBeside(judge: MetricJudge, { stands, passes, reason }: Rule): MetricJudge {
  const unless = (counts: boolean, finding: Finding, say: (finding: Finding) => void) =>
    counts ? say(finding) : judge.inconclusive(reason, finding)
  return {
    ...judge,
    check: (ok, finding) => unless(ok ? passes : stands(finding), finding, said => judge.check(ok, said)),
    pass: finding => unless(passes, finding, said => judge.pass(said)),
    fail: finding => unless(stands(finding), finding, said => judge.fail(said)),
    warn: finding => unless(stands(finding), finding, said => judge.warn(said)),
  }
}
