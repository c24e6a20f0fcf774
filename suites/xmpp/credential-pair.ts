import { isAccepted, overXmpp } from '../../harness/bench.ts'
import type { Credentials } from '../../harness/connection-request/http/requester.ts'
import { managementServer } from '../../harness/device/facts.ts'
import { newCredentials } from '../../harness/device/provisioning.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { type HttpRequest, isSuccess, outcomeOf, requestsLabelled } from '../../harness/timeline/http-requests.ts'
import { markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import {
  answerOf,
  isBusy,
  isResult,
  type XmppRequest,
  xmppRequestsLabelled,
} from '../../harness/timeline/xmpp-requests.ts'
import { type MetricJudge, must } from '../../harness/verdict/metric.ts'
import { isAcceptedByXmpp } from '../../harness/xmpp-bench.ts'
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
    let agree = false
    try {
      await step('Ask with the new pair over HTTP and over XMPP', async () => {
        bench.credentials = fresh
        const knock = await bench.knock(newByHttp)
        if (!isAccepted(knock)) bench.credentials = old
        await bench.seeSessionThrough(knock)
        const outcome = await askAtRest(conversation, newByXmpp, { payload: fresh, authorised: true })
        await xmpp.seeSessionThrough(outcome)
        agree = isAccepted(knock) === isAcceptedByXmpp(outcome)
      })
      await step('Ask with the old pair over HTTP and over XMPP', async () => {
        await bench.seeSessionThrough(await bench.wrongKnock(oldByHttp, { credentials: old }))
        await xmpp.seeSessionThrough(await askAtRest(conversation, oldByXmpp, { payload: old }))
      })
    } finally {
      if (!agree && !bench.signal.aborted)
        await step('Set the old pair again, which is known to work over both', async () => {
          await setCredentials(conversation, old, 'old-pair-set-again')
          bench.credentials = old
        })
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

async function setCredentials({ bench, mark }: Conversation, { username, password }: Credentials, markName: string) {
  await bench.inSession('set another username and password', async session => {
    const { status } = await session.call('SetParameterValues', {
      parameters: [
        { name: managementServer(bench.facts, 'ConnectionRequestUsername'), value: username },
        { name: managementServer(bench.facts, 'ConnectionRequestPassword'), value: password },
      ],
    })
    mark(markName, { status })
  })
}

/** What a transport makes of a pair; `unknown` where its answer does not show whether it looked at it. */
interface Reply {
  takes: boolean | 'unknown'
  inWords: string
  evidence: number[]
}

function replyByHttp(label: string, request: HttpRequest | undefined): Reply {
  if (request === undefined) return { takes: 'unknown', inWords: `${label}: not asked`, evidence: [] }
  const status = request.answer?.status
  const refused = status === 401 || status === 403
  return {
    takes: isSuccess(request) ? true : refused ? false : 'unknown',
    inWords: `${label}: ${outcomeOf(request)}`,
    evidence: [request.seq],
  }
}

function replyByXmpp(label: string, request: XmppRequest | undefined): Reply {
  if (request === undefined) return { takes: 'unknown', inWords: `${label}: not asked`, evidence: [] }
  const { answer, sent, seq } = request
  const refused = answer?.kind === 'error' && answer.answeredBy !== 'server' && !isBusy(request)
  return {
    takes: isResult(request) ? true : refused ? false : 'unknown',
    inWords: `${label}: ${answerOf(request)}`,
    evidence: [sent.seq, ...(seq === sent.seq ? [] : [seq])],
  }
}

function judgePairs(timeline: Timeline, verdict: MetricJudges<typeof metrics>): void {
  const byHttp = (label: string) => replyByHttp(label, requestsLabelled(timeline, label).at(-1))
  const byXmpp = (label: string) => replyByXmpp(label, xmppRequestsLabelled(timeline, label).at(-1))
  judgePair([byHttp(newByHttp), byXmpp(newByXmpp)], true, verdict.newPair)
  judgePair([byHttp(oldByHttp), byXmpp(oldByXmpp)], false, verdict.oldPair)
}

/** Where both do the wrong thing they do it alike: then the pair itself was not changed, which CW-SPV-02 judges. */
function judgePair(replies: [Reply, Reply], right: boolean, metric: MetricJudge): void {
  const [http, xmpp] = replies
  const finding = {
    expected: [right ? 'accepted over both' : 'refused over both'],
    actual: `${http.inWords}; ${xmpp.inWords}`,
    evidence: [...http.evidence, ...xmpp.evidence],
  }
  if (http.takes === 'unknown' || xmpp.takes === 'unknown')
    metric.inconclusive('One of the answers does not show what the device makes of the pair.', finding)
  else if (http.takes !== xmpp.takes) metric.fail(finding)
  else if (http.takes === right) metric.pass(finding)
  else
    metric.inconclusive('Both do the same; which pair is in force after the session is a matter of CW-SPV-02.', finding)
}
