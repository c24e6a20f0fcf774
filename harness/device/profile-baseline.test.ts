import { expect, test } from 'vitest'
import { parseProfile } from './read-profile.ts'

const problemOf = (text: string) => {
  try {
    parseProfile(`baseline:\n  knownFailures:\n    - ${text}\n`, 'lab.yaml')
    return 'accepted'
  } catch (error) {
    return (error as Error).message
  }
}

test('a known failure needs its requirement and a reason; the date, the metric and what it shows may be left out', () => {
  const { baseline } = parseProfile(
    'baseline: { run: runs/a, knownFailures: [ { requirement: CR-GEN-08, reason: mended in 2.5, until: 2027-01-31 } ] }',
    'lab.yaml',
  )
  const failure = { requirement: 'CR-GEN-08', reason: 'mended in 2.5', until: '2027-01-31' }
  expect(baseline).toEqual({ run: 'runs/a', knownFailures: [failure] })
  expect(parseProfile('baseline: { run: runs/a }', 'lab.yaml').baseline).toEqual({ run: 'runs/a', knownFailures: [] })
  expect(problemOf('{ requirement: CR-GEN-08, reason: 仕様, metric: http-duplicates.onlyOne, seen: two }')).toBe(
    'accepted',
  )
})

const noReason = 'baseline.knownFailures.0.reason: is empty; write why this failure is accepted for now'

test.each([
  ['{ requirement: CR-GEN-08, reason: }', noReason],
  ['{ requirement: CR-GEN-08, reason: "" }', noReason],
  ['{ requirement: CR-GEN-08, reason: " ... " }', noReason],
  ['{ requirement: CR-GEN-08, reason: why? }', noReason],
  ['{ requirement: CR-GEN-08 }', noReason],
  ['{ reason: known }', 'baseline.knownFailures.0.requirement is missing'],
  ['{ requirement: A, reason: b, until: 2027-02-31 }', 'until: is no date; write for example 2027-01-31'],
  ['{ requirement: A, reason: b, until: 2027 }', 'until: '],
  ['{ requirement: A, reason: b, metric: onlyOne }', 'metric: is no metric; write scenario.metric'],
  ['{ requirement: A, reason: b, seen: two }', 'seen: says nothing without the metric that showed it'],
  ['{ requirement: A, reason: b, untill: 2027-01-31 }', 'did you mean until?'],
])('%s is refused', (text, problem) => {
  expect(problemOf(text)).toContain(problem)
})
