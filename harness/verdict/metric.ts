import type { Limit } from './limit.ts'
import type { Severity } from './requirement.ts'
import { type Verdict, worse } from './verdict.ts'

/** One thing a scenario judges, tied to one requirement. */
export interface Metric {
  requirement: string
  severity: Severity
  /** What is true of a conforming device, as one sentence. */
  sentence: string
}

/** A requirement whose breach is a failure. */
export const must = (requirement: string, sentence: string): Metric => ({ requirement, severity: 'must', sentence })

/** A recommendation: its breach is a warning. */
export const should = (requirement: string, sentence: string): Metric => ({ requirement, severity: 'should', sentence })

/** A MUST whose text was not at hand, or that the standard only implies: its breach is a warning. */
export const weakMust = (requirement: string, sentence: string): Metric => ({
  requirement,
  severity: 'weak-must',
  sentence,
})

/** What a verdict rests on. */
export interface Finding {
  /** Every outcome the standard allows here. */
  expected?: string[]
  /** What was seen. */
  actual?: string
  /** Numbers of the timeline entries that show it. */
  evidence?: number[]
  limit?: Limit
  /** The measured time in milliseconds that was held against the limit. */
  measured?: number
  /** How far off the measurement can be, in milliseconds. */
  uncertainty?: number
}

/** The outcome of one metric: the worst verdict it got, with the first finding of that verdict. */
export interface MetricOutcome extends Finding {
  name: string
  requirement: string
  severity: Severity
  sentence: string
  verdict: Verdict
  /** Of a failure: what else was seen in further ones, each once; the last is `moreSeen` where there was still more. */
  alsoSeen?: string[]
  /** Why, where the finding alone does not say it. */
  reason?: string
  /** What would make a not applicable metric apply. */
  wouldApplyIf?: string
}

/** The judge's handle on one metric. Verdicts only get worse; the first finding of the worst is kept. */
export interface MetricJudge {
  /** Passes when `ok`, else the metric's own severity decides between fail and warning. */
  check(ok: boolean, finding: Finding): void
  pass(finding: Finding): void
  /** A breach: `fail` for a MUST, `warning` for a SHOULD or a weakly founded MUST. */
  fail(finding: Finding): void
  warn(finding: Finding): void
  inconclusive(reason: string, finding?: Finding): void
  notApplicable(reason: string, wouldApplyIf?: string): void
  notAsked(reason: string): void
  /** We could not judge because of ourselves. */
  error(reason: string, finding?: Finding): void
}

/** The reason of a metric of which its judge said nothing. */
export const notLookedAt = 'No judge looked at this metric.'

/** Stands for what was seen besides all that is listed. */
export const moreSeen = 'and more that is not listed'
const mostSeen = 1000
const unsaid = 'a failure of which no more is said'

/** Collects what a judge says of one metric. */
export function metricJudge(name: string, metric: Metric): MetricJudge & { outcome(): MetricOutcome } {
  let kept: MetricOutcome = { name, ...metric, verdict: 'none' }
  const further = new Set<string>()
  const record = (verdict: Verdict, finding: Finding, more: { reason?: string; wouldApplyIf?: string } = {}) => {
    if (worse(kept.verdict, verdict) !== kept.verdict) kept = { name, ...metric, ...finding, ...more, verdict }
    else if (verdict === 'fail' && kept.verdict === 'fail') noteFurther(finding)
  }
  const noteFurther = ({ actual = unsaid }: Finding) => {
    if (actual !== (kept.actual ?? unsaid))
      further.add(further.size < mostSeen || further.has(actual) ? actual : moreSeen)
  }
  const outcome = (): MetricOutcome => {
    if (kept.verdict === 'none') return { ...kept, verdict: 'error', reason: notLookedAt }
    return kept.verdict === 'fail' && further.size > 0 ? { ...kept, alsoSeen: [...further] } : kept
  }
  const breach: Verdict = metric.severity === 'must' ? 'fail' : 'warning'
  return {
    check: (ok, finding) => record(ok ? 'pass' : breach, finding),
    pass: finding => record('pass', finding),
    fail: finding => record(breach, finding),
    warn: finding => record('warning', finding),
    inconclusive: (reason, finding = {}) => record('inconclusive', finding, { reason }),
    notApplicable: (reason, wouldApplyIf) =>
      record('not-applicable', {}, wouldApplyIf === undefined ? { reason } : { reason, wouldApplyIf }),
    notAsked: reason => record('not-asked', {}, { reason }),
    error: (reason, finding = {}) => record('error', finding, { reason }),
    outcome,
  }
}
