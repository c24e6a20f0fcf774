import type { KnockOptions } from '../../harness/connection-request/http/requester.ts'
import { scenario } from '../../harness/scenario.ts'
import { type HttpRequest, isSuccess, outcomeOf, requestsLabelled } from '../../harness/timeline/http-requests.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { must, should } from '../../harness/verdict/metric.ts'
import { anAnsweredKnock, needs } from '../needs.ts'

const kept = 'authenticated on the connection of the challenge'
const fresh = 'authenticated on a new connection'
const withBody = 'with a body'
const oddHeaders = 'with unusual but legal headers'
const plain = 'plain request at rest'

/** Legal in any HTTP/1.1 request, and seen from no ACS. */
const unusualHeaders: [string, string][] = [
  ['User-Agent', 'ConnReq'],
  ['Accept', '*/*;q=0.5, text/plain'],
  ['Accept-Encoding', 'identity'],
  ['Cache-Control', 'no-cache'],
  ['X-Empty', ''],
  ['X-Long', 'a'.repeat(512)],
]

const forms: [label: string, options: KnockOptions][] = [
  [plain, {}],
  [kept, { socket: 'kept' }],
  [fresh, { socket: 'fresh' }],
  [oddHeaders, { headers: unusualHeaders }],
  [withBody, { body: 'ignored' }],
]

/** CR-HTTP-05, 24, CR-GEN-13: the same request in other legal forms. */
export const variants = scenario({
  id: 'http-variants',
  title: 'Other legal forms of the same request',
  purpose: 'On the connection of the challenge or a new one, with other headers, with a body: the device serves them all.',
  applies: needs(anAnsweredKnock),
  windows: facts => [{ for: 'the sessions', ms: forms.length * (facts.timeToSessionMs ?? 0) }],
  metrics: {
    notRejected: must('CR-GEN-13', 'At rest a correctly authenticated request is not refused, except by a rate limit.'),
    legalHeaders: must('CR-GEN-13', 'Unusual but legal headers are no reason to refuse.'),
    keptConnection: should('CR-HTTP-24', 'The authenticated request works on the connection of the challenge, unless the device closes it.'),
    freshConnection: should('CR-HTTP-24', 'The authenticated request works on a new connection.'),
    bodyIgnored: should('CR-HTTP-05', 'A body in the GET is ignored.'),
  },

  async run({ bench, step }) {
    for (const [label, options] of forms)
      await step(`One request: ${label}`, async () => {
        const knock = await bench.knock(label, options)
        await bench.seeSessionThrough(knock)
      })
  },

  judge(timeline, verdict, property) {
    const last = (label: string) => requestsLabelled(timeline, label).findLast(request => request.answer?.status !== 503) ?? requestsLabelled(timeline, label).at(-1)
    judgeServed(last(plain), verdict.notRejected)
    judgeServed(last(oddHeaders), verdict.legalHeaders)
    judgeServed(last(fresh), verdict.freshConnection)
    judgeServed(last(withBody), verdict.bodyIgnored)
    const second = last(kept)
    if (second?.silence?.reason === 'closed' && second.sent === undefined) {
      verdict.keptConnection.pass({
        expected: ['served on the same connection', 'the connection closed after the challenge'],
        actual: 'the device closes the connection after its challenge',
        evidence: [second.seq],
      })
      property('connection after the 401', 'closed by the device')
    } else {
      judgeServed(second, verdict.keptConnection)
      property('connection after the 401', second && isSuccess(second) ? 'kept open' : 'open, but of no use')
    }
  },
})

function judgeServed(request: HttpRequest | undefined, metric: MetricJudge) {
  if (!request) return
  const finding = { expected: ['200 or 204'], actual: outcomeOf(request), evidence: [request.seq] }
  if (request.answer?.status === 503) metric.inconclusive('The device refused at rest with 503; a rate limit is legal.', finding)
  else metric.check(isSuccess(request), finding)
}
