import { formatDuration } from '../../harness/device/duration.ts'
import { chosen } from '../../harness/limits.ts'
import { answerOf, isBusy, isResult } from '../../harness/timeline/xmpp-requests.ts'
import type { Capture } from './capture.ts'
import type { Disturbed } from './in-session.ts'
import type { Reading } from './reading.ts'

/** CR-XMPP-20: the success reply is an empty result, at once. */
export function readResults({ asks, calls }: Capture): Reading[] {
  const brought = new Map(calls.flatMap(call => (call.asks.length === 1 ? [[call.asks[0], call.session]] : [])))
  const expected = ['an iq of type result with the same id and no payload']
  return asks.flatMap((ask): Reading[] => {
    const { xmpp } = ask
    const answer = xmpp?.answer
    if (xmpp !== undefined && answer === undefined && brought.get(ask) !== undefined) {
      const reason = 'A session followed, but no answer; its stanza may be missing in the capture.'
      return [{ verdict: 'inconclusive', expected, reason, evidence: ask.evidence, suspect: true }]
    }
    if (xmpp === undefined || answer?.kind !== 'result') return []
    const evidence = [xmpp.sent.seq, answer.seq]
    const took = answer.receivedAt - answer.sentAt
    if (answer.content.length > 0)
      return [{ verdict: 'warning', expected, actual: `a result that holds ${answer.content.join(', ')}`, evidence }]
    const limit = chosen.promptReply
    if (took > limit.ms) {
      const actual = `the result took ${formatDuration(took)}`
      return [{ verdict: 'warning', expected: ['a result at once'], actual, evidence, limit, measured: took }]
    }
    return [{ verdict: 'pass', expected, actual: answerOf(xmpp), evidence }]
  })
}

/** CR-XMPP-23: a result or service-unavailable. Other errors say of credentials or senders, which nobody knows. */
export const readHeldAnswers = ({ asks }: Disturbed): Reading[] =>
  asks.flatMap(({ xmpp, evidence }): Reading[] => {
    if (xmpp === undefined || !(isResult(xmpp) || isBusy(xmpp))) return []
    const expected = ['service-unavailable during the session', 'a result, then a session after it']
    const verdict = xmpp.answer?.condition === 'resource-constraint' ? 'warning' : 'pass'
    return [{ verdict, expected, actual: answerOf(xmpp), evidence }]
  })
