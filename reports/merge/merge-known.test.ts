import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import {
  type BaselineSample,
  sampleBaselineRun,
  sampleKnownFailures,
  sampleWithoutTroubles,
} from '../baseline/sample-baseline.ts'
import { matrixCsv } from './matrix-csv.ts'
import { renderMerge } from './merge-page.tsx'
import { mergeRuns } from './merge-runs.ts'
import { mergeSchema } from './merge-schema.ts'
import { mergeText } from './merge-text.ts'
import { mergeExitCode, type MergedRuns } from './merged-runs.ts'
import { sampleMerge } from './sample-shards.ts'

const { duplicates, retry } = sampleKnownFailures
const outcomes = sampleWithoutTroubles
const merged = (...samples: BaselineSample[]) =>
  mergeRuns(samples.map((sample, index) => ({ path: `runs/${index}`, record: sampleBaselineRun(sample) })))
const exitCodes = (merge: MergedRuns) => [false, true].map(strict => mergeExitCode(merge, { strict }))

describe('known failures in a merge', () => {
  test('do not count, but strictly, and are said', () => {
    const merge = merged({ knownFailures: [duplicates, retry], outcomes })
    expect(merge.sentence).toBe('NOT CONFORMANT: 2 requirements broken, both known.')
    expect(exitCodes(merge)).toEqual([0, 1])
    expect(mergeText(merge, { color: false })).toContain(
      'BROKEN, BUT KNOWN (2)\n  CR-GEN-08  ACME RG-500 …5678: until 2026-03-02: mended in 2.5 & <later>\n',
    )
    expect(renderMerge(merge, new Map())).toContain('until 2026-03-02: mended in 2.5 &amp; &lt;later>')
    expect(matrixCsv(merge)).toContain('CR-GEN-08,3.2.2.1,MUST NOT,broken,')
  })

  test('count where another run of the device does not know them', () => {
    const startedAt = '2026-03-02T12:00:00.000Z'
    const merge = merged(
      { knownFailures: [duplicates, retry], outcomes },
      { knownFailures: [retry], outcomes, startedAt },
    )
    expect(merge.devices).toMatchObject([{ known: 1 }])
    expect(merge.sentence).toBe('NOT CONFORMANT: 2 requirements broken, 1 of them known.')
    expect(exitCodes(merge)).toEqual([1, 1])
  })

  test('are 1 in a strict merge when they no longer show', () => {
    const kept = {
      ...outcomes,
      'http-duplicates.onlyOne': { verdict: 'pass' },
      'retry-wait.firstWait': { verdict: 'pass' },
    } as const
    expect(exitCodes(merged({ knownFailures: [duplicates], outcomes: kept }))).toEqual([0, 1])
    expect(exitCodes(merged({ outcomes: kept }))).toEqual([0, 0])
  })
})

test.each<[string, MergedRuns]>([
  ['of shards and devices', mergeRuns(sampleMerge())],
  ['with known failures', merged({ knownFailures: [duplicates, retry] })],
])('a merge %s fits the schema, which names all of it', (_, merge) => {
  const asSchema: z.input<typeof mergeSchema> = merge
  const written: unknown = JSON.parse(JSON.stringify(asSchema))
  expect(mergeSchema.parse(written)).toEqual(written)
})
