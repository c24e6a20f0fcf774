import type { MetricOutcome } from '../../harness/verdict/metric.ts'
import { worst } from '../../harness/verdict/verdict.ts'
import { buildRunRecord } from '../build-run-record.ts'
import type { RunRecord } from '../run-record.ts'
import { sampleEvidence } from '../sample-run.ts'

/** What a metric of the sample run shall have said, by `scenario.name`. */
export type Outcomes = Record<string, Partial<MetricOutcome>>

/** The sample run with other outcomes, and without the scenarios in `without`; for tests of comparisons. */
export function sampleRun(outcomes: Outcomes = {}, without: readonly string[] = []): RunRecord {
  const evidence = sampleEvidence()
  return buildRunRecord({
    ...evidence,
    outcomes: evidence.outcomes
      .filter(({ id }) => !without.includes(id))
      .map(outcome => {
        const metrics = outcome.metrics.map(metric => changed(metric, outcomes[`${outcome.id}.${metric.name}`]))
        return { ...outcome, metrics, verdict: worst(metrics.map(({ verdict }) => verdict)) }
      }),
  })
}

/** Another verdict leaves nothing of the finding that the old one rested on. */
function changed(metric: MetricOutcome, outcome: Partial<MetricOutcome> = {}): MetricOutcome {
  if (outcome.verdict === undefined) return { ...metric, ...outcome }
  const { name, requirement, severity, sentence, verdict } = metric
  return { name, requirement, severity, sentence, verdict, ...outcome }
}

/** Two runs of one device with another firmware, that differ in everything that can be told. */
export function sampleRuns(): { before: RunRecord; after: RunRecord } {
  const before = sampleRun(
    { 'http-single.status': { verdict: 'fail', expected: ['200', '204'], actual: '202 Accepted', evidence: [33] } },
    ['http-switched-off'],
  )
  const after = sampleRun(
    {
      'http-single.inTime': { measured: 4810.2, uncertainty: 1.2 },
      'http-duplicates.onlyOne': { verdict: 'pass', actual: 'exactly one session with 6 CONNECTION REQUEST' },
      'http-in-session.eitherOr': {
        verdict: 'fail',
        actual: '503, and a session 2.1 s after the running one',
        evidence: [71, 74, 80],
      },
      'http-in-session.noRetryAfter': { verdict: 'pass', actual: 'no Retry-After' },
      'http-unauthorised.noSession': { verdict: 'pass', actual: 'no session during the window' },
      'http-unauthorised.path': { verdict: 'warning', actual: '/cr' },
      'http-single.event': { verdict: 'inconclusive', reason: 'The session could not be told from a periodic one.' },
    },
    ['retry-wait'],
  )
  const [single] = after.scenarios
  if (single) single.properties['success status'] = '200'
  return {
    before,
    after: {
      ...after,
      tool: { version: '0.2.0' },
      startedAt: '2026-04-01T09:00:00.000Z',
      device: { ...after.device, firmware: '1.3.0' },
      profile: { device: { name: 'ACME RG-500', firmware: '1.3.0' }, acs: { listen: '0.0.0.0:7548' } },
    },
  }
}
