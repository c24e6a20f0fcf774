import { managementServer } from '../harness/device/facts.ts'
import { chosen } from '../harness/limits.ts'
import type { Conversation } from '../harness/scenario.ts'
import type { EntryOf } from '../harness/timeline/entry.ts'
import { connectionRequestSessions, type Session } from '../harness/timeline/sessions.ts'
import { between, entriesOf, markNamed, type Timeline } from '../harness/timeline/timeline.ts'
import type { MetricJudge } from '../harness/verdict/metric.ts'

/** How long one request may stay without an answer while the session is held. */
export const heldAnswerMs = 10_000

/** The label of requests that are sent while a session is held. */
export const duringSession = 'during the session'

/**
 * Opens a session, holds it while up to `count` requests are sent one after another, goes on with it, and waits for
 * all answers. Stops sending when one stays without an answer: the device may answer only after the session.
 * @param ask sends one request; what it returns settles with the answer
 */
export async function holdWhileAsking(
  { bench, mark }: Conversation,
  count: number,
  ask: () => Promise<{ outcome: Promise<unknown> }>,
): Promise<void> {
  const parameter = managementServer(bench.facts, 'PeriodicInformInterval')
  const pending: Promise<unknown>[] = []
  await bench.inSession('hold it while requests arrive', async session => {
    await session.call('GetParameterValues', { names: [parameter] })
    mark('held', { session: session.id })
    for (let n = 0; n < count; n++) {
      const { outcome } = await ask()
      pending.push(outcome)
      if (!(await bench.doneWithin(heldAnswerMs, outcome))) break
    }
    mark('requests-sent')
    await session.call('GetParameterValues', { names: [parameter] })
  })
  await Promise.all(pending)
  mark('session-over')
}

/**
 * Waits for the session that is due where a request was `accepted`, and watches that no other one comes. Where no
 * answer tells whether one was accepted, one session may come.
 */
export async function watchFollowUps(
  { bench, soFar, watch }: Conversation,
  { accepted }: { accepted: boolean | 'never told' },
): Promise<void> {
  if (accepted === true) {
    const session = await bench.connectionRequestSessionAfter(markNamed(soFar(), 'held')?.seq ?? 0)
    if (session) await bench.sessionEnd(session.session)
  }
  const allowed = accepted === false ? 0 : 1
  await watch(
    'a session after requests during a session',
    chosen.watch(bench.facts),
    timeline => followUpsOf(timeline).length > allowed,
  )
  await bench.rest()
}

/** The sessions with event 6 that came after the held one. */
export const followUpsOf = (timeline: Timeline): Session[] =>
  connectionRequestSessions(between(timeline, 'held', 'positive-control'))

/** The stretch in which the requests were sent and answered. */
export const whileHeld = (timeline: Timeline): Timeline => between(timeline, 'held', 'positive-control')

/** The session that was held, and its end; `undefined` where it never ended. */
export function heldSession(
  timeline: Timeline,
): { id: number; mark: EntryOf<'mark'>; ended: EntryOf<'session-ended'> } | undefined {
  const mark = markNamed(timeline, 'held')
  const id = Number(mark?.data?.['session'])
  const ended = entriesOf(timeline, 'session-ended').find(({ session }) => session === id)
  return mark && ended ? { id, mark, ended } : undefined
}

/** CR-GEN-09: the held session went on and came to its ordinary end. */
export function judgeUndisturbed(timeline: Timeline, id: number, metric: MetricJudge): void {
  const ended = entriesOf(timeline, 'session-ended').find(entry => entry.session === id)
  const inside = entriesOf(timeline, 'session-opened').find(entry => entry.insideSession === id)
  const answers = entriesOf(timeline, 'rpc-answered').filter(entry => entry.session === id)
  metric.check(ended?.how === 'completed' && inside === undefined && answers.length >= 2, {
    expected: ['every pending RPC answered and the session ended in the ordinary way'],
    actual: inside
      ? 'a new Inform came inside the session'
      : `${answers.length} of 2 RPCs answered, session ${ended?.how ?? 'never ended'}`,
    evidence: [...answers, ...(ended ? [ended] : []), ...(inside ? [inside] : [])].map(({ seq }) => seq),
  })
}
