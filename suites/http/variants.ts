import type { KnockOptions } from '../../harness/connection-request/http/requester.ts'
import { scenario } from '../../harness/scenario.ts'
import { type HttpRequest, httpRequests, isSuccess, outcomeOf } from '../../harness/timeline/http-requests.ts'
import { entriesOf, markNamed, type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { must, should } from '../../harness/verdict/metric.ts'
import { anHttpServer, needs } from '../needs.ts'
import { rests } from '../rests.ts'

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
  purpose:
    'On the connection of the challenge or a new one, with other headers, with a body: the device serves them all.',
  applies: needs(anHttpServer),
  windows: facts => [rests(facts, 5), { for: 'the sessions', ms: forms.length * (facts.timeToSessionMs ?? 0) }],
  metrics: {
    firstRequest: must('CR-GEN-13', 'The first correctly authenticated request to the device is not refused.'),
    notRejected: must('CR-GEN-13', 'At rest a correctly authenticated request is not refused, except by a rate limit.'),
    legalHeaders: must('CR-GEN-13', 'Unusual but legal headers are no reason to refuse.'),
    keptConnection: should(
      'CR-HTTP-24',
      'The authenticated request works on the connection of the challenge, unless the device closes it.',
    ),
    freshConnection: should('CR-HTTP-24', 'The authenticated request works on a new connection.'),
    bodyIgnored: should('CR-HTTP-05', 'A body in the GET is ignored.'),
  },

  async run({ bench, step, mark }) {
    mark('first-request', { status: bench.facts.firstAnswer?.status, answer: bench.facts.firstAnswer?.seq })
    for (const [label, options] of bench.facts.credentialsWork ? forms : forms.slice(0, 1))
      await step(`One request: ${label}`, async () => {
        mark('form', { label })
        const knock = await bench.knock(label, options)
        await bench.seeSessionThrough(knock)
      })
  },

  judge(timeline, verdict, property) {
    judgeFirst(timeline, verdict.firstRequest)
    judgeAtRest(outcomeAs(timeline, plain), verdict.notRejected)
    if (!entriesOf(timeline, 'mark').some(mark => mark.data?.['label'] === kept)) {
      for (const metric of [verdict.legalHeaders, verdict.freshConnection, verdict.bodyIgnored, verdict.keptConnection])
        metric.inconclusive('The device accepts no request with the credentials it was given.')
      return
    }
    judgeServed(outcomeAs(timeline, oddHeaders), verdict.legalHeaders)
    judgeServed(outcomeAs(timeline, fresh), verdict.freshConnection)
    judgeServed(outcomeAs(timeline, withBody), verdict.bodyIgnored)
    const second = outcomeAs(timeline, kept)
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

/** What the request of that form came to at last: a request that could not even be written has no label of its own. */
function outcomeAs(timeline: Timeline, label: string): HttpRequest | undefined {
  const begun = entriesOf(timeline, 'mark').find(mark => mark.name === 'form' && mark.data?.['label'] === label)
  if (!begun) return undefined
  const next = entriesOf(timeline, 'mark').find(mark => mark.name === 'form' && mark.seq > begun.seq)
  const stretch = timelineOf(timeline.entries.filter(({ seq }) => seq > begun.seq && seq < (next?.seq ?? Infinity)))
  return httpRequests(stretch).at(-1)
}

/** The very first request to the device, right after its start: the probe's. */
function judgeFirst(timeline: Timeline, metric: MetricJudge) {
  const { status, answer } = (markNamed(timeline, 'first-request')?.data ?? {}) as { status?: number; answer?: number }
  const finding = {
    expected: ['200 or 204', '503 from a rate limit'],
    actual: status === undefined ? 'no answer' : `answered with ${status}`,
    evidence: answer === undefined ? [] : [answer],
  }
  if (status === undefined || status === 401)
    metric.inconclusive('The first request was not answered, or its credentials were refused.', finding)
  else metric.check(status < 400 || status === 503, finding)
}

function judgeServed(request: HttpRequest | undefined, metric: MetricJudge) {
  if (!request) return
  const finding = { expected: ['200 or 204'], actual: outcomeOf(request), evidence: [request.seq] }
  if (request.answer?.status === 503)
    metric.inconclusive('The device refused at rest with 503; a rate limit is legal.', finding)
  else metric.check(isSuccess(request), finding)
}

/** At rest with right credentials: a 401 says that these are not in force, which is judged with the credentials. */
function judgeAtRest(request: HttpRequest | undefined, metric: MetricJudge) {
  if (request?.answer?.status === 401)
    metric.inconclusive('The credentials were refused.', { actual: outcomeOf(request), evidence: [request.seq] })
  else if (request?.answer && request.answer.status < 400)
    metric.pass({ expected: ['no refusal'], actual: outcomeOf(request), evidence: [request.seq] })
  else judgeServed(request, metric)
}
