import { describe, expect, test } from 'vitest'
import { moreSeen } from '../../harness/verdict/metric.ts'
import { findingsWith } from '../findings.ts'
import { junitXml } from '../junit.ts'
import { mergeRuns } from '../merge/merge-runs.ts'
import { mergeExitCode } from '../merge/merged-runs.ts'
import { runSchema } from '../run-schema.ts'
import type { RunRecord } from '../run-record.ts'
import { exitCodeOf } from '../run-verdict.ts'
import { terminalSummary } from '../terminal/summary.ts'
import {
  type BaselineSample,
  sampleBaselineRun,
  sampleKnownFailures,
  sampleWithoutTroubles,
} from './sample-baseline.ts'

const { duplicates, retry } = sampleKnownFailures
const knownFailures = [duplicates, retry]
const outcomes = sampleWithoutTroubles
const onlyOne = 'http-duplicates.onlyOne'
const first = 'two sessions; the second came 12 s after the first had ended'

const mergeCode = (...records: RunRecord[]) =>
  mergeExitCode(mergeRuns(records.map((record, index) => ({ path: `runs/${index}`, record }))), { strict: false })

const rowOf = (record: RunRecord, metric: string) =>
  record.baseline?.knownFailures.find(failure => failure.metric === metric)

describe('beside a known failure of the same requirement', () => {
  test.each([
    ['error', 2, 'an error of the harness or the lab'],
    ['inconclusive', 3, 'something undecided'],
  ] as const)('%s is %i, is said, and is a finding', (verdict, code, words) => {
    const beside = { verdict, requirement: 'CR-GEN-08', reason: 'boom' }
    const record = sampleBaselineRun({ knownFailures, outcomes: { ...outcomes, 'http-methods.onlyGet': beside } })
    expect(record.requirements.find(({ id }) => id === 'CR-GEN-08')).toHaveProperty('known')
    expect(exitCodeOf(record)).toBe(code)
    expect(record.sentence).toContain(`2 requirements broken, both known, 1 of the known with ${words} beside it`)
    expect(findingsWith(record, verdict).map(({ metric }) => metric.name)).toContain('onlyGet')
    expect(mergeCode(record)).toBe(code)
    const other = sampleBaselineRun({ knownFailures, outcomes, startedAt: '2026-03-01T10:00:00.000Z' })
    expect(mergeCode(other, record)).toBe(code)
  })

  test.each([
    ['error', 2],
    ['inconclusive', 3],
  ] as const)('%s in another shard is %i', (verdict, code) => {
    const startedAt = '2026-03-01T10:00:00.000Z'
    const broken = sampleBaselineRun({ knownFailures, outcomes })
    const left = sampleBaselineRun({
      ...{ knownFailures, startedAt },
      outcomes: { ...outcomes, [onlyOne]: { verdict, reason: 'boom' } },
    })
    expect(mergeCode(broken)).toBe(0)
    expect(mergeCode(broken, left)).toBe(code)
    expect(mergeRuns([broken, left].map((record, index) => ({ path: `${index}`, record }))).sentence).toContain(
      'beside it',
    )
  })

  test('that no scenario applied is as undecided for a merge as for the run', () => {
    const record = sampleBaselineRun({ knownFailures, outcomes })
    const scenarios = record.scenarios.filter(({ id }) => id === 'http-duplicates' || id === 'http-switched-off')
    const nothing = { ...record, scenarios, requirements: record.requirements.filter(({ id }) => id === 'CR-GEN-08') }
    expect([exitCodeOf(nothing), mergeCode(nothing)]).toEqual([3, 3])
    expect(mergeCode(nothing, record)).toBe(0)
  })
})

describe('what a metric saw besides', () => {
  const seen = (...alsoSeen: string[]): BaselineSample => ({
    knownFailures,
    outcomes: { ...outcomes, [onlyOne]: { alsoSeen } },
  })

  test('counts where it is not known too', () => {
    const record = sampleBaselineRun(seen('no session at all'))
    expect(exitCodeOf(record)).toBe(1)
    expect(rowOf(record, onlyOne)).toMatchObject({
      state: 'other-shape',
      text: `${onlyOne} failed as known, but it counts. It also failed otherwise than known, which counts: “no session at all”.`,
    })
    expect(terminalSummary(record, { color: false })).toContain('also seen  no session at all')
    expect(junitXml(record)).toContain('also seen: no session at all')
    expect(runSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(JSON.parse(JSON.stringify(record)))
    const both = [...knownFailures, { ...duplicates, seen: 'no session at all' }]
    expect(exitCodeOf(sampleBaselineRun({ ...seen('no session at all'), knownFailures: both }))).toBe(0)
  })

  test('of the same shape is the same failure', () => {
    const record = sampleBaselineRun(seen(first.replace('12', '31')))
    expect(exitCodeOf(record)).toBe(0)
    expect(record.scenarios.flatMap(({ metrics }) => metrics.filter(({ alsoSeen }) => alsoSeen))).toEqual([])
  })

  test('is bounded, and what is not listed is never known', () => {
    const many = Array.from({ length: 50 }, (_, index) => 'x'.repeat(index + 1))
    const record = sampleBaselineRun(seen(...many))
    const { alsoSeen = [] } = record.scenarios.flatMap(({ metrics }) => metrics).find(metric => metric.alsoSeen)!
    expect([alsoSeen.length, alsoSeen.at(-1)]).toEqual([21, moreSeen])
    const all = [...alsoSeen, first].map(shape => ({ ...duplicates, seen: shape }))
    expect(exitCodeOf(sampleBaselineRun({ ...seen(...many), knownFailures: [retry, ...all] }))).toBe(1)
  })
})

test('a shape without a word covers nothing, and says why', () => {
  const number = { ...duplicates, seen: '127.0.0.1:41580' }
  const record = sampleBaselineRun({
    knownFailures: [number, retry],
    outcomes: { ...outcomes, [onlyOne]: { actual: '127.0.0.1:60454' } },
  })
  expect(exitCodeOf(record)).toBe(1)
  expect(rowOf(record, onlyOne)).toMatchObject({
    state: 'covers-nothing',
    text: expect.stringContaining('“…”, has no word in it that is the same in every run'),
  })
})

test('what is accepted twice is said once, for as long as it is accepted', () => {
  const { until: _, ...forever } = duplicates
  const record = sampleBaselineRun({ knownFailures: [duplicates, forever, duplicates, retry] })
  expect(record.baseline?.knownFailures.map(({ metric, until }) => [metric, until])).toEqual([
    [onlyOne, undefined],
    ['retry-wait.firstWait', undefined],
  ])
})

describe('playings of one metric', () => {
  /** The second playing is another one. */
  function withSecond(verdict: 'error' | 'inconclusive' | 'fail' | 'pass'): RunRecord {
    const record = sampleBaselineRun({ knownFailures, outcomes, repeat: 3 })
    const scenarios = record.scenarios.map(scenario => ({
      ...scenario,
      metrics: scenario.metrics.map(metric => {
        if (scenario.repetition !== 2 || metric.name !== 'onlyOne') return metric
        const { known: __, ...bare } = metric
        return { ...bare, verdict, reason: 'boom' }
      }),
    }))
    return { ...record, scenarios }
  }
  const caseOf = (xml: string) => /<testcase classname="http-duplicates" name="onlyOne"[^]*?<\/testcase>/.exec(xml)?.[0]

  test.each([
    ['error', '<error message='],
    ['inconclusive', '<skipped message="inconclusive: '],
    ['fail', '<failure message='],
    ['pass', '<skipped message="known failure'],
  ] as const)('%s beside known failures is %s', (verdict, element) => {
    const record = withSecond(verdict)
    expect(caseOf(junitXml(record))).toContain(element)
    if (verdict !== 'fail') expect(exitCodeOf(record)).toBe({ error: 2, inconclusive: 3, pass: 0 }[verdict])
    expect(findingsWith(record, 'fail').filter(({ metric }) => metric.name === 'onlyOne')).toHaveLength(1)
    if (verdict !== 'pass') expect(findingsWith(record, verdict).map(({ metric }) => metric.name)).toContain('onlyOne')
  })
})

describe('the earlier run', () => {
  const broken = [{ requirement: 'CR-GEN-08', metric: onlyOne, seen: first.replace('12 s', '…') }]
  const short = { requirement: 'CR-GEN-08', reason: 'known' }
  const against = (earlier: NonNullable<BaselineSample['earlier']>) =>
    sampleBaselineRun({ knownFailures: [short, retry], outcomes, broken, earlier })

  test.each([
    [{ simulated: true }, 'is a run of the simulated device'],
    [{ device: { oui: 'FFFFFF' } }, 'is the run of another device: its OUI is "FFFFFF"'],
    [{ device: { productClass: 'RG-1' } }, 'is the run of another device: its ProductClass is "RG-1"'],
    [{ ended: { how: 'killed' } }, 'was killed before its end'],
  ] as const)('%j covers nothing', (earlier, caveat) => {
    const record = against(earlier)
    expect(record.baseline?.run).toMatchObject({ newlyBroken: [], caveats: [expect.stringContaining(caveat)] })
    expect(exitCodeOf(record)).toBe(1)
  })

  test('that differs otherwise is compared with, and the difference is said', () => {
    const record = against({
      ...{ clock: 'virtual', ended: { how: 'interrupted' }, simulated: false, scenarios: ['http-duplicates'] },
      device: { firmware: '0.9' },
    })
    expect(exitCodeOf(record)).toBe(0)
    const { caveats = [] } = record.baseline!.run!
    expect(caveats).toEqual([
      'It was of firmware 0.9, this one is of 1.2.3.',
      'It was in virtual time, this one is in real time.',
      expect.stringContaining('did not reach its end'),
      expect.stringContaining('It did not play what this one did (http-single, '),
    ])
    expect(terminalSummary(record, { color: false })).toContain('It was of firmware 0.9')
    const written: unknown = JSON.parse(JSON.stringify(record))
    expect(runSchema.parse(written)).toEqual(written)
  })
})
