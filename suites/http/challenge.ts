import { type Challenge, isDigest, parseChallenges } from '../../harness/connection-request/http/challenge.ts'
import { type MetricJudges, type NoteProperty, scenario } from '../../harness/scenario.ts'
import { type HttpRequest, httpRequests, outcomeOf } from '../../harness/timeline/http-requests.ts'
import { must } from '../../harness/verdict/metric.ts'
import { anHttpServer, needs } from '../needs.ts'
import { rests } from '../rests.ts'

const label = 'no credentials'

const metrics = {
  challenged: must(
    'CR-HTTP-06',
    'A GET without credentials gets 401 with a Digest challenge that has realm and nonce.',
  ),
  qop: must('CR-HTTP-07', 'The challenge offers qop "auth".'),
  md5: must('CR-HTTP-08', 'The challenge can be answered with MD5.'),
}

/** CR-HTTP-06, 07, 08: what the unauthenticated GET brings. */
export const challenge = scenario({
  id: 'http-challenge',
  title: 'The challenge to an unauthenticated request',
  purpose: 'A GET without credentials must be answered by a Digest challenge that an ACS can answer.',
  applies: needs(anHttpServer),
  windows: facts => [rests(facts, 1)],
  metrics,

  async run({ bench, step }) {
    await step('GET without credentials', () => bench.askAtRest(label))
  },

  judge(timeline, verdict, property) {
    const requests = httpRequests(timeline)
    const request = requests.findLast(candidate => candidate.label === label) ?? requests.at(-1)
    if (request) judgeChallenge(request, verdict, property)
  },
})

/** What a request without credentials was answered. */
export function judgeChallenge(
  request: HttpRequest,
  verdict: MetricJudges<typeof metrics>,
  property: NoteProperty,
): void {
  const evidence = [request.seq]
  if (!request.answer || request.answer.status === 503) {
    const reason = `The request brought ${outcomeOf(request)}, so no challenge was seen.`
    for (const metric of [verdict.challenged, verdict.qop, verdict.md5]) metric.inconclusive(reason, { evidence })
    return
  }
  const { challenges } = parseChallenges(request.answer.headers)
  const digests = challenges.filter(isDigest)
  const schemes = challenges.map(({ scheme }) => scheme).join(', ') || 'no scheme'
  const actual = `${outcomeOf(request)}, challenged with ${schemes}`
  const complete = digests.some(digest => digest.realm !== undefined && digest.nonce !== undefined)
  const expected = ['401 with a Digest challenge that has realm and nonce', '503 for a rate limit or during a session']
  verdict.challenged.check(request.answer.status === 401 && complete, { expected, actual, evidence })
  if (complete && digests.length < challenges.length)
    verdict.challenged.warn({
      expected: ['Digest alone'],
      actual: `${actual}: the standard names no other scheme`,
      evidence,
    })

  if (digests.length === 0) {
    verdict.qop.inconclusive('There was no Digest challenge to look at.', { evidence })
    verdict.md5.inconclusive('There was no Digest challenge to look at.', { evidence })
    return
  }
  const qops = digests.flatMap(digest => digest.qop ?? [])
  const offered = {
    expected: ['qop "auth", alone or in a list'],
    evidence,
    actual: `qop ${qops.join(', ') || 'not given'}`,
  }
  if (qops.includes('auth')) verdict.qop.pass(offered)
  else if (qops.length === 0) verdict.qop.warn(offered)
  else verdict.qop.fail(offered)

  const algorithms = digests.map(algorithmOf)
  verdict.md5.check(
    algorithms.some(name => name === 'MD5'),
    {
      expected: ['algorithm MD5', 'no algorithm, which means MD5', 'others beside MD5'],
      actual: `algorithms ${algorithms.join(', ')}`,
      evidence,
    },
  )
  property('Digest algorithms offered', algorithms.join(', '))
  property('Digest qop offered', qops.join(', ') || 'none')
}

const algorithmOf = ({ algorithm }: Challenge) => (algorithm ?? 'MD5').toUpperCase()
