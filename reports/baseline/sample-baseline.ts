import type { KnownFailure } from './declared-baseline.ts'
import type { EarlierRun } from '../../harness/timeline/earlier-run.ts'
import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import type { MetricOutcome } from '../../harness/verdict/metric.ts'
import { worst } from '../../harness/verdict/verdict.ts'
import { buildRunRecord } from '../build-run-record.ts'
import type { RunRecord } from '../run-record.ts'
import { sampleEvidence } from '../sample-run.ts'

/** What differs from the sample run, for tests of baselines. */
export interface BaselineSample {
  knownFailures?: readonly KnownFailure[]
  /** What the run that it is compared with broke; that run is not named without it. */
  broken?: EntryOf<'baseline'>['broken']
  /** What else is known of that run. */
  earlier?: Omit<EarlierRun, 'path' | 'startedAt'>
  /** Other outcomes of metrics, by `scenario.name`. */
  outcomes?: Record<string, Partial<MetricOutcome>>
  startedAt?: string
  repeat?: number
}

/** The sample run with a profile that has a baseline. It breaks CR-GEN-08 and CW-RET-02. */
export function sampleBaselineRun(sample: BaselineSample): RunRecord {
  const { knownFailures = [], broken, outcomes = {}, startedAt } = sample
  const evidence = sampleEvidence(sample.repeat === undefined ? {} : { repeat: sample.repeat })
  const run = { path: 'runs/before', startedAt: '2026-02-01T08:00:00.000Z', ...sample.earlier }
  const entries = evidence.entries.map((entry): Entry => {
    if (entry.type !== 'run-started') return entry
    const profile = { ...(entry.profile as object), baseline: { ...(broken ? { run: run.path } : {}), knownFailures } }
    return { ...entry, profile, wallTime: startedAt ?? entry.wallTime }
  })
  const last = entries.at(-1)
  if (broken && last) entries.push({ seq: last.seq + 1, at: last.at, type: 'baseline', run, broken })
  return buildRunRecord({
    ...evidence,
    entries,
    outcomes: evidence.outcomes.map(outcome => {
      const metrics = outcome.metrics.map(metric => ({ ...metric, ...outcomes[`${outcome.id}.${metric.name}`] }))
      return { ...outcome, metrics, verdict: worst(metrics.map(({ verdict }) => verdict)) }
    }),
  })
}

/** The two failures of the sample run, as a profile that accepts them has them. */
export const sampleKnownFailures = {
  duplicates: {
    requirement: 'CR-GEN-08',
    metric: 'http-duplicates.onlyOne',
    seen: 'two sessions; the second came 12 s after the first had ended',
    reason: 'mended in 2.5 & <later>',
    until: '2026-03-02',
  },
  retry: {
    requirement: 'CW-RET-02',
    metric: 'retry-wait.firstWait',
    seen: 'a wait of 4 s',
    reason: 'asked the vendor',
  },
} satisfies Record<string, KnownFailure>

/** Outcomes with which the sample run is without its error, its undecided metric and its warnings. */
export const sampleWithoutTroubles: Record<string, Partial<MetricOutcome>> = {
  'http-methods.onlyGet': { verdict: 'pass' },
  'http-unauthorised.noSession': { verdict: 'pass' },
  'http-unauthorised.challenge': { verdict: 'pass' },
  'http-in-session.noRetryAfter': { verdict: 'pass' },
}
