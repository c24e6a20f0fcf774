import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Verdict, worse, worst } from './verdict.ts'

const fromNothingToWorst = [
  'none',
  'not-asked',
  'not-applicable',
  'pass',
  'warning',
  'inconclusive',
  'fail',
  'error',
] as const
const rankOf = (verdict: Verdict) => fromNothingToWorst.indexOf(verdict)
const verdict = fc.constantFrom<Verdict>(...fromNothingToWorst)

test('the order is that of the report: what we broke hides what the device broke, and so on down to nothing', () => {
  const inOrder = fromNothingToWorst.toSorted((a, b) => (worse(a, b) === a ? 1 : -1))
  expect(inOrder).toEqual(fromNothingToWorst)
})

test('verdicts only get worse', () => {
  fc.assert(
    fc.property(verdict, verdict, (a, b) => {
      expect([a, b]).toContain(worse(a, b))
      expect(rankOf(worse(a, b))).toBe(Math.max(rankOf(a), rankOf(b)))
    }),
  )
})

test('neither order nor grouping nor repetition matters, and none changes nothing', () => {
  fc.assert(
    fc.property(verdict, verdict, verdict, (a, b, c) => {
      expect(worse(a, b)).toBe(worse(b, a))
      expect(worse(worse(a, b), c)).toBe(worse(a, worse(b, c)))
      expect(worse(a, a)).toBe(a)
      expect(worse('none', a)).toBe(a)
    }),
  )
})

test('the worst of many is one of them, and no other is worse', () => {
  fc.assert(
    fc.property(fc.array(verdict), verdicts => {
      const result = worst(verdicts)
      expect(verdicts.length === 0 ? ['none'] : verdicts).toContain(result)
      for (const each of verdicts) expect(worse(result, each)).toBe(result)
    }),
  )
})
