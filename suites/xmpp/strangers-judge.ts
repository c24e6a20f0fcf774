import type { MetricJudges } from '../../harness/scenario.ts'
import { markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { isResult, type XmppRequest } from '../../harness/timeline/xmpp-requests.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { settingOf } from './connection-settings.ts'
import type { rejectedMetrics } from './rejected.ts'
import { evidenceOf, inWords, judgeAbsence, ofKind, type Seen, sentOf } from './rejected-seen.ts'

/** The setting of ConnReqAllowedJabberIDs before the wrong stanzas. */
export const listSetting = 'restrict ConnReqAllowedJabberIDs'

type Judges = MetricJudges<typeof rejectedMetrics>

/** CR-XMPP-17, 18, CR-GEN-14: who is heard; how those are refused who are not; and that a refusal is one. */
export function judgeStrangers(
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
  const sessionsAfter = (those: XmppRequest[]) =>
    [...new Set(those.map(({ label }) => label))].flatMap(label => seen.guilty.get(label)?.sessions ?? [])

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
