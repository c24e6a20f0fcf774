import { expect, test } from 'vitest'
import type { z } from 'zod'
import { sampleBaselineRun, sampleKnownFailures } from '../baseline/sample-baseline.ts'
import { compareRuns } from './compare-runs.ts'
import type { Comparison } from './comparison.ts'
import { comparisonSchema } from './comparison-schema.ts'
import { sampleRun, sampleRuns } from './sample-runs.ts'

const { before, after } = sampleRuns()
const known = sampleBaselineRun({ knownFailures: Object.values(sampleKnownFailures) })
const clean = sampleRun({ 'http-duplicates.onlyOne': { verdict: 'pass' }, 'retry-wait.firstWait': { verdict: 'pass' } })

test.each<[string, Comparison]>([
  ['two runs', compareRuns(before, after)],
  ['the same the other way round', compareRuns(after, before)],
  ['a run and itself', compareRuns(before, before)],
  ['a run with known failures', compareRuns(clean, known)],
])('the comparison of %s fits the schema, which names all of it', (_, comparison) => {
  const asSchema: z.input<typeof comparisonSchema> = comparison
  const written: unknown = JSON.parse(JSON.stringify(asSchema))
  expect(comparisonSchema.parse(written)).toEqual(written)
})

test('a known failure is newly broken all the same, and says that it is known', () => {
  const { requirements } = compareRuns(clean, known)
  expect(requirements.newlyBroken.map(({ id, known: mark }) => [id, mark?.reason])).toEqual([
    ['CR-GEN-08', 'mended in 2.5 & <later>'],
    ['CW-RET-02', 'asked the vendor'],
  ])
})
