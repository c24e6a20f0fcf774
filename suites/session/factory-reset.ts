import type { SessionHandle } from '../../harness/acs/session-plan.ts'
import { CwmpFault } from '../../harness/cwmp/fault.ts'
import { managementServer } from '../../harness/device/facts.ts'
import { provision } from '../../harness/device/provisioning.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import type { InformContent } from '../../harness/timeline/entry.ts'
import { nameOf, type Session, sessions } from '../../harness/timeline/sessions.ts'
import { between, entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { must } from '../../harness/verdict/metric.ts'
import { aSessionByAnyWay, controlled, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { defaultRetryParameters, failed, isScheduled, retryWaitRange } from './scheduled.ts'
import { carryOutUndelivered, leaveUndelivered, undelivered } from './undelivered.ts'

const bootstrap = '0 BOOTSTRAP'

const metrics = {
  bootstrap: must('CW-EVT-07', 'After a factory reset every session lists "0 BOOTSTRAP" until one has succeeded.'),
  forgotten: must('CW-EVT-07', 'An event from before a factory reset is not delivered after it.'),
}

/** CW-EVT-07: a factory reset, with an event undelivered before it and a failed session after it. */
export const factoryReset = scenario({
  id: 'session-factory-reset',
  title: 'A factory reset',
  purpose:
    'A scheduled session fails, then the device is reset to factory settings. It begins anew with "0 BOOTSTRAP" until that is delivered, and has forgotten the event of before. It may also have forgotten the URL of the ACS; then nothing can be said. Played last, because the device loses what the run has given it.',
  applies: needs(aSessionByAnyWay, controlled('factoryReset')),
  windows: facts => [
    rests(facts, 2),
    { for: 'the first retry after the reset', ms: retryWaitRange(1, defaultRetryParameters).fromMs },
    { for: 'the sessions', ms: facts.timeToSessionMs ?? 0 },
  ],
  metrics,

  async run(conversation) {
    const { bench, step, mark } = conversation
    const byRpc = bench.facts.control.factoryReset === 'rpc'
    if (!byRpc && bench.facts.rpcMethods.includes('ScheduleInform'))
      await step('Fail a scheduled session', () => leaveUndelivered(conversation, { failures: 1 }))
    mark('resetting', { byRpc })
    // The device may have forgotten its credentials towards the ACS as well.
    bench.acs.demandAuthentication({ scheme: 'none' })
    const failing = bench.acs.plan({ name: 'fail the first session after the reset', when: isAnew, ...failed })
    await step('Reset the device to factory settings', () => carryOutUndelivered(bench, 'factoryReset', isAnew))
    bench.factoryReset = true
    mark('reset')
    await step('Fail the first session after the reset, and provision the device in the retry', async () => {
      await bench.orConditions(failing.sessionOpened, notBack, bench.facts.timing.bootMs)
      await failing.done
      const longest = retryWaitRange(4, defaultRetryParameters).toMs
      await bench.nextSession('provision the device again', longest, session => provisionAgain(conversation, session))
    })
    mark('provisioned-again')
  },

  judge(timeline, verdict, property) {
    const resetting = markNamed(timeline, 'resetting')
    if (!resetting) return
    const first = firstAnew(timeline)
    judgeBootstrap(timeline, first, verdict)
    judgeForgotten(timeline, first, verdict)
    if (first) property('events after a factory reset', first.events.join(', '))
  },
})

const notBack =
  'The device did not call after the factory reset in the time allowed by timing.boot: it may have lost the URL of the ACS.'

const isAnew = ({ events }: Pick<InformContent, 'events'>) =>
  events.some(({ eventCode }) => eventCode === bootstrap || eventCode === '1 BOOT')

/** First whether it holds what it was given before: then it was not reset at all. */
async function provisionAgain({ bench, mark }: Conversation, session: SessionHandle) {
  const { facts, timeline, credentials } = bench
  const name = managementServer(facts, 'ConnectionRequestUsername')
  try {
    const { parameters } = await session.call('GetParameterValues', { names: [name] })
    mark('settings', { kept: parameters[0]?.value === credentials.username })
  } catch (error) {
    if (!(error instanceof CwmpFault)) throw error
  }
  await provision(session, { timeline, root: facts.root, credentials, parameters: facts.parameters })
}

const firstAnew = (timeline: Timeline) => sessions(between(timeline, 'resetting')).find(({ inform }) => isAnew(inform))

function judgeBootstrap(timeline: Timeline, first: Session | undefined, verdict: MetricJudges<typeof metrics>) {
  const expected = ['"0 BOOTSTRAP" in the first session after the factory reset and in its retry']
  if (!first) return verdict.bootstrap.inconclusive(whyNotBack(timeline), { expected })
  const since = sessions(between(timeline, 'resetting')).filter(({ seq }) => seq >= first.seq)
  const delivered = since.findIndex(({ answeredAt }) => answeredAt !== undefined)
  const due = delivered < 0 ? since : since.slice(0, delivered + 1)
  const finding = { expected, actual: due.map(nameOf).join(', then '), evidence: due.map(({ seq }) => seq) }
  const isListed = due.every(({ events }) => events.includes(bootstrap))
  const kept = markNamed(timeline, 'settings')?.data?.['kept']
  if (!isListed && !due.some(({ events }) => events.includes(bootstrap)) && kept !== false)
    return verdict.bootstrap.inconclusive(
      kept === true
        ? 'The device holds its settings still: it was started again, but not reset.'
        : 'It is not known whether the device was reset: its settings could not be read.',
      finding,
    )
  if (isListed && due.length < 2)
    return verdict.bootstrap.inconclusive(
      'No second session came, so that nothing shows how long it is listed.',
      finding,
    )
  verdict.bootstrap.check(isListed, finding)
}

function judgeForgotten(timeline: Timeline, first: Session | undefined, verdict: MetricJudges<typeof metrics>) {
  if (markNamed(timeline, 'resetting')?.data?.['byRpc'] === true)
    return verdict.forgotten.notApplicable(
      'A factory reset by RPC needs a session that succeeds, which delivers every event before.',
      'control.factoryReset were a shell command or `ask`',
    )
  if (!first) return verdict.forgotten.inconclusive(whyNotBack(timeline))
  const all = sessions(timeline)
  const due = undelivered(all.filter(({ seq }) => seq < first.seq))
  if (due.length === 0) return verdict.forgotten.inconclusive('No event was undelivered when the device was reset.')
  if (!first.events.includes(bootstrap) && markNamed(timeline, 'settings')?.data?.['kept'] !== false)
    return verdict.forgotten.inconclusive('Nothing shows that the device was reset.', { evidence: [first.seq] })
  const since = all.filter(({ seq }) => seq >= first.seq)
  const old = since.find(({ inform }) => isScheduled(inform))
  const finding = {
    expected: ['no "M ScheduleInform" of the session that failed before the reset'],
    actual: old ? nameOf(old) : `none in ${since.map(nameOf).join(', ')}`,
    evidence: (old ? [old] : since).map(({ seq }) => seq),
  }
  if (!old && !since.some(({ answeredAt }) => answeredAt !== undefined))
    return verdict.forgotten.inconclusive('No session succeeded after the reset.', finding)
  verdict.forgotten.check(old === undefined, finding)
}

/** A person who did not act is the lab's matter. */
function whyNotBack(timeline: Timeline): string {
  return entriesOf(timeline, 'control').find(({ how }) => how === 'person')?.problem ?? notBack
}
