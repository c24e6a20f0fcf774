import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { httpRequests, isSuccess, outcomeOf, requestsLabelled } from '../../harness/timeline/http-requests.ts'
import { nameOf, type Session, sessions } from '../../harness/timeline/sessions.ts'
import { between, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { must } from '../../harness/verdict/metric.ts'
import { aSessionOnRequest, needs, rpcMethod } from '../needs.ts'
import { judgeRestart, retryGaps } from './retry-gaps.ts'
import { defaultRetryParameters, failed, retryWaitRange, scheduleInform } from './scheduled.ts'
import { rests } from '../rests.ts'

const firstAfterBoot = 'first request after a boot'
const boot = '1 BOOT'
/** Failures before the reboot, so that a device that keeps counting would wait 20 to 40 s. */
const failuresBefore = 2

const metrics = {
  boot: must('CW-EVT-06', 'The first session after a reboot lists "1 BOOT", and so does its retry.'),
  restarted: must('CW-RET-06', 'After a reboot the retry waits begin with the first range again.'),
  notRejected: must('CR-GEN-13', 'The first correctly authenticated request after a boot is not refused.'),
}

/** CW-EVT-06, CW-RET-06, CR-GEN-13: reboot, with failed sessions before and after it. */
export const reboot = scenario({
  id: 'session-reboot',
  title: 'A reboot',
  purpose:
    'Sessions fail before the reboot, and the first one after it fails too. The device reports "1 BOOT" until it is delivered, waits for the first retry as if nothing had failed before, and takes Connection Requests again.',
  applies: needs(aSessionOnRequest, rpcMethod('ScheduleInform'), facts =>
    facts.control.reboot
      ? { applies: true }
      : {
          applies: false,
          reason: 'The profile does not allow a reboot.',
          wouldApplyIf: 'control.reboot were `rpc`, `ask` or a shell command',
        },
  ),
  windows: facts => [
    rests(facts, 2),
    { for: 'the failed sessions before the reboot', ms: 3000 + retryWaitRange(1, defaultRetryParameters).fromMs },
    { for: 'the first retry after the reboot', ms: retryWaitRange(1, defaultRetryParameters).fromMs },
    { for: 'the sessions', ms: 2 * (facts.timeToSessionMs ?? 0) },
  ],
  metrics,

  async run(conversation) {
    const { bench, step, mark } = conversation
    const outside = bench.facts.control.reboot !== 'rpc'
    if (outside) await step('Fail a scheduled session twice', () => failBefore(conversation))
    mark('reboot', { outside })
    const failing = bench.acs.plan({ name: 'fail the first session after the reboot', when: isBoot, ...failed })
    await step('Reboot', () => bench.reboot())
    mark('rebooted')
    await step('Fail the first session after the reboot and await the retry', async () => {
      await bench.orConditions(
        failing.sessionOpened,
        'No session with 1 BOOT came after the reboot.',
        bench.facts.timing.bootMs,
      )
      await failing.done
      await bench.nextSession('deliver the boot', retryWaitRange(4, defaultRetryParameters).toMs, async () => undefined)
    })
    mark('booted')
    await step('The first request after the boot', async () => {
      const knock = await bench.knock(firstAfterBoot)
      await bench.seeSessionThrough(knock)
    })
  },

  judge(timeline, verdict, property) {
    const rebooted = markNamed(timeline, 'reboot')
    if (!rebooted) return
    const after = sessionsAfterReboot(timeline)
    judgeBoot(after, rebooted.seq, verdict)
    if (rebooted.data?.['outside'] === true) judgeRestarted(timeline, verdict)
    else
      verdict.restarted.notApplicable(
        'A reboot ordered by RPC needs a session that succeeds, which resets the count before.',
        'control.reboot were a shell command or `ask`',
      )
    judgeFirstRequest(timeline, verdict)
    const [first] = after
    if (first) property('events after a reboot', first.events.join(', '))
  },
})

const isBoot = (inform: { events: { eventCode: string }[] }) =>
  inform.events.some(({ eventCode }) => eventCode === boot)

async function failBefore({ bench }: Conversation) {
  await scheduleInform(bench)
  const failing = bench.acs.plan({ name: 'fail sessions before the reboot', times: failuresBefore, ...failed })
  const longest = retryWaitRange(1, defaultRetryParameters).toMs + 30_000
  await bench.orConditions(failing.done, 'The sessions that should fail before the reboot did not come.', longest)
  await bench.rest()
}

/**
 * Sessions of the device as it came up again. Until the reboot was carried out, only those that list "1 BOOT": others
 * may still come from before.
 */
function sessionsAfterReboot(timeline: Timeline): Session[] {
  const all = sessions(between(timeline, 'reboot', 'booted'))
  const rebooted = markNamed(timeline, 'rebooted')
  const firstBoot = all.findIndex(({ events }) => events.includes(boot))
  const firstAfter = all.findIndex(({ seq }) => seq > (rebooted?.seq ?? 0))
  if (firstBoot < 0) return firstAfter < 0 ? [] : all.slice(firstAfter)
  return all.slice(firstAfter < 0 || rebooted === undefined ? firstBoot : Math.min(firstBoot, firstAfter))
}

function judgeBoot(after: Session[], rebootSeq: number, verdict: MetricJudges<typeof metrics>) {
  const [first, retry] = after
  const expected = ['"1 BOOT" in the first session after the reboot and in its retry']
  if (!first)
    return verdict.boot.inconclusive('The device did not call after the reboot in the time allowed by timing.boot.', {
      expected,
      evidence: [rebootSeq],
    })
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

function judgeRestarted(timeline: Timeline, { restarted }: MetricJudges<typeof metrics>) {
  judgeRestart(retryGaps(between(timeline, 'reboot', 'booted')), restarted)
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
