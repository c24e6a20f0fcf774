import { describe, expect, test } from 'vitest'
import { runSchema } from '../run-schema.ts'
import { exitCodeOf } from '../run-verdict.ts'
import {
  type BaselineSample,
  sampleBaselineRun,
  sampleKnownFailures,
  sampleWithoutTroubles,
} from './sample-baseline.ts'

const { duplicates, retry } = sampleKnownFailures

const rowsOf = (sample: BaselineSample) =>
  sampleBaselineRun(sample).baseline!.knownFailures.map(({ metric, state }) => [metric, state])

describe('a known failure', () => {
  test('covers the failure of its metric with its shape', () => {
    const record = sampleBaselineRun({ knownFailures: [duplicates] })
    const mark = { reason: duplicates.reason, until: duplicates.until }
    const metrics = record.scenarios.flatMap(({ metrics }) => metrics)
    expect(metrics.filter(({ known }) => known).map(({ name, known }) => [name, known])).toEqual([['onlyOne', mark]])
    expect(record.requirements.flatMap(({ id, known }) => (known ? [[id, known]] : []))).toEqual([['CR-GEN-08', mark]])
    expect(record.baseline).toEqual({
      knownFailures: [
        {
          ...duplicates,
          seen: 'two sessions; the second came … after the first had ended',
          state: 'covered',
          text: 'http-duplicates.onlyOne failed as known, and does not count.',
        },
      ],
    })
  })

  test('does not cover another kind of failure of that metric', () => {
    const record = sampleBaselineRun({
      knownFailures: [duplicates],
      outcomes: { 'http-duplicates.onlyOne': { actual: 'no session at all' } },
    })
    expect(record.baseline?.knownFailures).toMatchObject([
      {
        state: 'other-shape',
        text: 'http-duplicates.onlyOne failed otherwise than known, so it counts: “no session at all” instead of “two sessions; the second came … after the first had ended”.',
      },
    ])
    expect(record.requirements.some(({ known }) => known)).toBe(false)
  })

  test('does not cover another metric of the requirement', () => {
    const record = sampleBaselineRun({
      knownFailures: [duplicates],
      outcomes: { 'http-single.event': { requirement: 'CR-GEN-08', verdict: 'fail', actual: 'three sessions' } },
    })
    expect(record.requirements.find(({ id }) => id === 'CR-GEN-08')).not.toHaveProperty('known')
    expect(record.scenarios.flatMap(({ metrics }) => metrics).filter(({ known }) => known)).toHaveLength(1)
  })

  test('is reported when it passes, is not judged, or has expired, each by the day of the run in UTC', () => {
    const passed = { 'http-duplicates.onlyOne': { verdict: 'pass' } } as const
    const undecided = { 'http-duplicates.onlyOne': { verdict: 'inconclusive' } } as const
    const metric = 'http-duplicates.onlyOne'
    expect(rowsOf({ knownFailures: [duplicates], outcomes: passed })).toEqual([[metric, 'passed']])
    expect(rowsOf({ knownFailures: [duplicates], outcomes: undecided })).toEqual([[metric, 'not-judged']])
    expect(rowsOf({ knownFailures: [duplicates], startedAt: '2026-03-02T23:59:59.000Z' })).toEqual([
      [metric, 'covered'],
    ])
    expect(rowsOf({ knownFailures: [duplicates], startedAt: '2026-03-03T00:00:00.000Z' })).toEqual([
      [metric, 'expired'],
    ])
    expect(rowsOf({ knownFailures: [duplicates], startedAt: '2026-03-02T23:30:00.000-02:00' })).toEqual([
      [metric, 'expired'],
    ])
  })

  test('takes its metrics and shapes from the baseline run where it names none', () => {
    const broken = [
      {
        requirement: 'CR-GEN-08',
        metric: 'http-duplicates.onlyOne',
        seen: 'two sessions; the second came … after the first had ended',
      },
      { requirement: 'CR-GEN-08', metric: 'xmpp-duplicates.onlyOne', seen: '… sessions' },
    ]
    const short = { requirement: 'CR-GEN-08', reason: 'known' }
    expect(rowsOf({ knownFailures: [short], broken })).toEqual([
      ['http-duplicates.onlyOne', 'covered'],
      ['xmpp-duplicates.onlyOne', 'not-judged'],
    ])
    expect(rowsOf({ knownFailures: [{ ...short, metric: 'xmpp-duplicates.onlyOne' }], broken })).toEqual([
      ['xmpp-duplicates.onlyOne', 'not-judged'],
    ])
    expect(rowsOf({ knownFailures: [short], broken: [] })).toEqual([[undefined, 'covers-nothing']])
    expect(rowsOf({ knownFailures: [short] })).toEqual([[undefined, 'covers-nothing']])
  })

  test('of a metric that is played often has to cover every failure', () => {
    const twoShapes = sampleBaselineRun({ knownFailures: [duplicates], repeat: 3 })
    expect(twoShapes.requirements.find(({ id }) => id === 'CR-GEN-08')).toHaveProperty('known')
    expect(twoShapes.scenarios.filter(({ metrics }) => metrics.some(({ known }) => known))).toHaveLength(2)
  })
})

test('what is newly broken and repaired since the baseline run', () => {
  const broken = [
    { requirement: 'CW-RET-02', metric: 'retry-wait.firstWait', seen: 'a wait of …' },
    { requirement: 'CR-GEN-04', metric: 'http-single.inTime', seen: 'no attempt' },
    { requirement: 'CR-GEN-13', metric: 'http-unauthorised.noSession', seen: 'a session' },
    { requirement: 'CR-HTTP-22', metric: 'http-switched-off.silent', seen: 'an answer' },
  ]
  expect(sampleBaselineRun({ broken }).baseline?.run).toEqual({
    path: 'runs/before',
    startedAt: '2026-02-01T08:00:00.000Z',
    newlyBroken: ['CR-GEN-08'],
    repaired: ['CR-GEN-04'],
  })
})

test('a run without a baseline says nothing of one', () => {
  expect(sampleBaselineRun({ knownFailures: [] }).baseline).toEqual({ knownFailures: [] })
  const { baseline, ...record } = sampleBaselineRun({ knownFailures: [duplicates, retry] })
  expect(baseline).toBeDefined()
  expect(runSchema.parse(record)).toEqual(record)
})

test('the schema names all of a baseline', () => {
  const record = JSON.parse(
    JSON.stringify(
      sampleBaselineRun({ knownFailures: [duplicates, { requirement: 'CW-RET-02', reason: 'x' }], broken: [] }),
    ),
  )
  expect(runSchema.parse(record)).toEqual(record)
})

describe('the verdict', () => {
  const both = [duplicates, retry]
  const outcomes = sampleWithoutTroubles
  const judged = (sample: BaselineSample) => {
    const record = sampleBaselineRun(sample)
    const { verdict, sentence } = record
    return { verdict, sentence, exitCode: exitCodeOf(record), strict: exitCodeOf(record, { strict: true }) }
  }

  test('stays not conformant, says what is known, and leaves the exit code 0', () => {
    expect(judged({ knownFailures: both, outcomes })).toEqual({
      verdict: 'not-conformant',
      sentence: 'NOT CONFORMANT: 2 requirements broken, both known.',
      exitCode: 0,
      strict: 1,
    })
    expect(judged({ knownFailures: [retry], outcomes })).toMatchObject({
      sentence: 'NOT CONFORMANT: 2 requirements broken, 1 of them known.',
      exitCode: 1,
    })
    const oneBroken = { ...outcomes, 'retry-wait.firstWait': { verdict: 'pass' } } as const
    expect(judged({ knownFailures: [duplicates], outcomes: oneBroken })).toMatchObject({
      sentence: 'NOT CONFORMANT: 1 requirement broken, which is known.',
      exitCode: 0,
    })
  })

  test('is 3 where something besides is undecided, and 2 after an error of ours', () => {
    const undecided = { ...outcomes, 'http-unauthorised.noSession': { verdict: 'inconclusive', reason: '?' } } as const
    expect(judged({ knownFailures: both, outcomes: undecided })).toMatchObject({
      sentence: 'NOT CONFORMANT: 2 requirements broken, both known, 1 could not be decided.',
      exitCode: 3,
    })
    expect(judged({ knownFailures: both })).toMatchObject({ verdict: 'error', exitCode: 2 })
  })

  test('is 3 where no scenario applied, and only what holds at all times was judged', () => {
    const record = sampleBaselineRun({ knownFailures: both, outcomes })
    const scenarios = record.scenarios.filter(({ id }) => id === 'http-duplicates' || id === 'http-switched-off')
    const requirements = record.requirements.filter(({ id }) => id === 'CR-GEN-08')
    expect(exitCodeOf({ ...record, scenarios, requirements })).toBe(3)
  })

  test('is strictly 1 where a known failure passed or expired', () => {
    const kept = {
      ...outcomes,
      'http-duplicates.onlyOne': { verdict: 'pass' },
      'retry-wait.firstWait': { verdict: 'pass' },
      'http-methods.onlyGet': { verdict: 'pass' },
    } as const
    expect(judged({ knownFailures: both, outcomes: kept })).toMatchObject({ exitCode: 0, strict: 1 })
    expect(judged({ knownFailures: [], outcomes: kept })).toMatchObject({ exitCode: 0, strict: 0 })
  })
})
