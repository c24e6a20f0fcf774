import { expect, test } from 'vitest'
import type { Verdict } from '../../harness/verdict/verdict.ts'
import { buildRunRecord } from '../../reports/build-run-record.ts'
import type { ScenarioRecord } from '../../reports/run-record.ts'
import { sampleEvidence } from '../../reports/sample-run.ts'
import { failedScenarios } from './failed-scenarios.ts'

const record = buildRunRecord(sampleEvidence())
const [first] = record.scenarios as [ScenarioRecord]

const played = (id: string, verdict: Verdict, more: Partial<ScenarioRecord> & { evidence?: number[] } = {}) => {
  const { evidence, ...rest } = more
  const metrics = first.metrics.slice(0, 1).map(metric => ({ ...metric, verdict, ...(evidence ? { evidence } : {}) }))
  return { ...first, id, verdict, metrics, ...rest } satisfies ScenarioRecord
}

test('of the sample run: what broke, what hit an error, what stayed undecided; no warning, nothing kept', () => {
  expect(failedScenarios(record)).toEqual([
    { id: 'http-duplicates', because: ['CR-GEN-08 broken'] },
    { id: 'http-unauthorised', because: ['CR-GEN-13 undecided'] },
    { id: 'http-methods', because: ['CR-HTTP-06 error of ours'] },
    { id: 'retry-wait', because: ['CW-RET-02 broken'] },
  ])
})

test.each<[Verdict, boolean]>([
  ['pass', false],
  ['warning', false],
  ['not-asked', false],
  ['not-applicable', false],
  ['inconclusive', true],
  ['fail', true],
  ['error', true],
])('%s: played again is %s', (verdict, again) => {
  expect(failedScenarios({ scenarios: [played('http-url', verdict)] })).toHaveLength(again ? 1 : 0)
})

test('a scenario is named once, however often it was played, with every reason', () => {
  const scenarios = [
    played('http-url', 'pass'),
    played('http-url', 'fail', { repetition: 2 }),
    played('http-url', 'inconclusive', { repetition: 3 }),
    played('http-url', 'fail', { repetition: 4 }),
  ]
  expect(failedScenarios({ scenarios })).toEqual([
    { id: 'http-url', because: ['CR-GEN-04 broken', 'CR-GEN-04 undecided'] },
  ])
})

test('an error that no metric shows counts too', () => {
  const scenarios = [played('http-url', 'pass', { verdict: 'error' })]
  expect(failedScenarios({ scenarios })).toEqual([{ id: 'http-url', because: ['error of ours'] }])
})

test('what broke at all times is looked for in the scenarios that were being played then', () => {
  const scenarios = [
    played('http-url', 'pass', { entries: { from: 10, to: 20 } }),
    played('http-flood', 'pass', { entries: { from: 21, to: 30 } }),
    played('http-disabled', 'not-applicable', { entries: { from: 25, to: 25 } }),
    played('invariants', 'fail', { entries: { from: 1, to: 99 }, evidence: [5, 25, 26] }),
  ]
  expect(failedScenarios({ scenarios })).toEqual([
    { id: 'http-flood', because: ['CR-GEN-04 broken at that time'] },
    { id: 'invariants', because: ['CR-GEN-04 broken'] },
  ])
})
