import type { TestContext } from 'vitest'
import type { MetricOutcome } from '../harness/verdict/metric.ts'

/** A requirement was broken, or could not be judged because of us. Its text is all there is to say: no stack. */
export class MetricNotKept extends Error {
  override readonly name = 'MetricNotKept'

  constructor(outcome: MetricOutcome) {
    super(describeMetric(outcome))
    this.stack = this.message
  }
}

/**
 * Says a metric's verdict in Vitest's words: `fail` and `error` fail the test, what was not decided or not asked is
 * skipped with its reason, a warning passes with an annotation.
 * @throws MetricNotKept
 */
export async function sayVerdict(context: TestContext, outcome: MetricOutcome): Promise<void> {
  switch (outcome.verdict) {
    case 'pass':
      return
    case 'warning':
      await context.annotate(describeMetric(outcome), 'warning')
      return
    case 'inconclusive':
      return context.skip(`could not be decided: ${outcome.reason ?? outcome.actual ?? ''}`)
    case 'not-applicable':
    case 'not-asked':
      return context.skip(outcome.reason ?? outcome.verdict)
    default:
      throw new MetricNotKept(outcome)
  }
}

/** The finding in lines: requirement, expected, actual, reason, evidence. */
export function describeMetric(outcome: MetricOutcome): string {
  const { requirement, sentence, expected = [], actual, reason, evidence = [] } = outcome
  return [
    `${requirement}: ${sentence}`,
    ...expected.map((text, index) => `${index === 0 ? 'expected' : '      or'}: ${text}`),
    ...(actual === undefined ? [] : [`  actual: ${actual}`]),
    ...(reason === undefined ? [] : [`  reason: ${reason}`]),
    ...(evidence.length === 0 ? [] : [`evidence: timeline entries ${evidence.join(', ')}`]),
  ].join('\n')
}
