import type { Finding, MetricJudge } from '../harness/verdict/metric.ts'

/** One of several readings on which a metric rests. */
export interface Reading extends Required<Pick<Finding, 'expected' | 'actual' | 'evidence'>> {
  ok: boolean
}

/** Each reading that is wrong is a breach; where all are right, the pass tells of each. */
export function checkEach(metric: MetricJudge, readings: readonly Reading[]): void {
  const wrong = readings.filter(({ ok }) => !ok)
  for (const { ok, ...finding } of wrong) metric.check(ok, finding)
  if (wrong.length > 0) return
  metric.pass({
    expected: readings.flatMap(({ expected }) => expected),
    actual: readings.map(({ actual }) => actual).join('; '),
    evidence: readings.flatMap(({ evidence }) => evidence),
  })
}
