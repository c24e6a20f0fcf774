import type { ScenarioOutcome } from '../harness/scenario.ts'
import { type Limit, ours, spec } from '../harness/verdict/limit.ts'
import { type MetricJudge, metricJudge, must, should, weakMust } from '../harness/verdict/metric.ts'
import { worst } from '../harness/verdict/verdict.ts'
import type { RunEvidence } from './build-run-record.ts'
import { sampleRequirements } from './sample-requirements.ts'
import { type SampleTimeline, sampleTimeline } from './sample-timeline.ts'

const toSession = spec(30, 'TR-069 3.2.2.1')
const noFurther = ours(45, 'half as long again as the 30 s in which a session would have to come')

/**
 * A whole run with every verdict a metric can have, for tests of the reports. With `repeat` one of its scenarios is
 * played so often: the odd playings break a requirement, and the fourth is undecided in another.
 */
export function sampleEvidence(options: { clock?: 'real' | 'virtual'; repeat?: number } = {}): RunEvidence {
  const timeline = sampleTimeline()
  begin(timeline, options.clock ?? 'real')
  const outcomes = [
    single(timeline),
    ...Array.from({ length: options.repeat ?? 1 }, (_, index) => duplicates(timeline, index + 1)),
    inSession(timeline),
    unauthorised(timeline),
    methods(timeline),
    retries(timeline),
    switchedOff(timeline),
  ]
  timeline.add(200, {
    type: 'restored',
    parameters: ['Device.ManagementServer.PeriodicInformInterval'],
    notRestored: [],
  })
  timeline.add(5, { type: 'loop-delay', maxMs: 3.8, p99Ms: 1.1 })
  timeline.add(5, { type: 'run-ended', how: 'completed' })
  return {
    entries: timeline.entries,
    requirements: sampleRequirements,
    outcomes,
    provenBy: new Map([
      ['CR-GEN-04', ['http-session-late', 'http-session-never']],
      ['CR-GEN-08', ['http-duplicates-served-twice']],
    ]),
  }
}

function begin(timeline: SampleTimeline, clock: 'real' | 'virtual'): void {
  timeline.add(0, {
    type: 'run-started',
    tool: { version: '0.1.0', commit: '4f1c2ab' },
    clock,
    wallTime: '2026-03-02T08:14:05.000Z',
    node: '20.20.0',
    platform: 'linux x64',
    profile: {
      device: { name: 'ACME RG-500', firmware: '1.2.3' },
      acs: { listen: '0.0.0.0:7547', authentication: { scheme: 'digest', username: 'rg500', password: '[redacted]' } },
    },
    pid: 4711,
    ...(clock === 'virtual' ? {} : { profilePath: 'profile.yaml' }),
    ...(clock === 'virtual' ? { simulated: { faults: ['http-duplicates-served-twice'], variants: [] } } : {}),
  })
  timeline.add(4, {
    type: 'acs-listening',
    url: 'http://192.0.2.10:7547/acs',
    listen: { address: '0.0.0.0', port: 7547 },
    tls: false,
  })
  timeline.add(1, { type: 'waiting-for-device', what: 'a first Inform', timeoutMs: 300_000 })
  timeline.session(1, 1840, ['0 BOOTSTRAP', '1 BOOT'])
  timeline.add(1, {
    type: 'probed',
    probe: { dataModel: 'Device:2.11', connectionRequestUrl: 'http://192.0.2.77:30005/b7f3c1' },
  })
  for (const [scenario, windowsMs] of plan) timeline.add(0.1, { type: 'planned', scenario, applies: true, windowsMs })
  timeline.add(0.1, {
    type: 'planned',
    scenario: 'http-switched-off',
    applies: false,
    reason: 'The device has no HTTPConnectionRequestEnable.',
    wouldApplyIf: 'its data model were Device:2.11 or later',
    windowsMs: 0,
  })
}

const plan = [
  ['http-single', 32_000],
  ['http-duplicates', 45_000],
  ['http-in-session', 45_000],
  ['http-unauthorised', 45_000],
  ['http-methods', 45_000],
  ['retry-wait', 12_000],
] as const

interface Play {
  timeline: SampleTimeline
  step: <T>(text: string, work: () => T) => T
  watch: (what: string, limit: Limit, happening?: () => void) => number
}

function play(
  timeline: SampleTimeline,
  id: string,
  title: string,
  purpose: string,
  conversation: (play: Play) => Judged,
  repetition = 1,
) {
  const steps: ScenarioOutcome['steps'] = []
  const watches: ScenarioOutcome['watches'] = []
  const at = (seq: number) => timeline.entries[seq - 1]?.at ?? 0
  const from = timeline.add(800, { type: 'scenario-begun', scenario: id, title, repetition })
  const { metrics, properties = {} } = conversation({
    timeline,
    step(text, work) {
      const begun = timeline.add(1, { type: 'step-begun', text })
      const result = work()
      steps.push({ text, from: at(begun), to: at(timeline.add(1, { type: 'step-ended', text })) })
      return result
    },
    watch(what, limit, happening) {
      const begun = timeline.add(1, { type: 'watch-begun', for: what, ms: limit.ms })
      timeline.add(0, { type: 'limit-used', name: what, ...limit })
      happening?.()
      const rest = happening ? 0 : limit.ms
      const how = happening ? 'seen' : 'over'
      const to = timeline.add(rest, { type: 'watch-ended', for: what, ms: limit.ms, how })
      watches.push({ for: what, from: at(begun), to: at(to) })
      return to
    },
  })
  const to = timeline.add(1, { type: 'scenario-ended', scenario: id, how: 'completed' })
  const outcome = { id, title, purpose, repetition, metrics, properties, steps, watches, entries: { from, to } }
  return { ...outcome, verdict: worst(metrics.map(({ verdict }) => verdict)) } satisfies ScenarioOutcome
}

interface Judged {
  metrics: ScenarioOutcome['metrics']
  properties?: Record<string, string>
}

function judged(name: string, metric: ReturnType<typeof must>, judge: (verdict: MetricJudge) => void) {
  const verdict = metricJudge(name, metric)
  judge(verdict)
  return verdict.outcome()
}

function single(timeline: SampleTimeline): ScenarioOutcome {
  const purpose = 'One ordinary request to a device at rest: the plainest case there is.'
  return play(timeline, 'http-single', 'One Connection Request', purpose, ({ step }) => {
    const [, answered] = step('Send one authorised Connection Request', () => timeline.request(1))
    const opened = step('Wait for the session', () => timeline.session(2, 1203.4))
    return {
      properties: { 'answer time': '11.4 ms', 'time to session': '1.2 s', 'success status': '204' },
      metrics: [
        judged('inTime', must('CR-GEN-04', 'A session is attempted within 30 s of the success reply.'), verdict =>
          verdict.pass({
            expected: ['an attempt within 30 s'],
            actual: 'an attempt after 1.203 s',
            limit: toSession,
            measured: 1203.4,
            uncertainty: 1.2,
            evidence: [answered, opened],
          }),
        ),
        judged('event', must('CR-GEN-05', 'Its Inform lists 6 CONNECTION REQUEST.'), verdict =>
          verdict.pass({ actual: '6 CONNECTION REQUEST', evidence: [opened] }),
        ),
        judged('status', must('CR-HTTP-10', 'The reply is 200 or 204.'), verdict =>
          verdict.pass({ expected: ['200', '204'], actual: '204', evidence: [answered] }),
        ),
        judged('schema', must('CW-INF-01', 'The Inform has all arguments.'), verdict =>
          verdict.pass({ evidence: [opened] }),
        ),
      ],
    }
  })
}

function duplicates(timeline: SampleTimeline, repetition: number): ScenarioOutcome {
  const first = 100 * (repetition - 1)
  const isBroken = repetition % 2 === 1
  const purpose = 'An impatient ACS repeats itself. The device answers every request and still calls only once.'
  return play(
    timeline,
    'http-duplicates',
    'Several Connection Requests before the session',
    purpose,
    ({ step, watch }) => {
      const answers = step('Send three authorised requests in one turn', () =>
        [2, 3, 4].map(number => timeline.request(first + number, { label: `repeat ${number - 1}` })[1]),
      )
      const wanted = step('Wait for the session', () => timeline.session(first + 3, 950))
      let further = 0
      const secondSession = () => {
        further = timeline.session(first + 4, 31_200)
      }
      const over = watch('a second session', noFurther, ...(isBroken ? [secondSession] : []))
      return {
        metrics: [
          judged('answered', must('CR-GEN-07', 'Every request before the session gets 200 or 204.'), verdict =>
            repetition === 4
              ? verdict.inconclusive('The session began before the second request.', { evidence: answers })
              : verdict.pass({ expected: ['200', '204'], actual: 'three times 204', evidence: answers }),
          ),
          judged('onlyOne', must('CR-GEN-08', 'No further session follows from the repeated requests.'), verdict =>
            isBroken
              ? verdict.fail({
                  expected: ['exactly one session with 6 CONNECTION REQUEST'],
                  actual: 'two sessions; the second came 31.2 s after the first had ended',
                  limit: noFurther,
                  measured: 31_200,
                  uncertainty: 2,
                  evidence: [...answers, wanted, further],
                })
              : verdict.pass({ actual: 'one session', evidence: [wanted, over] }),
          ),
        ],
      }
    },
    repetition,
  )
}

function inSession(timeline: SampleTimeline): ScenarioOutcome {
  const purpose = 'A request while a session is running is refused, or served by one session afterwards.'
  return play(timeline, 'http-in-session', 'A Connection Request during a session', purpose, ({ step, watch }) => {
    const opened = timeline.session(5, 400)
    const [, refused] = step('Send one authorised request while the session is held', () =>
      timeline.request(5, { label: 'in session', status: 503 }),
    )
    const over = watch('a session that serves the refused request', noFurther)
    return {
      properties: { 'in a session': 'refuses with 503' },
      metrics: [
        judged('eitherOr', must('CR-GEN-10', 'It refuses and opens no session, or accepts and opens one.'), verdict =>
          verdict.pass({
            expected: ['503 and no session', '200 or 204 and one session'],
            actual: '503 and no session',
            limit: noFurther,
            evidence: [opened, refused, over],
          }),
        ),
        judged('noRetryAfter', should('CR-HTTP-14', 'The 503 has no Retry-After.'), verdict =>
          verdict.fail({
            expected: ['no Retry-After'],
            actual: 'Retry-After: 60 <img src=x onerror=alert(1)>',
            evidence: [refused],
          }),
        ),
        judged('oneLater', must('CR-GEN-10', 'An accepted request is served by exactly one session.'), verdict =>
          verdict.notAsked('The device refuses during a session.'),
        ),
      ],
    }
  })
}

function unauthorised(timeline: SampleTimeline): ScenarioOutcome {
  const purpose = 'Nobody without the right credentials can make the device call.'
  return play(timeline, 'http-unauthorised', 'Requests without the right credentials', purpose, ({ step, watch }) => {
    step('Send all wrong requests', () =>
      timeline.request(6, { label: 'wrong password', status: 503, authorised: false }),
    )
    const over = watch('any session', noFurther)
    return {
      metrics: [
        judged('noSession', must('CR-GEN-13', 'No session follows a request that was not authorised.'), verdict =>
          verdict.inconclusive(
            'The control request after the window brought no session either, so the silence proves nothing.',
            {
              expected: ['no session during the window, then one for the control request'],
              actual: 'no session at all',
              limit: noFurther,
              evidence: [over],
            },
          ),
        ),
        judged('challenge', weakMust('CR-HTTP-17', 'A 401 carries a Digest challenge.'), verdict =>
          verdict.fail({
            expected: ['401 with WWW-Authenticate: Digest'],
            actual: '503 without a challenge',
            evidence: [over],
          }),
        ),
        judged('path', should('CR-HTTP-05', 'The path is not guessable.'), verdict =>
          verdict.pass({ actual: '/b7f3c1' }),
        ),
      ],
    }
  })
}

function methods(timeline: SampleTimeline): ScenarioOutcome {
  const purpose = 'Only GET asks for a session.'
  return play(timeline, 'http-methods', 'Other methods than GET', purpose, ({ step }) => {
    const error = step('Send a POST', () =>
      timeline.add(30, {
        type: 'harness-error',
        message: 'port 7547 is taken by another program; choose another with acs.listen',
        scenario: 'http-methods',
      }),
    )
    return {
      metrics: [
        judged('onlyGet', must('CR-HTTP-06', 'POST, PUT and HEAD bring no session.'), verdict =>
          verdict.error('The request could not be sent: port 7547 is taken by another program.', { evidence: [error] }),
        ),
      ],
    }
  })
}

function retries(timeline: SampleTimeline): ScenarioOutcome {
  const purpose = 'A failed session is tried again after a wait that grows as Table 3 says.'
  return play(timeline, 'retry-wait', 'The wait before the first retry', purpose, ({ step }) => {
    const first = step('Answer the Inform with 500', () => timeline.session(6, 700))
    const second = step('Wait for the retry', () => timeline.session(7, 3120, ['2 PERIODIC']))
    return {
      metrics: [
        judged('firstWait', must('CW-RET-02', 'The first retry comes 5 to 10 s after the failure.'), verdict =>
          verdict.fail({
            expected: ['a wait from 5 s to 10 s'],
            actual: 'a wait of 3.12 s',
            limit: spec(5, 'TR-069 3.2.1.1 Table 3'),
            measured: 3120,
            uncertainty: 1.5,
            evidence: [first, second],
          }),
        ),
      ],
    }
  })
}

function switchedOff(timeline: SampleTimeline): ScenarioOutcome {
  const reason = 'The device has no HTTPConnectionRequestEnable.'
  const metric = judged('silent', must('CR-HTTP-22', 'Switched off, nobody listens.'), verdict =>
    verdict.notApplicable(reason, 'its data model were Device:2.11 or later'),
  )
  const seq = timeline.entries.length
  return {
    id: 'http-switched-off',
    title: 'HTTP Connection Requests switched off',
    purpose: 'With HTTPConnectionRequestEnable false the device does not listen.',
    repetition: 1,
    verdict: 'not-applicable',
    reason,
    metrics: [metric],
    properties: {},
    steps: [],
    watches: [],
    entries: { from: seq, to: seq },
  }
}
