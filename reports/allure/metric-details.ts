import { Status, type StatusDetails } from 'allure-js-commons'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import type { Verdict } from '../../harness/verdict/verdict.ts'
import { alsoSeenText } from '../baseline/broken-metrics.ts'
import { markText } from '../baseline/known-failures.ts'
import { measurementText } from '../measurement.ts'
import type { MetricRecord } from '../run-record.ts'

/** Allure's word for a verdict. */
export const allureStatus: Record<Verdict, Status> = {
  pass: Status.PASSED,
  warning: Status.PASSED,
  fail: Status.FAILED,
  error: Status.BROKEN,
  inconclusive: Status.SKIPPED,
  'not-asked': Status.SKIPPED,
  'not-applicable': Status.SKIPPED,
  none: Status.SKIPPED,
}

/** What is said of a metric that was not simply kept: in one line, and with all there is. */
export function statusDetails(metric: MetricRecord): StatusDetails {
  const { verdict, reason, actual, known } = metric
  if (verdict === 'pass') return {}
  const seen = reason ?? actual ?? ''
  const message = known === undefined ? messages[verdict](seen) : `Known failure, ${markText(known)}\n${seen}`
  return { message: visibleLines(message), trace: visibleLines(detailLines(metric).join('\n')) }
}

const plain = (seen: string) => seen

const messages: Record<Verdict, (seen: string) => string> = {
  pass: plain,
  fail: plain,
  error: seen => `Error of ours: ${seen}`,
  warning: seen => `Warning: ${seen}`,
  inconclusive: seen => `could not be decided: ${seen}`,
  'not-asked': plain,
  'not-applicable': plain,
  none: plain,
}

function detailLines(metric: MetricRecord): string[] {
  const { requirement, sentence, expected = [], actual, reason, evidence = [] } = metric
  const measurement = measurementText(metric)
  return [
    `${requirement}: ${sentence}`,
    ...expected.map((text, index) => `${index === 0 ? 'expected' : '      or'}: ${text}`),
    ...(actual === undefined ? [] : [`  actual: ${actual}`]),
    ...(metric.alsoSeen === undefined ? [] : [`also seen: ${alsoSeenText(metric)}`]),
    ...(reason === undefined ? [] : [`  reason: ${reason}`]),
    ...(measurement === undefined ? [] : [`measured: ${measurement}`]),
    ...(evidence.length === 0 ? [] : [`evidence: timeline entries ${evidence.join(', ')}`]),
  ]
}

const visibleLines = (text: string) => text.split('\n').map(visibleText).join('\n')
