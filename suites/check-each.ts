import type { Finding, MetricJudge } from '../harness/verdict/metric.ts'

/** One of several readings on which a metric rests. */
export interface Reading extends Required<Pick<Finding, 'expected' | 'actual' | 'evidence'>> {
  ok: boolean
}

/** Each reading that is wrong is a breach; where all are right, the pass tells of each. */
export function checkEach(metric: MetricJudge, readings: readonly Reading[]): void {
  const [wrong] = readings.filter(({ ok }) => !ok)
  if (wrong) {
    const { ok, ...finding } = wrong
    return metric.check(ok, finding)
  }
  metric.pass({
    expected: readings.flatMap(({ expected }) => expected),
    actual: readings.map(({ actual }) => actual).join('; '),
    evidence: readings.flatMap(({ evidence }) => evidence),
  })
}
