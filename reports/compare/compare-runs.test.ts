import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RunRecord } from '../run-record.ts'
import { standings, standingsOf } from '../standing.ts'
import { compareRuns } from './compare-runs.ts'
import { type Comparison, comparisonExitCode, requirementChangeKinds } from './comparison.ts'
import { kindOf } from './requirement-changes.ts'
import { type Outcomes, sampleRun, sampleRuns } from './sample-runs.ts'

const metricNames = sampleRun().scenarios.flatMap(({ id, metrics }) => metrics.map(({ name }) => `${id}.${name}`))
const scenarioIds = sampleRun().scenarios.map(({ id }) => id)

/** The sample run with any verdicts and times, and with some scenarios not played. */
const anyRun = fc
  .record({
    outcomes: fc.dictionary(
      fc.constantFrom(...metricNames),
      fc.record({
        verdict: fc.constantFrom('pass', 'warning', 'inconclusive', 'fail', 'error', 'not-applicable', 'not-asked'),
        measured: fc.integer({ min: 0, max: 60_000 }),
        uncertainty: fc.constantFrom(0, 2, 500),
      }),
    ),
    without: fc.subarray(scenarioIds, { maxLength: 3 }),
  })
  .map(({ outcomes, without }) => sampleRun(outcomes as Outcomes, without))

const idsOf = (comparison: Comparison) =>
  Object.fromEntries(requirementChangeKinds.map(kind => [kind, comparison.requirements[kind].map(({ id }) => id)]))

const differencesIn = (comparison: Comparison) => {
  const { caveats, circumstances, requirements, timing, properties, scenarios, metrics } = comparison
  const lists = [requirements, scenarios, metrics].flatMap((each): unknown[][] => Object.values(each))
  return [caveats, circumstances, timing, properties, ...lists].flat()
}

const changesOf = (before: RunRecord, after: RunRecord) => idsOf(compareRuns(before, after))

describe('for any two runs', () => {
  test('a run compared with itself gives nothing', () => {
    fc.assert(
      fc.property(anyRun, run => {
        const comparison = compareRuns(run, structuredClone(run))
        expect(differencesIn(comparison)).toEqual([])
        expect(comparisonExitCode(comparison)).toBe(0)
      }),
    )
  })

  test('each requirement whose standing differs is told once, and no other one', () => {
    fc.assert(
      fc.property(anyRun, anyRun, (before, after) => {
        const [was, is] = [standingsOf(before), standingsOf(after)]
        const { brokenOtherwise: _, ...lists } = changesOf(before, after)
        const differing = [...is.keys()].filter(id => was.get(id) !== is.get(id))
        expect(Object.values(lists).flat().sort()).toEqual(differing.sort())
      }),
    )
  })

  test('the other way round, what was newly broken is repaired, or was not looked for again', () => {
    fc.assert(
      fc.property(anyRun, anyRun, (before, after) => {
        const { requirements } = compareRuns(before, after)
        const back = compareRuns(after, before).requirements
        const judgedBefore = requirements.newlyBroken.filter(change =>
          ['kept', 'warning', 'not-asked'].includes(change.before),
        )
        expect(back.repaired.map(({ id }) => id)).toEqual(judgedBefore.map(({ id }) => id))
        const unbroken = Object.values(back)
          .flat()
          .filter(change => change.before === 'broken')
        const otherwise = back.brokenOtherwise.map(({ id }) => id)
        expect(
          unbroken
            .map(({ id }) => id)
            .filter(id => !otherwise.includes(id))
            .sort(),
        ).toEqual(requirements.newlyBroken.map(({ id }) => id).sort())
      }),
    )
  })

  test('what is newly broken names each metric that broke, and nothing else gives exit code 1', () => {
    fc.assert(
      fc.property(anyRun, anyRun, (before, after) => {
        const comparison = compareRuns(before, after)
        const { newlyBroken } = comparison.requirements
        for (const { id, metrics } of newlyBroken) {
          const broken = metrics.filter(metric => metric.after?.standing === 'broken').map(({ name }) => name)
          const failed = after.scenarios
            .flatMap(scenario => scenario.metrics)
            .filter(({ requirement, verdict }) => requirement === id && verdict === 'fail')
          expect(broken).toEqual(failed.map(({ name }) => name))
        }
        expect(comparisonExitCode(comparison)).toBe(newlyBroken.length > 0 ? 1 : 0)
      }),
    )
  })

  test('only times that lie apart by more than both can be off and by more than a tenth are told', () => {
    fc.assert(
      fc.property(anyRun, anyRun, (before, after) => {
        for (const shift of compareRuns(before, after).timing) {
          const apart = Math.abs(shift.after.measured - shift.before.measured)
          expect(apart).toBeGreaterThan(shift.before.uncertainty + shift.after.uncertainty)
          expect(apart).toBeGreaterThan(0.1 * shift.before.measured)
        }
      }),
    )
  })
})

test('a breach that was not looked for again is not called repaired', () => {
  for (const before of standings)
    for (const after of standings) {
      const kind = kindOf(before, after)
      expect(kind === undefined).toBe(before === after)
      expect(kind === 'newlyBroken').toBe(after === 'broken' && before !== 'broken')
      if (kind === 'repaired')
        expect([before, ['kept', 'warning', 'not-asked'].includes(after)]).toEqual(['broken', true])
    }
})

test('the two sample runs', () => {
  const { before, after } = sampleRuns()
  const changes = changesOf(before, after)
  expect(Object.fromEntries(Object.entries(changes).filter(([, ids]) => ids.length > 0))).toEqual({
    newlyBroken: ['CR-GEN-10'],
    repaired: ['CR-GEN-08', 'CR-HTTP-10'],
    newlyUndecided: ['CR-GEN-05'],
    warningsCame: ['CR-HTTP-05'],
    noLongerTested: ['CW-RET-02'],
    becameNotApplicable: ['CR-HTTP-22'],
    newlyDecided: ['CR-GEN-13'],
    warningsWent: ['CR-HTTP-14'],
  })
  const { timing, properties, scenarios } = compareRuns(before, after)
  expect(timing.map(({ name, ...times }) => [name, times.before.measured, times.after.measured])).toEqual([
    ['inTime', 1203.4, 4810.2],
  ])
  expect(properties).toEqual([{ name: 'success status', before: '204', after: '200' }])
  expect(scenarios).toEqual({
    gone: [{ id: 'retry-wait', title: 'The wait before the first retry' }],
    added: [],
  })
})

test('a requirement that is broken by another metric than before is told, but is not newly broken', () => {
  const before = sampleRun({ 'http-in-session.eitherOr': { verdict: 'fail' } })
  const after = sampleRun({ 'http-in-session.oneLater': { verdict: 'fail' } })
  const { requirements } = compareRuns(before, after)
  expect(requirements.newlyBroken).toEqual([])
  expect(requirements.brokenOtherwise.map(({ id, metrics }) => [id, metrics.map(({ name }) => name)])).toEqual([
    ['CR-GEN-10', ['eitherOr', 'oneLater']],
  ])
})

describe('repetitions', () => {
  const [once] = sampleRun().scenarios
  const repeated = (times: { verdict: 'pass' | 'fail'; measured: number }[]): RunRecord => ({
    ...sampleRun(),
    scenarios: times.map((time, index) => ({
      ...once!,
      repetition: index + 1,
      metrics: once!.metrics.map(metric => (metric.name === 'inTime' ? { ...metric, ...time } : metric)),
    })),
  })

  test('the worst stands, with how often it was seen', () => {
    const after = repeated([
      { verdict: 'pass', measured: 1000 },
      { verdict: 'fail', measured: 31_000 },
      { verdict: 'pass', measured: 1000 },
    ])
    const [change] = compareRuns(sampleRun(), after).requirements.newlyBroken
    expect(change?.metrics[0]?.after).toMatchObject({
      standing: 'broken',
      repetitions: { so: 1, of: 3 },
      outcome: { measured: 31_000 },
    })
  })

  test('times that scatter over each other are no shift', () => {
    const runOf = (...times: number[]) => repeated(times.map(measured => ({ verdict: 'pass', measured })))
    expect(compareRuns(runOf(1000, 1400, 2000), runOf(1300, 1900, 2400)).timing).toEqual([])
    expect(compareRuns(runOf(1000, 1010, 1020), runOf(1300, 1310, 1320)).timing).toMatchObject([
      { before: { measured: 1010 }, after: { measured: 1310 } },
    ])
  })
})
