import { overXmpp } from '../../harness/bench.ts'
import type { XmppOutcome } from '../../harness/connection-request/xmpp/requester.ts'
import type { DeviceFacts } from '../../harness/device/facts.ts'
import { type Applicability, type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { isAcceptedByXmpp } from '../../harness/xmpp-bench.ts'
import { xmppRefusalOf } from '../../harness/rate-limit.ts'
import { connectionRequestSessions } from '../../harness/timeline/sessions.ts'
import { entriesOf, type Timeline } from '../../harness/timeline/timeline.ts'
import {
  answerOf,
  isBusy,
  isResult,
  type XmppRequest,
  xmppRequests,
  xmppRequestsLabelled,
} from '../../harness/timeline/xmpp-requests.ts'
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
const setOnceMore = 'set ConnReqAllowedJabberIDs once more'

/** A request that was refused for now is made again, and one that the list allows right after it. */
const again = (label: string) => `${label}, again`
const rightAfter = (label: string) => `allowed, right after: ${again(label)}`

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
    const { lab, sender } = overXmpp(bench)
    const covered = [
      { label: bareOne, from: `acs1@${lab.senders}/resource1` },
      { label: bareOther, from: `acs1@${lab.senders}/resource2` },
      { label: fullJid, from: `acs2@${lab.senders}/resource1` },
    ]
    const stranger = { label: anybody, from: `somebody@${lab.senders}/anywhere` }
    const heard: Sender[] = []
    const refusedForNow: Sender[] = []
    await withList(conversation, set, () =>
      step('Ask as three senders that the list covers', async () => {
        for (const one of covered) {
          const outcome = await ask(conversation, one)
          if (isAcceptedByXmpp(outcome)) heard.push(one)
          else if (xmppRefusalOf(outcome)) refusedForNow.push(one)
        }
      }),
    )
    const empty = await step('Ask as somebody else, with an empty list', () => ask(conversation, stranger))

    const askOrdinary = () =>
      step('Ask as the ordinary sender, whom the list covers', () =>
        ask(conversation, { label: ordinary, from: sender }),
      )
    if (isAcceptedByXmpp(empty)) {
      if (refusedForNow.length === 0) return
      await withList(conversation, setAgain, async () => {
        await askOrdinary()
        for (const one of refusedForNow) {
          await step(`Ask again: ${one.label}`, () => ask(conversation, one, again(one.label)))
          await askRightAfter(conversation, one)
        }
      })
    } else if (heard.length > 0) {
      const control = await withList(conversation, setAgain, askOrdinary)
      if (control === undefined || !isAcceptedByXmpp(control) || !xmppRefusalOf(empty)) return
      await step('Ask again with an empty list', () => ask(conversation, stranger, again(anybody)))
      await withList(conversation, setOnceMore, () => askRightAfter(conversation, stranger))
    }
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

interface Sender {
  label: string
  from: string
}

async function ask(conversation: Conversation, { label, from }: Sender, as = label): Promise<XmppOutcome> {
  const outcome = await askAtRest(conversation, as, { from, authorised: true })
  await overXmpp(conversation.bench).seeSessionThrough(outcome)
  return outcome
}

/** The ordinary sender, once: were it a rate limit that refused the other one, it would refuse this one too. */
async function askRightAfter({ bench, step }: Conversation, { label }: Sender): Promise<void> {
  const xmpp = overXmpp(bench)
  await step('Ask at once as the ordinary sender', async () => {
    await bench.rest()
    await xmpp.seeSessionThrough(await xmpp.ask(rightAfter(label), { authorised: true }))
  })
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
 * may have been something that has nothing to do with the list. A refusal for now may have been a rate limit too.
 */
function judgeHeard(
  timeline: Timeline,
  requests: readonly XmppRequest[],
  metric: MetricJudge,
  { control, expected }: { control: XmppRequest | undefined; expected: string[] },
): void {
  if (requests.length === 0) return metric.inconclusive('No such request was made.')
  for (const request of requests) {
    const { sent, label } = request
    const finding = {
      expected,
      actual: `${label} (${sent.from}): ${answerOf(request)}`,
      evidence: entriesOfRequest(request),
    }
    const session = connectionRequestSessions(timeline).find(opened => opened.seq > sent.seq)
    const accepted = isBusy(request) ? acceptedAround(timeline, label) : control && [control]
    if (request.answer?.answeredBy === 'server')
      metric.inconclusive('The server answered: the device’s stream was not there.', finding)
    else if (isResult(request) && session === undefined)
      metric.inconclusive('The request was accepted, but no session came; see CR-GEN-04.', finding)
    else if (isResult(request)) metric.pass(finding)
    else if (control === undefined)
      metric.inconclusive('No request was accepted with another list, so the refusal may have another reason.', finding)
    else if (accepted === undefined)
      metric.inconclusive(
        'It was refused for now, and not again right between two requests that were accepted: that may have been a rate limit.',
        finding,
      )
    else metric.fail({ ...finding, evidence: [...finding.evidence, ...accepted.flatMap(entriesOfRequest)] })
  }
}

/**
 * For a request that was refused for now: the accepted request before it was made again, that one, refused again, and
 * the accepted request right after it. `undefined` where they were not answered so, or anything else was refused
 * between the last two: then a rate limit explains the refusal.
 */
function acceptedAround(timeline: Timeline, label: string): XmppRequest[] | undefined {
  const refused = last(timeline, again(label))
  const after = last(timeline, rightAfter(label))
  if (refused === undefined || after === undefined || !isBusy(refused) || !isResult(after)) return undefined
  const before = xmppRequests(timeline).findLast(one => one.seq < refused.sent.seq && one.label !== refused.label)
  if (before === undefined || !isResult(before)) return undefined
  const between = ({ seq }: { seq: number }) => seq > refused.seq && seq < after.sent.seq
  const busy = xmppRequests(timeline).some(one => between(one) && isBusy(one))
  const unavailable = entriesOf(timeline, 'http-cr-answered').some(one => between(one) && one.status === 503)
  return busy || unavailable ? undefined : [before, refused, after]
}

const entriesOfRequest = ({ sent, seq }: XmppRequest) => [sent.seq, ...(seq === sent.seq ? [] : [seq])]
