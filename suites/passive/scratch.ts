import { type Metric, type MetricJudge, type MetricOutcome, metricJudge } from '../../harness/verdict/metric.ts'
import { findingOf, type Reading } from './reading.ts'

/** What an ordinary judge says on one occasion, as a reading among others; nothing where it was not asked. */
export function readingOf(metric: Metric, judge: (metric: MetricJudge) => void): Reading[] {
  const scratch = metricJudge('', metric)
  judge(scratch)
  return asReading(scratch.outcome())
}

/** The same of a judge of several metrics. */
export function readingsOf(
  metrics: Readonly<Record<string, Metric>>,
  judge: (judges: Record<string, MetricJudge>) => void,
): Record<string, Reading[]> {
  const scratch = Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, metricJudge('', metric)]))
  judge(scratch)
  return Object.fromEntries(Object.entries(scratch).map(([name, one]) => [name, asReading(one.outcome())]))
}

function asReading(outcome: MetricOutcome): Reading[] {
  const { verdict, severity, reason } = outcome
  const finding = { ...findingOf(outcome), ...(reason === undefined ? {} : { reason }) }
  switch (verdict) {
    case 'pass':
    case 'inconclusive':
      return [{ ...finding, verdict }]
    case 'fail':
      return [{ ...finding, verdict: 'breach' }]
    case 'warning':
      return [{ ...finding, verdict: severity === 'must' ? 'warning' : 'breach' }]
    default:
      return []
  }
}
