import { overXmpp } from '../../harness/bench.ts'
import { xmppRefusalOf } from '../../harness/rate-limit.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import { isResult, xmppRequestsLabelled } from '../../harness/timeline/xmpp-requests.ts'
import { must, weakMust } from '../../harness/verdict/metric.ts'
import { aSessionOnXmppRequest, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { keepSharedWindow } from '../shared-window.ts'
import { hasParameter, setParameters, settleConnection } from './connection-settings.ts'
import { judgeRejected } from './rejected-judge.ts'
import { listSetting } from './strangers-judge.ts'
import { restrictedList, wrongStanzas } from './wrong-stanzas.ts'

const window = 'a session after wrong stanzas'
const list = 'ConnReqAllowedJabberIDs'

export const rejectedMetrics = {
  otherForms: weakMust('CR-XMPP-26', 'Only an iq of type get asks: the same in another stanza leads to no session.'),
  strangersUnheard: must('CR-XMPP-17', 'A sender that ConnReqAllowedJabberIDs does not cover is not heard.'),
  strangersRefused: weakMust('CR-XMPP-18', 'Such a sender is refused with service-unavailable, and without a session.'),
  strangersNoSession: must('CR-GEN-14', 'The refusal of such a sender leads to no session.'),
  notAuthorized: must('CR-XMPP-21', 'Wrong credentials are refused with not-authorized, and without a session.'),
  noSession: must('CR-GEN-15', 'No request with missing or wrong credentials leads to a session.'),
  answered: must('CR-XMPP-22', 'Each of them that is an iq of type get or set gets exactly one answer.'),
  malformed: must('CR-XMPP-22', 'A malformed request leads to no session.'),
}

/** CR-XMPP-17, 18, 21, 22, 26, CR-GEN-14, 15: one window for all wrong stanzas, narrowed down when a session appears. */
export const rejected = scenario({
  id: 'xmpp-rejected',
  title: 'Stanzas that must not cause a session',
  purpose:
    'Other forms of stanza, senders that are not on the list, wrong credentials and malformed requests share one window in which no session may come; what has to be answered is answered.',
  applies: needs(aSessionOnXmppRequest),
  windows: facts => [
    rests(facts, 3),
    { for: window, ms: chosen.watch(facts).ms },
    { for: 'the session of the positive control', ms: facts.xmpp.timeToSessionMs ?? 0 },
  ],
  metrics: rejectedMetrics,

  async run(conversation) {
    const { bench, step } = conversation
    const { lab } = overXmpp(bench)
    const restricted = await step('Set ConnReqAllowedJabberIDs', () => setList(conversation, restrictedList(lab)))
    try {
      await step('One request with a wrong password, to see that no rate limit is at work', () =>
        outwaitLimit(conversation),
      )
      const suspects = wrongStanzas.filter(
        ({ kind, fromLookAlike }) =>
          (restricted || kind !== 'sender not on the list') && (!fromLookAlike || lab.lookAlikeSenders !== undefined),
      )
      await keepSharedWindow(conversation, suspects, {
        window,
        wasAccepted: (timeline, label) => xmppRequestsLabelled(timeline, label).some(isResult),
      })
      await step('An ordinary request must still bring a session', () => bench.xmppControl())
    } finally {
      if (!bench.signal.aborted) await setBack(conversation, restricted)
    }
  },

  judge: judgeRejected,
})

/** @returns whether the device took the list */
async function setList(conversation: Conversation, value: string): Promise<boolean> {
  if (!hasParameter(conversation.bench, list)) {
    conversation.mark('no-list')
    return false
  }
  const { fault } = await setParameters(conversation, listSetting, { [list]: value })
  return fault === undefined
}

/** A device may refuse for a time after a session; then its answers to wrong stanzas would tell nothing. */
async function outwaitLimit({ bench, watch }: Conversation) {
  const xmpp = overXmpp(bench)
  await bench.rest()
  const { username, password } = bench.credentials
  const outcome = await xmpp.ask('wrong password at first', { payload: { username, password: `${password}x` } })
  if (xmppRefusalOf(outcome) !== undefined)
    await watch('a rest, because the device refused for now', chosen.restAfter503)
}

async function setBack(conversation: Conversation, restricted: boolean) {
  if (overXmpp(conversation.bench).lab.server !== undefined) await settleConnection(conversation)
  if (restricted) await setParameters(conversation, 'everybody may ask again', { [list]: '' })
}
