import { overUdp } from '../../harness/bench.ts'
import { ConditionsNotMet } from '../../harness/conditions.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import { markNamed } from '../../harness/timeline/timeline.ts'
import { must, weakMust } from '../../harness/verdict/metric.ts'
import { aSessionOnUdpRequest, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { guiltyLabels, keepSharedWindow } from '../shared-window.ts'
import { deafeningLabels, nameDeafening } from './deafness.ts'
import { forge } from './forgery.ts'
import { askInBothCases } from './letter-case.ts'
import { controlOf, judgeRejected } from './rejected-judge.ts'
import { goodRequest, type WrongRequest, wrongRequestsFor } from './wrong-requests.ts'

const window = 'a session after wrong datagrams'

export const rejectedMetrics = {
  all: must('CR-UDP-42', 'No request that falls short in form or signature leads to a session.'),
  form: must('CR-UDP-46', 'What is no HTTP/1.1 GET leads to no session, and the device goes on hearing.'),
  laterTs: must('CR-UDP-47', 'A request whose ts is not later than that of the last one leads to no session.'),
  otherId: must('CR-UDP-48', 'A request with the id of the last one leads to no session.'),
  username: must('CR-UDP-49', 'A request in another name than ConnectionRequestUsername leads to no session.'),
  signature: weakMust('CR-UDP-50', 'A request with a wrong signature leads to no session.'),
  letterCase: weakMust('CR-UDP-50', 'Signatures in capital and in small digits are both accepted.'),
  complete: weakMust('CR-UDP-53', 'A request that lacks a value leads to no session, and the device goes on hearing.'),
  noSession: must('CR-GEN-15', 'No request with missing or wrong credentials leads to a session.'),
  forgery: must('CR-UDP-51', 'A forged request with a ts far ahead does not keep right ones from being accepted.'),
}

/** CR-UDP-42, 46, 47, 48, 49, 50, 51, 53, CR-GEN-15: one window for all wrong datagrams, narrowed down by sessions. */
export const rejected = scenario({
  id: 'udp-rejected',
  title: 'Datagrams that must not cause a session',
  purpose:
    'After a good request, wrong signatures, names, ids, timestamps, forms and incomplete requests share one window in which no session may come. A device that hears nothing afterwards is made to hear again, and what deafened it is named. Where a forged timestamp was remembered, only later ones are used from then on.',
  applies: needs(aSessionOnUdpRequest),
  windows: facts => [
    rests(facts, 6),
    { for: 'a pause after the good request, and one before a forged one', ms: 2 * chosen.silentLimit.ms },
    { for: window, ms: chosen.watch(facts).ms },
    { for: 'the sessions', ms: 5 * (facts.udp.timeToSessionMs ?? 0) },
  ],
  metrics: rejectedMetrics,

  async run(conversation) {
    const { bench, step, soFar } = conversation
    const suspects = wrongRequestsFor(bench)
    await watchFor(conversation, suspects)
    if (!controlOf(soFar()).passed) {
      await step('The device hears nothing: send what may have deafened it, each alone', () =>
        nameDeafening(conversation, suspects),
      )
      const deafening = deafeningLabels(soFar())
      const others = suspects.filter(({ label }) => !deafening.has(label))
      if (deafening.size > 0) await watchFor(conversation, others)
    }
    if (!controlOf(soFar()).passed) return
    await step('Right requests with capital and with small digits', () => askInBothCases(conversation))
    const guilty = guiltyLabels(soFar())
    const acceptsForgeries = suspects.some(({ breaks, label }) => breaks === 'CR-UDP-50' && guilty.has(label))
    await step('A forged request with a ts far ahead, then a right one', () =>
      forge(conversation, { acceptsForgeries }),
    )
  },

  judge: judgeRejected,
})

/** One window for these, and the control after it. */
async function watchFor(conversation: Conversation, suspects: readonly WrongRequest[]): Promise<void> {
  const { bench, step, soFar } = conversation
  const windowsBefore = markNamed(soFar(), 'wrong-done')?.seq
  await keepSharedWindow(conversation, suspects, {
    window,
    wasAccepted: () => false,
    before: () => beGood(conversation),
  }).catch(error => {
    // A device that a window has deafened cannot be narrowed down: the control tells.
    const kept = markNamed(soFar(), 'wrong-done')?.seq !== windowsBefore
    if (!(error instanceof ConditionsNotMet && kept)) throw error
  })
  await step('An ordinary request must still bring a session', () => bench.udpControl())
}

/** A good request, and a pause in which a silent rate limit passes: the wrong ones must really be looked at. */
async function beGood({ bench, watch }: Conversation): Promise<void> {
  const { session } = await overUdp(bench).knock(goodRequest)
  if (session === undefined) throw new ConditionsNotMet('The good request before the wrong ones brought no session.')
  await watch('a pause after the good request', chosen.silentLimit)
}
