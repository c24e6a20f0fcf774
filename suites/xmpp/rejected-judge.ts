import type { MetricJudges, NoteProperty } from '../../harness/scenario.ts'
import type { Timeline } from '../../harness/timeline/timeline.ts'
import { answerOf, isBusy } from '../../harness/timeline/xmpp-requests.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { judgeAnswered } from './answers.ts'
import type { rejectedMetrics } from './rejected.ts'
import { evidenceOf, inWords, judgeAbsence, ofKind, type Seen, sentOf, whatWasSeen } from './rejected-seen.ts'
import { judgeStrangers } from './strangers-judge.ts'
import { type WrongStanza, wrongStanzas } from './wrong-stanzas.ts'

type Judges = MetricJudges<typeof rejectedMetrics>

/** Judges xmpp-rejected. */
export function judgeRejected(timeline: Timeline, verdict: Judges, property: NoteProperty): void {
  const seen = whatWasSeen(timeline)
  judgeSessions(seen, breaking('CR-XMPP-26'), verdict.otherForms)
  judgeSessions(seen, breaking('CR-GEN-15'), verdict.noSession)
  judgeSessions(seen, breaking('CR-XMPP-22'), verdict.malformed)
  judgeStrangers(timeline, seen, verdict)
  judgeWrongCredentials(seen, verdict.notAuthorized)
  judgeAnswered(timeline, sentOf(seen, wrongStanzas), verdict.answered)
  noteAnswers(seen, 'wrong credentials', 'answer to wrong credentials over XMPP', property)
  noteAnswers(seen, 'sender not on the list', 'answer to senders that are not on the list', property)
}

const breaking = (rule: WrongStanza['breaks']) => wrongStanzas.filter(({ breaks }) => breaks === rule)
/** No session after any of these stanzas. */
function judgeSessions(seen: Seen, stanzas: readonly WrongStanza[], metric: MetricJudge): void {
  const expected = [`no session with 6 CONNECTION REQUEST after: ${stanzas.map(({ label }) => label).join(', ')}`]
  const culprits = stanzas.filter(({ label }) => seen.guilty.has(label))
  for (const { label, concluded } of culprits) {
    const { request, sessions } = seen.guilty.get(label) ?? { request: undefined, sessions: [] }
    const evidence = [...(request ? evidenceOf([request]) : []), ...sessions]
    metric[concluded ? 'warn' : 'fail']({ expected, actual: `a session came after: ${label}`, evidence })
  }
  if (culprits.length === 0) judgeAbsence(seen, stanzas, metric, { expected })
}

/** CR-XMPP-21: a misspelled condition is none; a rate limit may come before the look at the credentials. */
function judgeWrongCredentials(seen: Seen, metric: MetricJudge): void {
  const stanzas = ofKind('wrong credentials')
  const expected = ['an error with the condition not-authorized, and no session']
  let judged = 0
  for (const request of sentOf(seen, stanzas)) {
    const { answer } = request
    const finding = { expected, actual: inWords([request]), evidence: evidenceOf([request]) }
    if (isBusy(request)) continue
    judged++
    if (answer === undefined) metric.warn(finding)
    else if (answer.kind === 'result' || answer.conditionDefined !== true) metric.fail(finding)
    else if (answer.condition === 'not-authorized') metric.pass(finding)
    else metric.warn(finding)
  }
  for (const { label } of stanzas) {
    const { request, sessions } = seen.guilty.get(label) ?? {}
    if (request === undefined || sessions === undefined) continue
    const evidence = [...evidenceOf([request]), ...sessions]
    metric.fail({ expected, actual: `${inWords([request])}, then a session`, evidence })
  }
  if (judged === 0)
    metric.inconclusive('No wrong credentials got an answer other than a refusal for now.', { expected })
}

function noteAnswers(seen: Seen, kind: WrongStanza['kind'], name: string, property: NoteProperty): void {
  const answers = [...new Set(sentOf(seen, ofKind(kind)).map(answerOf))]
  if (answers.length > 0) property(name, answers.join(', '))
}
