import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ours, spec } from './limit.ts'
import { type MetricJudge, metricJudge, must, should, weakMust, moreSeen } from './metric.ts'
import { type Verdict, worst } from './verdict.ts'

const metric = must('CR-GEN-08', 'No further session follows.')
const judged = (judge: (metric: MetricJudge) => void, of = metric) => {
  const handle = metricJudge('onlyOne', of)
  judge(handle)
  return handle.outcome()
}

describe('one verdict', () => {
  test.each([
    [must, 'fail'],
    [should, 'warning'],
    [weakMust, 'warning'],
  ])('a breach weighs as much as the metric: %o', (severity, verdict) => {
    const of = severity('CR-GEN-08', 'No further session follows.')
    expect(judged(it => it.fail({}), of).verdict).toBe(verdict)
    expect(judged(it => it.check(false, {}), of).verdict).toBe(verdict)
    expect(judged(it => it.check(true, {}), of).verdict).toBe('pass')
  })

  test('carries the metric and the finding', () => {
    const finding = {
      expected: ['one session'],
      actual: 'two sessions',
      evidence: [3, 7],
      limit: spec(30, 'TR-069 3.2.2.1'),
      measured: 31_000,
      uncertainty: 2,
    }
    expect(judged(it => it.check(false, finding))).toEqual({ name: 'onlyOne', ...metric, ...finding, verdict: 'fail' })
  })

  test('carries the reason where there is one', () => {
    expect(judged(it => it.inconclusive('Too early.', { evidence: [1] }))).toMatchObject({
      verdict: 'inconclusive',
      reason: 'Too early.',
      evidence: [1],
    })
    expect(judged(it => it.notApplicable('No URL.', 'it had one'))).toMatchObject({
      verdict: 'not-applicable',
      reason: 'No URL.',
      wouldApplyIf: 'it had one',
    })
    expect(judged(it => it.notApplicable('No URL.'))).not.toHaveProperty('wouldApplyIf')
    expect(judged(it => it.notAsked('Refused.'))).toMatchObject({ verdict: 'not-asked', reason: 'Refused.' })
    expect(judged(it => it.error('The lab broke.'))).toMatchObject({ verdict: 'error', reason: 'The lab broke.' })
  })

  test('a metric that nobody looked at is an error', () => {
    expect(judged(() => undefined)).toMatchObject({ verdict: 'error', reason: 'No judge looked at this metric.' })
  })
})

describe('several verdicts', () => {
  test('nothing of a milder finding stays beside a worse one', () => {
    const outcome = judged(it => {
      it.inconclusive('Too early.', { evidence: [1], actual: 'nothing' })
      it.fail({ evidence: [2] })
    })
    expect(outcome).toEqual({ name: 'onlyOne', ...metric, evidence: [2], verdict: 'fail' })
  })

  test('what else was seen in further failures is kept once each', () => {
    const actuals = ['a', 'b', 'a', 'c', 'b']
    const failing = (seen: string[]) =>
      judged(it => seen.forEach((actual, index) => it.fail({ actual, evidence: [index] })))
    expect(failing(actuals)).toMatchObject({ actual: 'a', evidence: [0], alsoSeen: ['b', 'c'] })
    expect(failing(['a', 'a'])).not.toHaveProperty('alsoSeen')
    const many = failing(Array.from({ length: 5000 }, (_, index) => String(index)))
    expect([many.alsoSeen?.length, many.alsoSeen?.at(-1)]).toEqual([1001, moreSeen])
    const erred = judged(it => {
      for (const actual of actuals) it.fail({ actual })
      it.error('ours')
    })
    expect(erred).not.toHaveProperty('alsoSeen')
  })

  test('the worst is kept, with the first finding of it', () => {
    const say: Record<string, (it: MetricJudge, evidence: number[]) => void> = {
      pass: (it, evidence) => it.pass({ evidence }),
      warning: (it, evidence) => it.warn({ evidence }),
      inconclusive: (it, evidence) => it.inconclusive('x', { evidence }),
      fail: (it, evidence) => it.fail({ evidence }),
      error: (it, evidence) => it.error('x', { evidence }),
    }
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...Object.keys(say)), { minLength: 1 }), verdicts => {
        const outcome = judged(it => verdicts.forEach((verdict, index) => say[verdict]?.(it, [index])))
        const expected = worst(verdicts as Verdict[])
        expect(outcome).toMatchObject({ verdict: expected, evidence: [verdicts.indexOf(expected)] })
      }),
    )
  })
})

test('a limit says who chose it, in milliseconds', () => {
  expect(spec(30, 'TR-069 3.2.2.1')).toEqual({ ms: 30_000, source: 'spec', why: 'TR-069 3.2.2.1' })
  expect(ours(1.5, 'why')).toEqual({ ms: 1500, source: 'ours', why: 'why' })
})
