import type { SessionHandle } from '../../harness/acs/session-plan.ts'
import { ConditionsNotMet } from '../../harness/conditions.ts'
import { formatDuration } from '../../harness/device/duration.ts'
import { type DeviceFacts, hasManagementServer, managementServer } from '../../harness/device/facts.ts'
import { chosen, sessionWait } from '../../harness/limits.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { isSuccess } from '../../harness/timeline/http-requests.ts'
import { nameOf, sessions } from '../../harness/timeline/sessions.ts'
import { between, entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { must, weakMust } from '../../harness/verdict/metric.ts'
import { aSessionOnRequest, needs } from '../needs.ts'
import { evidenceOf, exchangeLabelled, replyToSession } from '../reply-and-session.ts'
import { rests } from '../rests.ts'

const valueChange = '4 VALUE CHANGE'
const throttleSeconds = 60
const afterChange = 'right after a value change'

const metrics = {
  ownChange: weakMust('CW-NTF-01', 'A change made by the ACS itself brings no session with "4 VALUE CHANGE".'),
  duringSession: must('CW-NTF-02', 'A change during a session leaves it alone and brings a session after it.'),
  throttle: must('CW-NTF-03', 'A notification throttle never delays the session of a Connection Request.'),
}

/** CW-NTF-01, 02, 03: changes of values with active notification. */
export const notify = scenario({
  id: 'notify',
  title: 'Value changes and Connection Requests',
  purpose:
    'The ACS changes a value that has active notification, which needs no session. Then a value changes by itself: during a session, and while notifications are throttled.',
  applies: needs(aSessionOnRequest),
  windows: facts => [
    rests(facts, changesByItself(facts) ? 5 : 1),
    { for: 'a notification of a change by the ACS', ms: chosen.watch(facts).ms },
    { for: 'the sessions', ms: (changesByItself(facts) ? 5 : 2) * (facts.timeToSessionMs ?? 0) },
  ],
  metrics,

  async run(conversation) {
    const { bench, step } = conversation
    await step('Change a value that has active notification, by SetParameterValues', () => changeByAcs(conversation))
    if (!changesByItself(bench.facts))
      return conversation.mark('no-value-change', { asked: bench.facts.control.valueChange === 'ask' })
    await step('Let a value change during a session', () => changeDuringSession(conversation))
    if (hasManagementServer(bench.facts, 'DefaultActiveNotificationThrottle'))
      await step(`Let a value change while notifications are throttled to one in ${throttleSeconds} s`, () =>
        changeThrottled(conversation),
      )
  },

  judge(timeline, verdict) {
    judgeOwnChange(timeline, verdict)
    const noChange = markNamed(timeline, 'no-value-change')
    if (noChange) {
      const [reason, wouldApplyIf] = [
        noChange.data?.['asked'] === true
          ? 'No session can be held open while a person changes a value.'
          : 'The profile names no way to change a value of the device.',
        'control.valueChange were a command that changes a value with active notification',
      ]
      verdict.duringSession.notApplicable(reason, wouldApplyIf)
      verdict.throttle.notApplicable(reason, wouldApplyIf)
      return
    }
    judgeDuringSession(timeline, verdict)
    judgeThrottle(timeline, verdict)
  },
})

/** Without a person, who cannot do it at the right moment. */
const changesByItself = ({ control: { valueChange: means } }: DeviceFacts) => means !== undefined && means !== 'ask'

async function changeByAcs({ bench, mark, watch }: Conversation) {
  const name = `${bench.facts.root}DeviceInfo.ProvisioningCode`
  const setValue = (value: string) => (session: SessionHandle) =>
    session.call('SetParameterValues', { parameters: [{ name, value }] })
  const before = bench.facts.parameters[name]?.value ?? ''
  const notification = await bench.inSession('change a value with active notification', async session => {
    const { parameters } = await session.call('GetParameterAttributes', { names: [name] })
    await session.call('SetParameterAttributes', { parameters: [{ name, notification: 2 }] })
    await setValue(before === 'CONNREQ' ? 'CONNREQ2' : 'CONNREQ')(session)
    return parameters[0]?.notification ?? 0
  })
  mark('changed-by-acs')
  await watch('a notification of a change by the ACS', chosen.watch(bench.facts), notified)
  mark('acs-change-over')
  await bench.inSession('set the value back', async session => {
    await session.call('SetParameterAttributes', { parameters: [{ name, notification }] })
    await setValue(before)(session)
  })
}

const notified = (timeline: Timeline) =>
  sessions(between(timeline, 'changed-by-acs', 'acs-change-over')).some(({ events }) => events.includes(valueChange))

async function changeDuringSession({ bench, mark }: Conversation) {
  const names = [managementServer(bench.facts, 'PeriodicInformInterval')]
  await bench.inSession('let a value change in mid-session', async session => {
    await session.call('GetParameterValues', { names })
    mark('changing', { session: session.id })
    await bench.control.perform('valueChange')
    await session.call('GetParameterValues', { names })
  })
  const change = bench.nextSession(
    'take the value change',
    sessionWait(bench.facts) + throttleOf(bench.facts),
    async () => undefined,
  )
  await change.catch(error => {
    if (!(error instanceof ConditionsNotMet)) throw error
  })
  mark('change-over')
}

/** A throttle that is set already delays the notification rightly. In milliseconds. */
function throttleOf(facts: DeviceFacts): number {
  const seconds = Number(facts.parameters[managementServer(facts, 'DefaultActiveNotificationThrottle')]?.value ?? 0)
  return Number.isFinite(seconds) ? Math.min(seconds, 600) * 1000 : 0
}

async function changeThrottled({ bench, mark }: Conversation) {
  const name = managementServer(bench.facts, 'DefaultActiveNotificationThrottle')
  const setThrottle = (seconds: string) => (session: SessionHandle) =>
    session.call('SetParameterValues', { parameters: [{ name, value: seconds, type: 'unsignedInt' }] })
  await bench.inSession('set the throttle', setThrottle(String(throttleSeconds)))
  mark('throttled')
  await bench.control.perform('valueChange')
  const knock = await bench.knock(afterChange)
  await bench.seeSessionThrough(knock)
  mark('throttle-over')
  await bench.inSession('set the throttle back', setThrottle(bench.facts.parameters[name]?.value ?? '0'))
}

function judgeOwnChange(timeline: Timeline, { ownChange }: MetricJudges<typeof metrics>) {
  const changed = markNamed(timeline, 'changed-by-acs')
  if (!changed) return
  const session = sessions(between(timeline, 'changed-by-acs', 'acs-change-over')).find(({ events }) =>
    events.includes(valueChange),
  )
  if (!session && !markNamed(timeline, 'acs-change-over'))
    return ownChange.inconclusive('The window was not kept to its end.')
  // The session that sets the value back is the positive control: without it the silence proves nothing.
  if (!session && sessions(between(timeline, 'acs-change-over')).length === 0)
    return ownChange.inconclusive('No session came after the window, so the silence in it proves nothing.', {
      evidence: [changed.seq],
    })
  ownChange.check(session === undefined, {
    expected: ['no session with 4 VALUE CHANGE for a change that the ACS made'],
    actual: session ? nameOf(session) : 'none in the window',
    evidence: [changed.seq, ...(session ? [session.seq] : [])],
  })
}

function judgeDuringSession(timeline: Timeline, { duringSession }: MetricJudges<typeof metrics>) {
  const changing = markNamed(timeline, 'changing')
  if (!changing) return duringSession.inconclusive('No session came in which a value could change.')
  const id = changing.data?.['session']
  const ended = entriesOf(timeline, 'session-ended').find(entry => entry.session === id)
  const ranOut = ended?.how === 'completed' && !markNamed(timeline, 'change-over')
  if (!ended || ranOut) return duringSession.inconclusive('The scenario did not come so far.')
  const next = sessions(between(timeline, 'changing', 'change-over')).find(({ events }) => events.includes(valueChange))
  duringSession.check(ended?.how === 'completed' && next !== undefined, {
    expected: ['the running session to its ordinary end, then a session with 4 VALUE CHANGE'],
    actual: `session ${ended?.how ?? 'open'}, then ${next ? nameOf(next) : 'no session with 4 VALUE CHANGE'}`,
    evidence: [changing.seq, ...(ended ? [ended.seq] : []), ...(next ? [next.seq] : [])],
  })
}

function judgeThrottle(timeline: Timeline, { throttle }: MetricJudges<typeof metrics>) {
  const exchange = exchangeLabelled(between(timeline, 'throttled', 'throttle-over'), afterChange)
  if (!markNamed(timeline, 'change-over')) return throttle.inconclusive('The scenario did not come so far.')
  if (!markNamed(timeline, 'throttled'))
    return throttle.notApplicable(
      'The device has no DefaultActiveNotificationThrottle.',
      'its data model had the parameter',
    )
  if (!exchange || !isSuccess(exchange.request))
    return throttle.inconclusive('The request after the value change was not accepted.')
  const delay = replyToSession(exchange)
  throttle.check(delay !== undefined && delay < throttleSeconds * 1000, {
    expected: ['a session before the throttle ends'],
    actual: delay === undefined ? 'no session' : `a session after ${formatDuration(Math.max(0, delay))}`,
    evidence: evidenceOf(exchange),
    limit: {
      ms: throttleSeconds * 1000,
      source: 'ours',
      why: 'DefaultActiveNotificationThrottle as this scenario sets it',
    },
    ...(delay === undefined ? {} : { measured: delay }),
  })
}
