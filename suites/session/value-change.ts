import { ConditionsNotMet } from '../../harness/conditions.ts'
import { managementServer } from '../../harness/device/facts.ts'
import { chosen, sessionWait } from '../../harness/limits.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import type { InformContent } from '../../harness/timeline/entry.ts'
import { nameOf, type Session, sessions } from '../../harness/timeline/sessions.ts'
import { between, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { must } from '../../harness/verdict/metric.ts'
import { aSessionOnRequest, controlled, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { defaultRetryParameters, failed, retryWaitRange } from './scheduled.ts'

const valueChange = '4 VALUE CHANGE'
const afterChange = 'a request after the value change'

const metrics = {
  repeated: must('CW-EVT-05', 'A change that a failed session did not deliver is told again, with its parameters.'),
}

/** CW-EVT-05: a value changes by itself, and the session that tells it fails. */
export const valueChanged = scenario({
  id: 'session-value-change',
  title: 'A value change in a session that fails',
  purpose:
    'A value with active notification changes by itself. The session that tells it fails, so the device lists "4 VALUE CHANGE" again, and with it the parameters that it listed before.',
  applies: needs(aSessionOnRequest, controlled('valueChange')),
  windows: facts => [
    rests(facts, 2),
    { for: 'the first retry', ms: retryWaitRange(1, defaultRetryParameters).fromMs },
    { for: 'the sessions', ms: 2 * (facts.timeToSessionMs ?? 0) },
  ],
  metrics,

  async run(conversation) {
    const { bench, step, mark, watch, soFar } = conversation
    await step('See what an Inform lists without a change', () =>
      bench.inSession('see what an Inform lists without a change', async () => undefined),
    )
    await bench.rest()
    mark('changing')
    await step('Let a value change, and fail the session that tells it', () => changeInVain(conversation))
    mark('changed')
    await step('Await the retry', () => awaitRetry(conversation))
    if (!isDelivered(soFar())) await watch('the change of the value', chosen.notification, isDelivered)
    mark('window-over')
    await step('An ordinary request', async () => {
      await bench.seeSessionThrough(await bench.knock(afterChange))
    })
  },

  judge(timeline, { repeated }) {
    judgeRepeated(timeline, repeated)
  },
})

const isChange = ({ events }: Pick<InformContent, 'events'>) =>
  events.some(({ eventCode }) => eventCode === valueChange)

async function changeInVain({ bench }: Conversation) {
  const failing = bench.acs.plan({ name: 'fail the session of a value change', when: isChange, ...failed })
  await bench.carryOut('valueChange')
  await bench.orConditions(
    failing.sessionOpened,
    'No session with 4 VALUE CHANGE came.',
    sessionWait(bench.facts) + throttleMs(bench.facts),
  )
  await failing.done
}

/** A throttle that is set already delays the notification rightly. In milliseconds. */
function throttleMs(facts: Conversation['bench']['facts']): number {
  const seconds = Number(facts.parameters[managementServer(facts, 'DefaultActiveNotificationThrottle')]?.value ?? 0)
  return Number.isFinite(seconds) ? Math.min(seconds, 600) * 1000 : 0
}

/** Whether it comes at all is a matter of CW-RET-01. */
async function awaitRetry({ bench }: Conversation) {
  const longest = retryWaitRange(1, defaultRetryParameters).toMs + bench.facts.timing.graceMs
  await bench
    .nextSession('take the value change', longest, async () => undefined)
    .catch(error => {
      if (!(error instanceof ConditionsNotMet)) throw error
    })
}

/** The session that was made to fail, and what it lists that the Inform before did not list so. */
function told(timeline: Timeline) {
  const change = sessions(between(timeline, 'changing')).find(({ inform }) => isChange(inform))
  const before = sessions(timeline).findLast(({ seq }) => change === undefined || seq < change.seq)
  const known = new Map(before?.inform.parameters.map(({ name, value }) => [name, value]))
  const names = (change?.inform.parameters ?? [])
    .filter(({ name, value }) => known.get(name) !== value)
    .map(({ name }) => name)
  return { change, before, names }
}

const lists = ({ inform }: Session, names: readonly string[]) =>
  isChange(inform) && names.every(name => inform.parameters.some(parameter => parameter.name === name))

/** The session that delivered what the failed one told. */
function delivery(timeline: Timeline): Session | undefined {
  const { change, names } = told(timeline)
  if (!change) return undefined
  const later = sessions(timeline).filter(({ seq, answeredAt }) => seq > change.seq && answeredAt !== undefined)
  return later.find(session => lists(session, names))
}

const isDelivered = (timeline: Timeline) => delivery(timeline) !== undefined

function judgeRepeated(timeline: Timeline, repeated: MetricJudges<typeof metrics>['repeated']) {
  const changing = markNamed(timeline, 'changing')
  if (!changing) return
  const { change, before, names } = told(timeline)
  if (!change) return repeated.inconclusive('No session with "4 VALUE CHANGE" came.', { evidence: [changing.seq] })
  if (change.answeredAt !== undefined) return repeated.inconclusive('The session with the change did not fail.')
  if (!before || names.length === 0)
    return repeated.inconclusive('The Inform with "4 VALUE CHANGE" lists nothing that the one before did not.', {
      evidence: [change.seq],
    })
  const delivered = delivery(timeline)
  const next = sessions(timeline).find(({ seq }) => seq > change.seq)
  const finding = {
    expected: [`"4 VALUE CHANGE" with ${names.join(', ')} in a session after ${nameOf(change)}, which failed`],
    actual: delivered
      ? nameOf(delivered)
      : next
        ? `${nameOf(next)}${isChange(next.inform) ? ' without every parameter' : ''}, and no other session told it`
        : 'no session',
    evidence: [change.seq, ...[delivered ?? next].flatMap(session => (session ? [session.seq] : []))],
  }
  if (!delivered && sessions(between(timeline, 'window-over')).length === 0)
    return repeated.inconclusive('No session came after the window, so the silence in it proves nothing.', finding)
  repeated.check(delivered !== undefined, finding)
}
