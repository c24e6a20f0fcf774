import { expect, test } from 'vitest'
import { metricJudge, must } from '../harness/verdict/metric.ts'
import { checkEach } from './check-each.ts'

test('every wrong reading is seen, and the first is the finding', () => {
  const judge = metricJudge('address', must('CR-UDP-27', 'It is right.'))
  checkEach(
    judge,
    [true, false, false].map((ok, index) => ({ ok, expected: ['a'], actual: `b${index}`, evidence: [index] })),
  )
  expect(judge.outcome()).toMatchObject({ verdict: 'fail', actual: 'b1', evidence: [1], alsoSeen: ['b2'] })
})
