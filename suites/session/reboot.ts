import { chosen } from '../../harness/limits.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { httpRequests, isSuccess, outcomeOf, requestsLabelled } from '../../harness/timeline/http-requests.ts'
import { nameOf, type Session, sessions } from '../../harness/timeline/sessions.ts'
import { between, entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { must } from '../../harness/verdict/metric.ts'
import { aSessionOnRequest, controlled, needs, rpcMethod } from '../needs.ts'
import { judgeRestart, retryGaps } from './retry-gaps.ts'
import { defaultRetryParameters, failed, isScheduled, retryWaitRange } from './scheduled.ts'
import { carryOutUndelivered, isSame, leaveUndelivered, undelivered } from './undelivered.ts'
import { rests } from '../rests.ts'

const firstAfterBoot = 'first request after a boot'
const boot = '1 BOOT'
const bootstrap = '0 BOOTSTRAP'
const keptWindowOver = 'kept-window-over'
/** Failures before the reboot, so that a device that keeps counting would wait 20 to 40 s. */
const failuresBefore = 2

const metrics = {
  boot: must('CW-EVT-06', 'The first session after a restart lists "1 BOOT", and so does its retry.'),
  kept: must('CW-EVT-08', 'What could not be delivered before the restart is delivered after it.'),
  restarted: must('CW-RET-06', 'After a restart the retry waits begin with the first range again.'),
  notRejected: must('CR-GEN-13', 'The first correctly authenticated request after a boot is not refused.'),
}

/** What a scenario about a start of the device is made of. */
interface Restart {
  id: string
  title: string
  purpose: string
  action: 'reboot' | 'power'
}

const restartScenario = ({ id, title, purpose, action }: Restart) =>
  scenario({
    id,
    title,
    purpose,
    applies: needs(aSessionOnRequest, rpcMethod('ScheduleInform'), controlled(action)),
    windows: facts => [
      rests(facts, 2),
      { for: 'the failed sessions before the restart', ms: 3000 + retryWaitRange(1, defaultRetryParameters).fromMs },
      { for: 'the first retry after the restart', ms: retryWaitRange(1, defaultRetryParameters).fromMs },
      { for: 'the sessions', ms: 2 * (facts.timeToSessionMs ?? 0) },
    ],
    metrics,
    run: conversation => restart(conversation, action),

    judge(timeline, verdict, property) {
      const restarted = markNamed(timeline, 'reboot')
      if (!restarted) return
      const after = sessionsAfterReboot(timeline)
      judgeBoot(timeline, restarted.seq, verdict)
      if (restarted.data?.['outside'] === true) {
        judgeRestarted(timeline, verdict)
        judgeKept(timeline, after[0], verdict)
      } else {
        const [reason, wouldApplyIf] = [
          'A reboot ordered by RPC needs a session that succeeds, which resets the count and delivers every event before.',
          'control.reboot were a shell command or `ask`',
        ]
        verdict.restarted.notApplicable(reason, wouldApplyIf)
        verdict.kept.notApplicable(reason, wouldApplyIf)
      }
      judgeFirstRequest(timeline, verdict)
      const [first] = after
      if (first)
        property(action === 'power' ? 'events after a power cycle' : 'events after a reboot', first.events.join(', '))
    },
  })

/** CW-EVT-06, CW-EVT-08, CW-RET-06, CR-GEN-13: reboot, with failed sessions before and after it. */
export const reboot = restartScenario({
  id: 'session-reboot',
  title: 'A reboot',
  purpose:
    'Sessions fail before the reboot, and the first one after it fails too. The device reports "1 BOOT" and what it could not deliver before until it is delivered, waits for the first retry as if nothing had failed before, and takes Connection Requests again.',
  action: 'reboot',
})

/** The same requirements, where the device had no chance to put its memory in order. */
export const powerCycle = restartScenario({
  id: 'session-power-cycle',
  title: 'A power cycle',
  purpose:
    'Sessions fail before the power is taken away, and the first one after it is back fails too. The device reports "1 BOOT" and what it could not deliver before until it is delivered, waits for the first retry as if nothing had failed before, and takes Connection Requests again.',
  action: 'power',
})

async function restart(conversation: Conversation, action: Restart['action']) {
  const { bench, step, mark, watch, soFar } = conversation
  const outside = bench.facts.control[action] !== 'rpc'
  if (outside)
    await step('Fail a scheduled session twice', () => leaveUndelivered(conversation, { failures: failuresBefore }))
  mark('reboot', { outside })
  const failing = bench.acs.plan({ name: 'fail the first session after the restart', when: isBoot, ...failed })
  await step(action === 'power' ? 'Take the power away and give it back' : 'Reboot', () =>
    carryOutUndelivered(bench, action, isBoot),
  )
  mark('rebooted')
  await step('Fail the first session after the restart and await the retry', async () => {
    await bench.orConditions(
      failing.sessionOpened,
      'No session with 1 BOOT came after the restart.',
      bench.facts.timing.bootMs,
    )
    await failing.done
    await bench.nextSession('deliver the boot', retryWaitRange(4, defaultRetryParameters).toMs, async () => undefined)
  })
  mark('booted')
  const lacking = (timeline: Timeline) => missingAfter(timeline, sessionsAfterReboot(timeline)[0]).missing.length > 0
  if (outside && lacking(soFar())) {
    const delivered = (timeline: Timeline) => !lacking(timeline)
    await watch('the events from before the restart', chosen.notification, delivered)
    mark(keptWindowOver)
  }
  await step('The first request after the boot', async () => {
    const knock = await bench.knock(firstAfterBoot)
    await bench.seeSessionThrough(knock)
  })
}

const isBoot = (inform: { events: { eventCode: string }[] }) =>
  inform.events.some(({ eventCode }) => eventCode === boot)

/**
 * Sessions of the device as it came up again. Until the restart was carried out, only those that list "1 BOOT": others
 * may still come from before. So may a retry that comes after it, because a command may return before the device goes
 * down.
 */
function sessionsAfterReboot(timeline: Timeline): Session[] {
  const rebooted = markNamed(timeline, 'rebooted')
  const all = sessions(between(timeline, 'reboot', 'booted'))
  const begins = (session: Session) =>
    session.events.includes(boot) ||
    (rebooted !== undefined && session.seq > rebooted.seq && !isRetryFromBefore(session))
  const first = all.findIndex(begins)
  return first < 0 ? [] : all.slice(first)
}

const isRetryFromBefore = ({ inform, retryCount = 0 }: Session) => isScheduled(inform) && retryCount >= failuresBefore

function judgeBoot(timeline: Timeline, rebootSeq: number, verdict: MetricJudges<typeof metrics>) {
  const [first, retry] = sessionsAfterReboot(timeline)
  const expected = ['"1 BOOT" in the first session after the reboot and in its retry']
  if (!first) return verdict.boot.inconclusive(whyNoBoot(timeline), { expected, evidence: [rebootSeq] })
  const seen = retry ? [first, retry] : [first]
  verdict.boot.check(
    seen.every(({ events }) => events.includes(boot)),
    {
      expected,
      actual: seen.map(nameOf).join(', then '),
      evidence: [rebootSeq, ...seen.map(({ seq }) => seq)],
    },
  )
}

/** A person who did not act is the lab's matter. */
function whyNoBoot(timeline: Timeline): string {
  const person = entriesOf(timeline, 'control').find(({ how, problem }) => how === 'person' && problem !== undefined)
  return person?.problem ?? 'The device did not call after the restart in the time allowed by timing.boot.'
}

/** What was listed before the restart and not delivered, and what of it no session since the restart has delivered. */
function missingAfter(timeline: Timeline, first: Session | undefined) {
  const all = sessions(timeline)
  const from = first === undefined ? all.length : all.findIndex(({ id }) => id === first.id)
  const due = undelivered(all.slice(0, from))
  const answered = all.slice(from).filter(({ answeredAt }) => answeredAt !== undefined)
  const since = answered.flatMap(({ inform }) => inform.events)
  return { due, missing: due.filter(event => !since.some(isSame(event))) }
}

function judgeKept(timeline: Timeline, first: Session | undefined, { kept }: MetricJudges<typeof metrics>) {
  if (!first) return kept.inconclusive(whyNoBoot(timeline))
  const { due, missing } = missingAfter(timeline, first)
  if (due.length === 0) return kept.inconclusive('No event was undelivered when the device restarted.')
  if (first.events.includes(bootstrap))
    return kept.inconclusive('The device reports "0 BOOTSTRAP", which discards older events.', {
      evidence: [first.seq],
    })
  const listed = (events: Session['inform']['events']) => events.map(({ eventCode }) => eventCode).join(', ')
  const finding = {
    expected: [`${listed(due)} after the restart, because no session delivered them before`],
    actual: missing.length === 0 ? 'delivered after the restart' : `no session since has delivered ${listed(missing)}`,
    evidence: [first.seq],
  }
  if (missing.length > 0 && sessions(between(timeline, keptWindowOver)).length === 0)
    return kept.inconclusive('No session came after the window, so the silence in it proves nothing.', finding)
  kept.check(missing.length === 0, finding)
}

function judgeRestarted(timeline: Timeline, { restarted }: MetricJudges<typeof metrics>) {
  const [first] = sessionsAfterReboot(timeline)
  const gaps = retryGaps(between(timeline, 'reboot', 'booted'))
  // While a person is waited for, sessions before the restart fail too.
  judgeRestart(first ? gaps.filter(({ failed }) => failed.seq >= first.seq) : [], restarted)
}

function judgeFirstRequest(timeline: Timeline, { notRejected }: MetricJudges<typeof metrics>) {
  const request = requestsLabelled(timeline, firstAfterBoot).at(-1) ?? httpRequests(between(timeline, 'booted')).at(-1)
  if (!request) return
  const finding = { expected: ['200 or 204'], actual: outcomeOf(request), evidence: [request.seq] }
  if (request.silence || request.answer?.status === 401)
    notRejected.inconclusive(
      `The first request after the boot got ${outcomeOf(request)}, which may have other reasons.`,
      finding,
    )
  else notRejected.check(isSuccess(request), finding)
}
