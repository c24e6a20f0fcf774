import { overXmpp } from '../../harness/bench.ts'
import type { XmppOutcome } from '../../harness/connection-request/xmpp/requester.ts'
import type { DeviceFacts } from '../../harness/device/facts.ts'
import { type Applicability, type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { isAcceptedByXmpp } from '../../harness/xmpp-bench.ts'
import { connectionRequestSessions } from '../../harness/timeline/sessions.ts'
import type { Timeline } from '../../harness/timeline/timeline.ts'
import { answerOf, isResult, type XmppRequest, xmppRequestsLabelled } from '../../harness/timeline/xmpp-requests.ts'
import { type MetricJudge, must } from '../../harness/verdict/metric.ts'
import { anXmppStream, applies, aSessionOnRequest, aSessionOnXmppRequest, needs, writable } from '../needs.ts'
import { rests } from '../rests.ts'
import { askAtRest } from './ask-at-rest.ts'
import { setParameters, settingOf } from './connection-settings.ts'
import { restrictedList } from './wrong-stanzas.ts'

const bareOne = 'allowed by a bare JID, with one resource'
const bareOther = 'allowed by a bare JID, with another resource'
const fullJid = 'allowed by a full JID'
const anybody = 'anybody, while the list is empty'
const ordinary = 'allowed, with the list set again'
const set = 'set ConnReqAllowedJabberIDs'
const setAgain = 'set ConnReqAllowedJabberIDs again'

/** The setting that empties the list after another one. */
const emptied = (what: string) => `${what}, then empty it`

const metrics = {
  bare: must('CR-XMPP-17', 'A bare JID in ConnReqAllowedJabberIDs lets its owner ask with any resource.'),
  full: must('CR-XMPP-17', 'A full JID in ConnReqAllowedJabberIDs lets its owner ask with that resource.'),
  empty: must('CR-XMPP-17', 'While ConnReqAllowedJabberIDs is empty, anybody may ask.'),
}

/** The list must be set and emptied again also where nobody is heard while it is empty. */
const aWayToSetIt = (facts: DeviceFacts): Applicability =>
  aSessionOnRequest(facts).applies ? applies : aSessionOnXmppRequest(facts)

/** CR-XMPP-17: who is on the list is heard, and everybody where there is none. xmpp-rejected has the others. */
export const allowedJids = scenario({
  id: 'xmpp-allowed-jids',
  title: 'Senders that the list allows',
  purpose:
    'Requests come from senders that ConnReqAllowedJabberIDs covers by a bare and by a full JID, and from anybody while it is empty.',
  applies: needs(anXmppStream, writable('ConnReqAllowedJabberIDs'), aWayToSetIt),
  windows: facts => [rests(facts, 6), { for: 'the sessions', ms: 4 * (facts.xmpp.timeToSessionMs ?? 0) }],
  metrics,

  async run(conversation) {
    const { bench, step } = conversation
    const { senders } = overXmpp(bench).lab
    const listed = await withList(conversation, set, () =>
      step('Ask as three senders that the list covers', async () => [
        await ask(conversation, bareOne, `acs1@${senders}/resource1`),
        await ask(conversation, bareOther, `acs1@${senders}/resource2`),
        await ask(conversation, fullJid, `acs2@${senders}/resource1`),
      ]),
    )
    const empty = await step('Ask as somebody else, with an empty list', () =>
      ask(conversation, anybody, `somebody@${senders}/anywhere`),
    )
    // Who is heard with a list and not without one is no victim of a rate limit.
    if (listed?.some(isAcceptedByXmpp) && !isAcceptedByXmpp(empty))
      await withList(conversation, setAgain, () =>
        step('Ask as a sender that the list covers once more', () =>
          ask(conversation, ordinary, `acs1@${senders}/resource1`),
        ),
      )
  },

  judge(timeline, verdict) {
    judgeListed(timeline, verdict)
    if (settingOf(timeline, emptied(set))?.status === 1)
      return verdict.empty.inconclusive('The device answered status 1 to the empty list: it applies it later.')
    const one = last(timeline, anybody)
    const accepted = last(timeline, ordinary)
    judgeHeard(timeline, one ? [one] : [], verdict.empty, {
      control: accepted !== undefined && isResult(accepted) ? accepted : undefined,
      expected: ['a result for a sender of whom no list says anything'],
    })
  },
})

/** Works with the list set, and empties it again. @returns `undefined` where the device does not take it */
async function withList<T>(conversation: Conversation, what: string, work: () => Promise<T>): Promise<T | undefined> {
  const { bench } = conversation
  const value = restrictedList(overXmpp(bench).lab)
  const { fault } = await setParameters(conversation, what, { ConnReqAllowedJabberIDs: value })
  if (fault !== undefined) return undefined
  try {
    return await work()
  } finally {
    if (!bench.signal.aborted) await setParameters(conversation, emptied(what), { ConnReqAllowedJabberIDs: '' })
  }
}

async function ask(conversation: Conversation, label: string, from: string): Promise<XmppOutcome> {
  const outcome = await askAtRest(conversation, label, { from, authorised: true })
  await overXmpp(conversation.bench).seeSessionThrough(outcome)
  return outcome
}

const last = (timeline: Timeline, label: string) => xmppRequestsLabelled(timeline, label).at(-1)

function judgeListed(timeline: Timeline, { bare, full }: MetricJudges<typeof metrics>): void {
  const setting = settingOf(timeline, set)
  if (setting === undefined) return
  if (setting.fault !== undefined) {
    for (const metric of [bare, full])
      metric.inconclusive(`The device did not take the list: ${setting.fault}`, { evidence: [setting.seq] })
    return
  }
  const accepted = last(timeline, anybody)
  const control = accepted !== undefined && isResult(accepted) ? accepted : undefined
  const requestsOf = (...labels: string[]) => labels.flatMap(label => last(timeline, label) ?? [])
  const expected = ['a result for a sender that the list covers']
  judgeHeard(timeline, requestsOf(bareOne, bareOther), bare, { control, expected })
  judgeHeard(timeline, requestsOf(fullJid), full, { control, expected })
}

/**
 * Each of them is heard. A refusal counts only where a request after it was accepted with another list: otherwise it
 * may have been a rate limit, or something that has nothing to do with the list.
 */
function judgeHeard(
  timeline: Timeline,
  requests: readonly XmppRequest[],
  metric: MetricJudge,
  { control, expected }: { control: XmppRequest | undefined; expected: string[] },
): void {
  if (requests.length === 0) return metric.inconclusive('No such request was made.')
  for (const request of requests) {
    const { sent, seq, label } = request
    const finding = {
      expected,
      actual: `${label} (${sent.from}): ${answerOf(request)}`,
      evidence: [sent.seq, ...(seq === sent.seq ? [] : [seq])],
    }
    const session = connectionRequestSessions(timeline).find(opened => opened.seq > sent.seq)
    if (request.answer?.answeredBy === 'server')
      metric.inconclusive('The server answered: the device’s stream was not there.', finding)
    else if (isResult(request) && session === undefined)
      metric.inconclusive('The request was accepted, but no session came; see CR-GEN-04.', finding)
    else if (isResult(request)) metric.pass(finding)
    else if (control === undefined)
      metric.inconclusive('No request was accepted with another list, so the refusal may have another reason.', finding)
    else metric.fail({ ...finding, evidence: [...finding.evidence, control.sent.seq, control.seq] })
  }
}
