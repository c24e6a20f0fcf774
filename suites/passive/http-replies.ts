import { isSuccess, outcomeOf } from '../../harness/timeline/http-requests.ts'
import type { Metric } from '../../harness/verdict/metric.ts'
import { judgeRetryAfter } from '../http/in-session-answers.ts'
import { isAddressedElsewhere } from './addressed.ts'
import type { Ask, HttpAsk } from './ask.ts'
import type { Call, Capture } from './capture.ts'
import { endOf, isAtRest, sessionBefore } from './circumstances.ts'
import { lookedPast } from './limits.ts'
import type { Reading } from './reading.ts'
import { readingOf } from './scratch.ts'

/** HTTP requests by GET to the path of the ConnectionRequestURL. */
export const addressedRequests = ({ addressed }: Capture): readonly HttpAsk[] => addressed

const withDigest = ({ http }: HttpAsk) => http.sent?.credentials === 'digest'

/** CR-GEN-01: it answers. Whoever hears no answer need not be there: only an answer says something. */
export const readListening = (capture: Capture): Reading[] =>
  addressedRequests(capture)
    .filter(({ http }) => http.answer !== undefined)
    .map(({ http, evidence }) => ({
      verdict: 'pass',
      expected: ['an answer to HTTP requests on the ConnectionRequestURL'],
      actual: outcomeOf(http),
      evidence,
    }))

/** CR-HTTP-10: accepted with 200 or 204. That another 2xx accepted it, only its session tells. */
export function readStatus(capture: Capture): Reading[] {
  const brought = new Map(capture.calls.flatMap(call => call.asks.map((ask): [Ask, Call] => [ask, call])))
  const expected = ['200', '204']
  return addressedRequests(capture)
    .filter(withDigest)
    .flatMap((ask): Reading[] => {
      const { http, words: actual, evidence, outcome, repliedAt = 0 } = ask
      if (isSuccess(http)) return [{ verdict: 'pass', expected, actual, evidence }]
      if (outcome !== 'accepted') return []
      const session = brought.get(ask)?.session
      if (session !== undefined && session.attemptAt - repliedAt <= lookedPast)
        return [{ verdict: 'breach', expected, actual, evidence: [...evidence, session.seq] }]
      return [{ verdict: 'inconclusive', expected, actual, evidence, reason: `${actual}, and no session tells more.` }]
    })
}

/** CR-HTTP-12: no body. */
export const readBodies = (capture: Capture): Reading[] =>
  addressedRequests(capture).flatMap(({ http }): Reading[] => {
    const { answer } = http
    if (answer === undefined || !isSuccess(http)) return []
    const actual = `${answer.body.length} bytes of body`
    const expected = ['no body', 'a body of length 0 in any framing']
    return [{ verdict: answer.body.length === 0 ? 'pass' : 'breach', expected, actual, evidence: [answer.seq] }]
  })

/** CR-HTTP-07: an answer with qop is accepted. Whether credentials that were refused are right, nobody knows. */
export function readQop(capture: Capture): Reading[] {
  const asked = addressedRequests(capture).filter(ask => withDigest(ask) && usesQop(ask))
  const expected = ['a correct answer with the offered qop is accepted']
  const accepted = asked.filter(({ http }) => isSuccess(http))
  const refused = asked.filter(({ http }) => http.answer?.status === 401)
  if (accepted.length > 0 || refused.length === 0)
    return accepted.map(({ words: actual, evidence }) => ({ verdict: 'pass', expected, actual, evidence }))
  const reason = 'No answer with qop was accepted; whether its credentials were right is not known.'
  return refused.map(({ evidence }) => ({ verdict: 'inconclusive', expected, evidence, reason }))
}

const usesQop = ({ http }: HttpAsk) =>
  http.sent?.headers.some(([name, value]) => name.toLowerCase() === 'authorization' && /\bqop\s*=/i.test(value)) ===
  true

/** CR-GEN-07: what comes between the first success reply and its session is accepted too. */
export function readRepeated(capture: Capture): Reading[] {
  const expected = ['200 or 204 to each', '503 from a rate limit, which is legal']
  const requests = addressedRequests(capture).filter(withDigest)
  let next = 0
  return capture.calls.flatMap(({ asks, session }): Reading[] => {
    const [first] = asks.filter(({ outcome }) => outcome === 'accepted')
    if (first?.http === undefined || first.repliedAt === undefined || !isAtRest(capture, first)) return []
    const from = first.sentAt
    const until = session?.attemptAt ?? first.repliedAt + lookedPast
    while (next < requests.length && (requests[next]?.sentAt ?? 0) < from) next++
    const further: HttpAsk[] = []
    for (let at = next; at < requests.length && (requests[at]?.repliedAt ?? requests[at]?.sentAt ?? 0) < until; at++)
      if (requests[at]?.seq !== first.seq) further.push(requests[at] as HttpAsk)
    if (further.length === 0) return []
    const evidence = further.flatMap(ask => ask.evidence)
    const finding = {
      expected,
      evidence,
      actual: further
        .map(({ words }) => words)
        .slice(0, 5)
        .join('; '),
    }
    const refused = further.filter(({ http }) => !isSuccess(http) && http.answer?.status !== 503)
    if (refused.length === 0) return [{ ...finding, verdict: 'pass' }]
    const reason = 'One was not accepted; whether its credentials were right, or the way to the device, is not known.'
    return [{ ...finding, verdict: 'inconclusive', reason }]
  })
}

/** CR-HTTP-06: neither a request without credentials nor one with Basic is accepted. */
export const readUnauthenticated = (capture: Capture): Reading[] =>
  addressedRequests(capture)
    .filter(({ http }) => http.sent?.credentials !== 'digest' && http.answer !== undefined)
    .map(({ http, outcome, words, evidence }) => ({
      verdict: outcome === 'accepted' ? 'breach' : 'pass',
      expected: ['401', '503 before authentication', 'any other refusal'],
      actual: `${http.sent?.credentials === 'basic' ? 'Basic' : 'no'} credentials: ${words}`,
      evidence,
    }))

/** CR-HTTP-17: credentials that are refused with 401 are refused with a challenge. */
export const readRefusals = (capture: Capture): Reading[] =>
  addressedRequests(capture)
    .filter(withDigest)
    .flatMap(({ http: { answer }, words: actual, evidence }): Reading[] => {
      const finding = { expected: ['401 with WWW-Authenticate', '503 for a rate limit'], actual, evidence }
      const isChallenge = answer?.headers.some(([name]) => name.toLowerCase() === 'www-authenticate') === true
      if (answer?.status === 401) return [{ ...finding, verdict: isChallenge ? 'pass' : 'breach' }]
      const reason = 'It was refused with 403; whether on account of its credentials is not known.'
      return answer?.status === 403 ? [{ ...finding, verdict: 'inconclusive', reason, suspect: true }] : []
    })

/** CR-HTTP-19: a request to another path brings no session. What was turned away there is looked at by CR-GEN-15. */
export function readOtherPaths(capture: Capture): Reading[] {
  const expected = ['no session after a request to another path than that of the ConnectionRequestURL']
  return capture.calls.flatMap(({ asks, session }): Reading[] => {
    const [ask, ...others] = asks
    if (ask?.http === undefined || others.length > 0 || !isAddressedElsewhere(capture, ask.http)) return []
    if (ask.outcome !== 'accepted' || session === undefined || capture.hiddenRequests !== undefined) return []
    if (session.attemptAt - (ask.repliedAt ?? 0) > lookedPast) return []
    const actual = `${ask.words} at ${ask.http.sent?.target}, then a session`
    return [{ verdict: 'breach', expected, actual, evidence: [...ask.evidence, session.seq] }]
  })
}

/** CR-HTTP-13: a rate limit speaks by 503. That 429 means one, RFC 6585 says. */
export const readLimits = (capture: Capture): Reading[] =>
  addressedRequests(capture)
    .filter(({ http }) => http.answer?.status === 429)
    .map(({ words: actual, evidence }) => ({ verdict: 'breach', expected: ['503 for a rate limit'], actual, evidence }))

/** CR-HTTP-14: a 503 at rest has no Retry-After. */
export function readRateLimits(capture: Capture, metric: Metric): Reading[] {
  const refused = addressedRequests(capture).filter(({ http, sentAt }) => {
    const session = sessionBefore(capture, sentAt)
    return http.answer?.status === 503 && session !== undefined && sentAt > endOf(capture, session)
  })
  return refused.flatMap(({ http }) => readingOf(metric, judge => judgeRetryAfter([http], judge)))
}
