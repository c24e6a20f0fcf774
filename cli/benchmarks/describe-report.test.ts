import { expect, test } from 'vitest'
import { type BenchReport, keepsTarget } from './benchmark.ts'
import { describeReport } from './describe-report.ts'

const report: BenchReport = {
  schema: 'connreq/bench/1',
  tool: { version: '0.1.0' },
  quick: false,
  machine: {
    cores: 2,
    cpu: 'Some CPU',
    memoryMB: 8192,
    platform: 'linux x64 6.1',
    node: 'v20.19.0',
    measuredAt: '2026-03-02T08:14:05.000Z',
    load: { before: 0.12, after: 1.5 },
  },
  results: [
    { name: 'start', value: 1.2345, unit: 's', target: 1.5, note: 'median of 5 starts' },
    { name: 'memory', value: 213.4, unit: 'MB', target: 200, note: 'sum of both peaks' },
    {
      name: 'suite',
      value: 630,
      unit: 's',
      target: null,
      comparedWith: { what: 'windows of the plan', value: 504 },
      ratio: 1.25,
      note: '22 scenarios',
    },
    { name: 'round-trips', value: 9, unit: '1/s', target: 8, bound: 'at least', note: 'median of 5 rounds' },
  ],
}

test('what the person reads', () => {
  expect(describeReport(report)).toBe(
    [
      'figure       measured            target   ratio',
      'start          1.23 s    at most 1.50 s            kept',
      'memory         213 MB    at most 200 MB          MISSED',
      'suite        630.00 s                    1.25 ×',
      'round-trips   9.0 1/s  at least 8.0 1/s            kept',
      '',
      'start: median of 5 starts',
      'memory: sum of both peaks',
      'suite: 22 scenarios; against 504.00 s: windows of the plan',
      'round-trips: median of 5 rounds',
      '',
      '2 cores (Some CPU), 8192 MB, linux x64 6.1, Node v20.19.0, load 0.12 before, 1.5 after',
    ].join('\n'),
  )
})

test('a figure at its target keeps it, one above misses it, one without any keeps it', () => {
  expect(report.results.map(keepsTarget)).toEqual([true, false, true, true])
  expect(keepsTarget({ name: 'x', value: 2, unit: 's', target: 2, note: '' })).toBe(true)
})

test('a figure that must reach its target misses it below', () => {
  const rate = { name: 'x', value: 7, unit: '1/s', target: 8, bound: 'at least', note: '' } as const
  expect([rate, { ...rate, value: 8 }].map(keepsTarget)).toEqual([false, true])
})
