import { sampleRun } from '../compare/sample-runs.ts'
import type { RunRecord } from '../run-record.ts'
import type { NamedRun } from './merged-runs.ts'

const scenarios = [
  'http-single',
  'http-duplicates',
  'http-in-session',
  'http-unauthorised',
  'http-methods',
  'retry-wait',
  'http-switched-off',
]

/** What differs from the sample run, for tests of merging. */
export interface Difference {
  /** The scenarios that it played; all unless told. */
  only?: readonly string[]
  outcomes?: Parameters<typeof sampleRun>[0]
  device?: RunRecord['device']
  /** Parts of the record as they shall be. */
  record?: Partial<RunRecord>
}

/** The sample run with a difference, at a path. */
export function sampleShard(path: string, { only, outcomes, device, record }: Difference = {}): NamedRun {
  const without = only === undefined ? [] : scenarios.filter(id => !only.includes(id))
  const run = sampleRun(outcomes, without)
  return { path, record: { ...run, device: { ...run.device, ...device }, ...record } }
}

/** Two parts of one device's run and another device, so that everything a merge can say is said. */
export function sampleMerge(): NamedRun[] {
  return [
    sampleShard('runs/a1', { only: ['http-single', 'http-duplicates'] }),
    sampleShard('runs/a2', {
      only: ['http-duplicates', 'http-in-session', 'http-unauthorised', 'http-methods'],
      outcomes: { 'http-duplicates.onlyOne': { verdict: 'pass' } },
      device: { firmware: '1.3.0' },
      record: { startedAt: '2026-03-03T08:14:05.000Z', tool: { version: '0.2.0' } },
    }),
    sampleShard('runs/b', { device: { name: 'ACME RG-900', productClass: 'RG-900', serialNumber: 'RG900-0007' } }),
  ]
}
