import type { Finding, MetricJudge } from '../../harness/verdict/metric.ts'

/** What one occasion in a capture says of a metric. */
export interface Reading extends Finding {
  verdict: 'pass' | 'breach' | 'warning' | 'inconclusive'
  /** Why it is inconclusive. */
  reason?: string
  /** It is inconclusive, but looks like a breach: then others that are right do not make the metric pass. */
  suspect?: true
}

/** How many entries a finding over many occasions cites at most. */
const mostEvidence = 20

/**
 * Says of a metric what all its occasions say: the worst, with the evidence of its first, and on how many of them it
 * rests. An occasion that could not be decided takes nothing from one that could: the traffic of others leaves many
 * of that kind. Without any the metric keeps what it had.
 */
export function judgeReadings(metric: MetricJudge, readings: readonly Reading[]): void {
  const withVerdict = (verdict: Reading['verdict']) => readings.filter(reading => reading.verdict === verdict)
  const [breaches, warnings, passes] = [withVerdict('breach'), withVerdict('warning'), withVerdict('pass')]
  const decided = breaches.length + warnings.length + passes.length
  const suspects = breaches.length > 0 ? [] : readings.filter(({ suspect }) => suspect)
  const [first] = [breaches, suspects, warnings, passes].find(({ length }) => length > 0) ?? []
  if (first === undefined) {
    const [open] = readings
    if (open !== undefined) metric.inconclusive(open.reason ?? 'It could not be decided.', citing(open))
    return
  }
  const finding = { ...citing(first), actual: counted(first.actual, { readings, decided, first }) }
  if (breaches.length > 0) {
    metric.fail(finding)
    for (const breach of breaches) if (breach.actual !== first.actual) metric.fail(citing(breach))
  } else if (suspects.length > 0) metric.inconclusive(first.reason ?? 'It could not be decided.', finding)
  else if (warnings.length > 0) metric.warn(finding)
  else metric.pass(finding)
}

/**
 * Keeps breaches only where there are several and no occasion shows it right. What a network, a lost packet or another
 * cause can bring about once, makes a device's rule when it happens each time.
 */
export function unlessOnce(readings: readonly Reading[], reason: string): Reading[] {
  const breaches = readings.filter(({ verdict }) => verdict === 'breach').length
  if (breaches > 1 && !readings.some(({ verdict }) => verdict === 'pass')) return [...readings]
  return readings.map(
    (reading): Reading =>
      reading.verdict === 'breach' ? { ...reading, verdict: 'inconclusive', reason, suspect: true } : reading,
  )
}

const partsOfFinding = ['expected', 'actual', 'evidence', 'limit', 'measured', 'uncertainty'] as const

/** What a verdict rests on, without the verdict. */
export const findingOf = (of: Finding): Finding =>
  Object.fromEntries(partsOfFinding.flatMap(part => (of[part] === undefined ? [] : [[part, of[part]]])))

function citing(reading: Reading): Finding {
  const finding = findingOf(reading)
  return finding.evidence === undefined ? finding : { ...finding, evidence: finding.evidence.slice(0, mostEvidence) }
}

function counted(
  actual: string | undefined,
  { readings, decided, first }: { readings: readonly Reading[]; decided: number; first: Reading },
): string {
  const alike = readings.filter(({ verdict }) => verdict === first.verdict).length
  const open = readings.length - decided
  const parts = [
    ...(actual === undefined ? [] : [actual]),
    ...(decided > 1 && first.verdict !== 'inconclusive'
      ? [`so ${alike} times of ${decided}${alike > 1 ? ', this one being the first' : ''}`]
      : []),
    ...(open > 0 ? [`${open} more could not be decided`] : []),
  ]
  return parts.join('; ')
}
