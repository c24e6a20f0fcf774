import { chosen } from '../../harness/limits.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { type HttpRequest, httpRequests, outcomeOf } from '../../harness/timeline/http-requests.ts'
import { connectionRequestSessions } from '../../harness/timeline/sessions.ts'
import { between, entriesOf, type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import { must, weakMust } from '../../harness/verdict/metric.ts'
import { aSessionOnAnyRequest, needs } from '../needs.ts'
import { judgedControl } from '../positive-control.ts'
import { type WrongRequest, wrongRequests } from './wrong-requests.ts'
import { rests } from '../rests.ts'

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
    const guilty = await step(`Send ${wrongRequests.length} wrong requests and watch once for all`, () =>
      play(conversation, wrongRequests),
    )
    if (guilty)
      await step('A session came: send each suspect with a window of its own', () =>
        narrowDown(conversation, wrongRequests),
      )
    await step('An ordinary request must still bring a session', () => bench.positiveControl())
  },

  judge(timeline, verdict, property) {
    const control = judgedControl(timeline)
    const sessions = connectionRequestSessions(control.before)
    const named = guiltyLabels(control.before)
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
          evidence: culprits.flatMap(({ label }) => named.get(label) ?? []),
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

const windowName = 'a session after wrong requests'

/** Sends the requests one after another and keeps one window. @returns whether a session came */
async function play(conversation: Conversation, requests: readonly WrongRequest[]): Promise<boolean> {
  const { bench, watch, mark } = conversation
  await bench.rest()
  const labels = requests.map(({ label }) => label)
  mark('wrong-begun', { labels })
  const since = bench.timeline.lastSeq
  for (const request of requests) await request.send(bench)
  const after = (timeline: Timeline) =>
    connectionRequestSessions(timelineOf(timeline.entries.filter(({ seq }) => seq > since))).length > 0
  const seen = await watch(windowName, chosen.watch(bench.facts), after)
  mark('wrong-done', { labels, seen: seen === 'seen' })
  if (seen === 'seen') await bench.rest()
  return seen === 'seen'
}

/** Halves the suspects until each guilty one stands alone: innocent groups cost one window, not one each. */
async function narrowDown(conversation: Conversation, suspects: readonly WrongRequest[]): Promise<void> {
  if (suspects.length === 1) return
  const accepted = suspects.filter(({ label }) => wasAccepted(conversation.soFar(), label))
  const rest = suspects.filter(suspect => !accepted.includes(suspect))
  const groups = accepted.length > 0 && rest.length > 0 ? [...accepted.map(one => [one]), rest] : halves(suspects)
  for (const group of groups) if (await play(conversation, group)) await narrowDown(conversation, group)
}

const halves = <T>(items: readonly T[]) => [items.slice(0, items.length >> 1), items.slice(items.length >> 1)]

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

/** Labels that brought a session when they were sent alone, with the entries that show it. */
function guiltyLabels(timeline: Timeline): Map<string, number[]> {
  const guilty = new Map<string, number[]>()
  let rest = timeline
  for (const done of entriesOf(timeline, 'mark').filter(mark => mark.name === 'wrong-done')) {
    const stretch = between(rest, 'wrong-begun', 'wrong-done')
    rest = timelineOf(timeline.entries.filter(({ seq }) => seq > done.seq))
    const labels = done.data?.['labels'] as string[]
    const [label] = labels
    if (labels.length !== 1 || label === undefined || done.data?.['seen'] !== true) continue
    const sent = httpRequests(stretch).filter(request => request.label === label)
    guilty.set(label, [...sent.map(({ seq }) => seq), ...connectionRequestSessions(stretch).map(({ seq }) => seq)])
  }
  return guilty
}

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
