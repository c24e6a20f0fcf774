import type { MetricJudges, NoteProperty } from '../../harness/scenario.ts'
import { connectionRequestSessions, type Session } from '../../harness/timeline/sessions.ts'
import { markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { answerOf, isBusy, isResult, type XmppRequest, xmppRequests } from '../../harness/timeline/xmpp-requests.ts'
import type { Finding, MetricJudge } from '../../harness/verdict/metric.ts'
import { type Control, judgedControl } from '../positive-control.ts'
import { guiltyLabels } from '../shared-window.ts'
import { judgeAnswered, reachedDevice } from './answers.ts'
import { settingOf } from './connection-settings.ts'
import type { rejectedMetrics } from './rejected.ts'
import { type WrongStanza, wrongStanzas } from './wrong-stanzas.ts'

/** The setting of ConnReqAllowedJabberIDs before the wrong stanzas. */
export const listSetting = 'restrict ConnReqAllowedJabberIDs'

type Judges = MetricJudges<typeof rejectedMetrics>

/** What the stanzas brought. */
interface Seen {
  control: Control
  /** All that reached the device, from the first round to the last. */
  requests: XmppRequest[]
  /** Sessions with event 6 in the windows. */
  sessions: Session[]
  /** Labels that brought a session alone, with that round's request and sessions. */
  guilty: Map<string, { request: XmppRequest | undefined; sessions: number[] }>
}

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

function whatWasSeen(timeline: Timeline): Seen {
  const control = judgedControl(timeline)
  const guilty = [...guiltyLabels(control.before)].map(
    ([label, { stretch, sessions }]) =>
      [label, { request: xmppRequests(stretch).find(request => request.label === label), sessions }] as const,
  )
  return {
    control,
    requests: xmppRequests(control.before).filter(reachedDevice),
    sessions: connectionRequestSessions(windowsOf(control.before)),
    guilty: new Map(guilty),
  }
}

/** From the first window on: what came before is the session in which the list was set. */
const windowsOf = (timeline: Timeline): Timeline => {
  const begun = timeline.entries.findIndex(entry => entry.type === 'mark' && entry.name === 'wrong-begun')
  return { entries: begun < 0 ? [] : timeline.entries.slice(begun) }
}

const breaking = (rule: WrongStanza['breaks']) => wrongStanzas.filter(({ breaks }) => breaks === rule)
const ofKind = (kind: WrongStanza['kind']) => wrongStanzas.filter(stanza => stanza.kind === kind)

const sentOf = ({ requests }: Seen, stanzas: readonly WrongStanza[]) =>
  requests.filter(({ label }) => stanzas.some(stanza => stanza.label === label))

const evidenceOf = (requests: readonly XmppRequest[]) =>
  requests.flatMap(({ sent, seq }) => (seq === sent.seq ? [seq] : [sent.seq, seq]))

const inWords = (requests: readonly XmppRequest[]) =>
  requests.map(request => `${request.label}: ${answerOf(request)}`).join('; ')

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

/** Silence counts where the stanzas reached the device, it looked at them, and an ordinary request is still heard. */
function judgeAbsence(seen: Seen, stanzas: readonly WrongStanza[], metric: MetricJudge, finding: Finding): void {
  const { sessions, guilty, control } = seen
  const sent = sentOf(seen, stanzas)
  if (sent.length === 0) return metric.inconclusive('None of these stanzas reached the device.', finding)
  if (sessions.length > 0 && guilty.size === 0)
    return metric.inconclusive('A session came, but no wrong stanza brought one when it was sent alone.', {
      ...finding,
      evidence: sessions.map(({ seq }) => seq),
    })
  if (!control.passed) return metric.inconclusive(control.reason, { ...finding, evidence: control.evidence })
  if (refusedAll(seen))
    return metric.inconclusive('Whatever was asked was refused for now, so the device did not look at it.', {
      ...finding,
      evidence: evidenceOf(sent),
    })
  metric.pass({ ...finding, actual: `no session in the window; ${control.reason}`, evidence: control.evidence })
}

/** Everything that was answered was refused for now, wrong credentials too: so may a rate limit do. */
function refusedAll({ requests }: Seen): boolean {
  const answered = requests.filter(({ answer }) => answer !== undefined)
  return answered.length > 0 && answered.every(isBusy)
}

/** CR-XMPP-17, 18, CR-GEN-14: who is heard; how those are refused who are not; and that a refusal is one. */
function judgeStrangers(
  timeline: Timeline,
  seen: Seen,
  { strangersUnheard, strangersRefused, strangersNoSession }: Judges,
): void {
  const reason = whyNoStrangers(timeline)
  if (reason !== undefined) {
    for (const metric of [strangersUnheard, strangersRefused, strangersNoSession]) metric.inconclusive(reason)
    return
  }
  const stanzas = ofKind('sender not on the list')
  const requests = sentOf(seen, stanzas)
  const alone = requests.filter(request => seen.guilty.get(request.label)?.request?.sent.seq === request.sent.seq)
  const heard = requests.filter(
    request => isResult(request) || (alone.includes(request) && request.answer === undefined),
  )
  const refused = requests.filter(request => request.answer?.kind === 'error')
  const brought = alone.filter(request => refused.includes(request))
  const sessionsAfter = (those: XmppRequest[]) => those.flatMap(({ label }) => seen.guilty.get(label)?.sessions ?? [])

  const nobody = { expected: ['only senders that the list covers are heard'] }
  const later = settingOf(timeline, listSetting)?.status === 1
  if (heard.length > 0 && later)
    strangersUnheard.inconclusive('The device answered status 1 to the list: it applies it later.', nobody)
  else if (heard.length > 0)
    strangersUnheard.fail({
      ...nobody,
      actual: inWords(heard),
      evidence: [...evidenceOf(heard), ...sessionsAfter(heard)],
    })
  else judgeAbsence(seen, stanzas, strangersUnheard, nobody)

  judgeRefusals(requests, brought, strangersRefused)
  const none = { expected: ['no session with 6 CONNECTION REQUEST after a refusal'] }
  if (brought.length > 0)
    strangersNoSession.fail({
      ...none,
      actual: `${inWords(brought)}, then a session`,
      evidence: [...evidenceOf(brought), ...sessionsAfter(brought)],
    })
  else if (requests.length > 0 && refused.length === 0)
    strangersNoSession.notAsked('The device refused no such sender.')
  else judgeAbsence(seen, stanzas, strangersNoSession, none)
}

function whyNoStrangers(timeline: Timeline): string | undefined {
  if (markNamed(timeline, 'no-list')) return 'The device has no ConnReqAllowedJabberIDs.'
  const setting = settingOf(timeline, listSetting)
  return setting?.fault === undefined ? undefined : `The device did not take the list: ${setting.fault}`
}

function judgeRefusals(requests: XmppRequest[], brought: XmppRequest[], metric: MetricJudge): void {
  const expected = ['an error with the condition service-unavailable, and no session']
  for (const request of requests) {
    if (isResult(request)) continue
    const finding = { expected, actual: inWords([request]), evidence: evidenceOf([request]) }
    if (request.answer) metric.check(request.answer.condition === 'service-unavailable', finding)
    else if (request.silence) metric.fail(finding)
  }
  if (brought.length > 0)
    metric.fail({ expected, actual: `${inWords(brought)}, then a session`, evidence: evidenceOf(brought) })
  if (requests.length === 0) metric.inconclusive('No such stanza reached the device.', { expected })
  else if (requests.every(isResult))
    metric.fail({ expected, actual: inWords(requests), evidence: evidenceOf(requests) })
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
