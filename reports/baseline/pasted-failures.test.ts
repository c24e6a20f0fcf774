import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { sampleRun } from '../compare/sample-runs.ts'
import { shapeOf } from './failure-shape.ts'
import { baselineSection, pastedFailures } from './pasted-failures.ts'

const record = sampleRun()

test('the section names every failure, and leaves its reason open', () => {
  const section = baselineSection('runs/acme', record)
  expect(section).toBe(`# What runs/acme found broken, as the baseline of a profile. Each failure needs a reason.
baseline:
  # With the next line reports also say what is newly broken and what is repaired since that run.
  # run: runs/acme
  knownFailures:
    # CR-GEN-08: Requests repeated before the session bring no further session.
    - requirement: CR-GEN-08
      metric: http-duplicates.onlyOne
      seen: two sessions; the second came … after the first had ended
      reason: # why?
      # until: 2027-01-31
    # CW-RET-02: The first retry of a failed session comes after 5 to 10 s.
    - requirement: CW-RET-02
      metric: retry-wait.firstWait
      seen: a wait of …
      reason: # why?
      # until: 2027-01-31
`)
  const [first] = parse(section).baseline.knownFailures
  expect(first).toMatchObject({ requirement: 'CR-GEN-08', reason: null })
})

test('a run without a failure gives an empty list', () => {
  const clean = sampleRun({
    'http-duplicates.onlyOne': { verdict: 'pass' },
    'retry-wait.firstWait': { verdict: 'pass' },
  })
  expect(parse(baselineSection('runs/acme', clean))).toEqual({ baseline: { knownFailures: [] } })
})

test('whatever a device says and a person writes, the lines are YAML that means it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', minLength: 1 }), (actual, reason) => {
      const run = sampleRun({ 'retry-wait.firstWait': { actual } })
      const lines = pastedFailures(run, { requirement: 'CW-RET-02', reason })
      const [entry] = parse(lines.join('\n'))
      expect(entry).toMatchObject({ metric: 'retry-wait.firstWait', seen: shapeOf(actual) })
      expect(Object.keys(parse(baselineSection('runs/"a"\n', run)))).toEqual(['baseline'])
    }),
  )
})
