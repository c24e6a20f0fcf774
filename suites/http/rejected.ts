import { chosen } from '../../harness/limits.ts'
import { type MetricJudges, scenario } from '../../harness/scenario.ts'
import { type HttpRequest, httpRequests, outcomeOf } from '../../harness/timeline/http-requests.ts'
import { connectionRequestSessions } from '../../harness/timeline/sessions.ts'
import { type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import { must, weakMust } from '../../harness/verdict/metric.ts'
import { aSessionOnAnyRequest, needs } from '../needs.ts'
import { judgedControl } from '../positive-control.ts'
import { wrongRequests } from './wrong-requests.ts'
import { rests } from '../rests.ts'
import { guiltyLabels, keepSharedWindow } from '../shared-window.ts'

const metrics = {
  noSession: must('CR-GEN-15', 'No request with missing or wrong credentials leads to a session.'),
  otherMethods: must(
    'CR-HTTP-01',
    'No unauthenticated request of another form than an HTTP/1.1 GET leads to a session.',
  ),
  digestOnly: must('CR-HTTP-06', 'Neither missing nor Basic credentials are accepted.'),
  challenged: must('CR-HTTP-17', 'Wrong credentials are answered by 401 with a challenge.'),
  otherPath: weakMust(
    'CR-HTTP-19',
    'A request to another path than that of the ConnectionRequestURL leads to no session.',
  ),
}

/** CR-GEN-15, CR-HTTP-01, 06, 17, 19: one window for all wrong requests, narrowed down when a session appears. */
export const rejected = scenario({
  id: 'http-rejected',
  title: 'Requests that must not cause a session',
  purpose:
    'Missing, wrong, empty and Basic credentials, a wrong nonce, uri or response, another path and other methods share one window in which no session may come.',
  applies: needs(aSessionOnAnyRequest),
  windows: facts => [
    rests(facts, 1),
    { for: 'a session after wrong requests', ms: chosen.watch(facts).ms },
    { for: 'the session of the positive control', ms: facts.timeToSessionMs ?? 0 },
  ],
  metrics,

  async run(conversation) {
    const { bench, step } = conversation
    await keepSharedWindow(conversation, wrongRequests, { window: 'a session after wrong requests', wasAccepted })
    await step('An ordinary request must still bring a session', () => bench.positiveControl())
  },

  judge(timeline, verdict, property) {
    const control = judgedControl(timeline)
    const sessions = connectionRequestSessions(control.before)
    const named = guiltyLabels(control.before)
    const shown = (label: string) => {
      const { stretch, sessions: brought } = named.get(label) ?? { stretch: timelineOf([]), sessions: [] }
      const sent = httpRequests(stretch).filter(request => request.label === label)
      return [...sent.map(({ seq }) => seq), ...brought]
    }
    for (const [metric, rule] of [
      [verdict.noSession, 'CR-GEN-15'],
      [verdict.otherMethods, 'CR-HTTP-01'],
      [verdict.otherPath, 'CR-HTTP-19'],
    ] as const) {
      const suspects = wrongRequests.filter(({ breaks }) => breaks === rule)
      const culprits = suspects.filter(({ label }) => named.has(label))
      const expected = [`no session with 6 CONNECTION REQUEST after: ${suspects.map(({ label }) => label).join(', ')}`]
      if (culprits.length > 0)
        metric.fail({
          expected,
          actual: `a session came after: ${culprits.map(({ label }) => label).join(', ')}`,
          evidence: culprits.flatMap(({ label }) => shown(label)),
        })
      else if (sessions.length > 0 && named.size === 0)
        metric.inconclusive('A session came, but no wrong request brought one when it was sent alone.', {
          expected,
          evidence: sessions.map(({ seq }) => seq),
        })
      else if (!control.passed) metric.inconclusive(control.reason, { expected, evidence: control.evidence })
      else if (suspects.every(({ label }) => allRefusedForRate(control.before, label)))
        metric.inconclusive('Each of these requests got 503, so the device did not look at them.', { expected })
      else metric.pass({ expected, actual: `no session in the window; ${control.reason}`, evidence: control.evidence })
    }
    judgeDigestOnly(timeline, verdict)
    judgeChallenges(timeline, verdict, property)
  },
})

/** Every request with that label got 503, before or after its challenge. */
function allRefusedForRate(timeline: Timeline, label: string): boolean {
  const requests = httpRequests(timeline).filter(request => request.label === label && !isFirstLegAnswered(request))
  return requests.length > 0 && requests.every(request => request.answer?.status === 503)
}

/** The challenge to the first leg of a request that then went on with credentials. */
const isFirstLegAnswered = (request: HttpRequest) => isFirstLeg(request) && request.answer?.status === 401

const wasAccepted = (timeline: Timeline, label: string) =>
  httpRequests(timeline).some(
    request => request.label === label && request.answer !== undefined && request.answer.status < 300,
  )

function judgeDigestOnly(timeline: Timeline, { digestOnly }: MetricJudges<typeof metrics>) {
  const requests = httpRequests(timeline).filter(
    ({ label }) => label === 'no credentials' || label === 'Basic credentials',
  )
  if (requests.length === 0) return
  const accepted = requests.filter(request => request.answer && request.answer.status < 300)
  digestOnly.check(accepted.length === 0, {
    expected: ['401', '503 before authentication', 'any other refusal'],
    actual: (accepted.length > 0 ? accepted : requests)
      .map(request => `${request.label}: ${outcomeOf(request)}`)
      .join('; '),
    evidence: (accepted.length > 0 ? accepted : requests).map(({ seq }) => seq),
  })
}

function judgeChallenges(
  timeline: Timeline,
  { challenged }: MetricJudges<typeof metrics>,
  property: (name: string, value: string) => void,
) {
  const wanted = wrongRequests.filter(({ wantsChallenge }) => wantsChallenge).map(({ label }) => label)
  const expected = ['401 with WWW-Authenticate', '503 for a rate limit']
  const answers = new Map<string, string>()
  for (const request of httpRequests(timeline)) {
    if (!wanted.includes(request.label) || isFirstLeg(request)) continue
    const finding = { expected, actual: `${request.label}: ${outcomeOf(request)}`, evidence: [request.seq] }
    answers.set(request.label, outcomeOf(request))
    const status = request.answer?.status
    if (status === 503) continue
    if (status !== undefined && status < 300) challenged.fail(finding)
    else if (status !== 401) challenged.warn(finding)
    else
      challenged.check(
        request.answer?.headers.some(([name]) => name.toLowerCase() === 'www-authenticate') === true,
        finding,
      )
  }
  if ([...answers.values()].every(answer => answer.startsWith('503')))
    challenged.inconclusive('No wrong request got an answer other than 503.', { expected })
  const summary = [...new Set(answers.values())].join(', ')
  if (summary !== '') property('answer to wrong credentials', summary)
}

/** The unauthenticated leg of a request that then went on with credentials. */
const isFirstLeg = (request: { label: string; sent: { credentials: string } | undefined }) =>
  request.sent?.credentials === 'none' && request.label !== 'no credentials' && request.label !== 'Basic credentials'
