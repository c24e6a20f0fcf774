import { isAccepted, overXmpp } from '../../harness/bench.ts'
import { newCredentials } from '../../harness/device/provisioning.ts'
import { type MetricJudges, scenario } from '../../harness/scenario.ts'
import { isSuccess, outcomeOf, requestsLabelled } from '../../harness/timeline/http-requests.ts'
import { markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { answerOf, isBusy, isResult, xmppRequestsLabelled } from '../../harness/timeline/xmpp-requests.ts'
import { type MetricJudge, must } from '../../harness/verdict/metric.ts'
import { isAcceptedByXmpp } from '../../harness/xmpp-bench.ts'
import { setCredentials, setOldAgain } from '../credential-change.ts'
import { anXmppStream, aSessionOnRequest, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { askAtRest } from './ask-at-rest.ts'

const newByHttp = 'new pair over HTTP'
const newByXmpp = 'new pair over XMPP'
const oldByHttp = 'old pair over HTTP'
const oldByXmpp = 'old pair over XMPP'

/** The mark of the setting of the new pair, with its `status`. */
const pairSet = 'pair-set'

const metrics = {
  newPair: must('CR-GEN-17', 'A new pair of credentials is accepted over HTTP and over XMPP alike.'),
  oldPair: must('CR-GEN-17', 'The pair that it replaces is refused over HTTP and over XMPP alike.'),
}

/** CR-GEN-17: one pair of credentials for both transports. */
export const credentialPair = scenario({
  id: 'one-credential-pair',
  title: 'One pair of credentials for HTTP and XMPP',
  purpose:
    'The ACS sets another ConnectionRequestUsername and ConnectionRequestPassword once. Both transports take the new pair and refuse the old one.',
  applies: needs(aSessionOnRequest, anXmppStream),
  windows: facts => [
    rests(facts, 4),
    { for: 'the sessions', ms: 2 * (facts.timeToSessionMs ?? 0) + (facts.xmpp.timeToSessionMs ?? 0) },
  ],
  metrics,

  async run(conversation) {
    const { bench, step } = conversation
    const xmpp = overXmpp(bench)
    const old = bench.credentials
    const fresh = newCredentials(bench.redactor)
    await step('Set another username and password', () => setCredentials(conversation, fresh, pairSet))
    bench.credentials = fresh
    let accepted = 0
    try {
      await step('Ask with the new pair over HTTP and over XMPP', async () => {
        const knock = await bench.knock(newByHttp)
        await bench.seeSessionThrough(knock)
        const outcome = await askAtRest(conversation, newByXmpp, { payload: fresh, authorised: true })
        await xmpp.seeSessionThrough(outcome)
        accepted = [isAccepted(knock), isAcceptedByXmpp(outcome)].filter(Boolean).length
      })
      await step('Ask with the old pair over HTTP and over XMPP', async () => {
        await bench.seeSessionThrough(await bench.wrongKnock(oldByHttp, { credentials: old }))
        await xmpp.seeSessionThrough(await askAtRest(conversation, oldByXmpp, { payload: old }))
      })
    } finally {
      if (accepted < 2 && !bench.signal.aborted)
        await step('Set the old pair again, which is known to work over both', () =>
          setOldAgain(conversation, old, accepted > 0 ? [fresh, old] : [old, fresh]),
        )
    }
  },

  judge(timeline, verdict) {
    const set = markNamed(timeline, pairSet)
    if (!set) return
    if (set.data?.['status'] === 1) {
      const reason = 'The device answered status 1: it applies the values later.'
      for (const metric of [verdict.newPair, verdict.oldPair]) metric.inconclusive(reason, { evidence: [set.seq] })
      return
    }
    judgePairs(timeline, verdict)
  },
})

/** What a transport answers to a pair. */
interface Reply {
  accepted: boolean
  /** Refused for the credentials' sake, in so many words. */
  unauthorized: boolean
  /** Refused, for whatever reason but a rate limit. */
  refused: boolean
  inWords: string
  evidence: number[]
}

function replyByHttp(timeline: Timeline, label: string): Reply {
  const request = requestsLabelled(timeline, label).at(-1)
  const status = request?.answer?.status
  return {
    accepted: request !== undefined && isSuccess(request),
    unauthorized: status === 401,
    refused: status !== undefined && status >= 400 && status < 500,
    inWords: `${label}: ${request ? outcomeOf(request) : 'not asked'}`,
    evidence: request ? [request.seq] : [],
  }
}

function replyByXmpp(timeline: Timeline, label: string): Reply {
  const request = xmppRequestsLabelled(timeline, label).at(-1)
  const { answer } = request ?? {}
  const ofDevice = answer?.kind === 'error' && answer.answeredBy !== 'server'
  return {
    accepted: request !== undefined && isResult(request),
    unauthorized: ofDevice && answer.condition === 'not-authorized',
    refused: request !== undefined && ofDevice && !isBusy(request),
    inWords: `${label}: ${request ? answerOf(request) : 'not asked'}`,
    evidence: request ? [request.sent.seq, ...(request.seq === request.sent.seq ? [] : [request.seq])] : [],
  }
}

/** Another refusal is on account of the pair only where the other pair is accepted by the same transport. */
const takes = (one: Reply, other: Reply): boolean | undefined =>
  one.accepted ? true : one.unauthorized || (one.refused && other.accepted) ? false : undefined

function judgePairs(timeline: Timeline, verdict: MetricJudges<typeof metrics>): void {
  const http = { fresh: replyByHttp(timeline, newByHttp), old: replyByHttp(timeline, oldByHttp) }
  const xmpp = { fresh: replyByXmpp(timeline, newByXmpp), old: replyByXmpp(timeline, oldByXmpp) }
  const [newOverHttp, newOverXmpp] = [takes(http.fresh, http.old), takes(xmpp.fresh, xmpp.old)]
  const [oldOverHttp, oldOverXmpp] = [takes(http.old, http.fresh), takes(xmpp.old, xmpp.fresh)]
  judgePair([newOverHttp, newOverXmpp], true, [http.fresh, xmpp.fresh], verdict.newPair)
  judgePair([oldOverHttp, oldOverXmpp], false, [http.old, xmpp.old], verdict.oldPair)
}

/** Where both do the wrong thing they do it alike: then the pair itself was not changed, which CW-SPV-02 judges. */
function judgePair(
  [http, xmpp]: (boolean | undefined)[],
  right: boolean,
  replies: readonly Reply[],
  metric: MetricJudge,
): void {
  const finding = {
    expected: [right ? 'accepted over both' : 'refused over both'],
    actual: replies.map(({ inWords }) => inWords).join('; '),
    evidence: replies.flatMap(({ evidence }) => evidence),
  }
  if (http === undefined || xmpp === undefined)
    metric.inconclusive('One of the answers does not show what the device makes of the pair.', finding)
  else if (http !== xmpp) metric.fail(finding)
  else if (http === right) metric.pass(finding)
  else
    metric.inconclusive('Both do the same; which pair is in force after the session is a matter of CW-SPV-02.', finding)
}
