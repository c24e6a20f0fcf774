import { expect, test } from 'vitest'
import type { ScenarioRecord } from '../../reports/run-record.ts'
import { expectedDuration } from './expected-duration.ts'
import type { PlannedScenario } from './run-plan.ts'

const scenario = (id: string, ms: number, applies = true): PlannedScenario => ({
  id,
  title: id,
  applies,
  windows: ms === 0 ? [] : [{ for: 'a rest', ms }],
  requirements: [],
})
const planned = [scenario('a', 60_000), scenario('b', 10_000), scenario('c', 99_000, false), scenario('invariants', 0)]
const run = (durations: Record<string, number>) => ({
  path: 'runs/a',
  record: {
    scenarios: Object.entries(durations).map(([id, durationMs]) => ({ id, durationMs }) as ScenarioRecord),
  },
})

test('without an earlier run it is estimated from windows and rests', () => {
  const { ms, basis } = expectedDuration(planned, undefined)
  expect(ms).toBe(66_000 + 10_000 + 11_000 + 10_000)
  expect(basis).toMatch(/^estimated: /)
})

test('each scenario takes as long as in an earlier run, but not less than its windows', () => {
  const earlier = run({ a: 75_000, b: 4000, c: 1000, invariants: 900_000 })
  expect(expectedDuration(planned, earlier)).toEqual({ ms: 75_000 + 10_000, basis: 'as long as in runs/a' })
})

test('what the earlier run did not play is estimated', () => {
  const { ms, basis } = expectedDuration(planned, run({ a: 75_000, b: 0 }))
  expect(ms).toBe(75_000 + 21_000)
  expect(basis).toMatch(/^as long as in runs\/a; what was not played there is estimated: /)
})
