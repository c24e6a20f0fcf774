import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { createVirtualClock } from '../harness/clock/virtual-clock.ts'
import { judgeScenario } from '../harness/judge.ts'
import type { Entry } from '../harness/timeline/entry.ts'
import { createRedactor } from '../harness/timeline/redactor.ts'
import { judgeInvariants, judgeRun } from './judge-run.ts'
import { scenarios } from './scenarios.ts'
import { openSimulatedBench, simulatedProfile } from './simulated-bench.ts'
import { verdictsOf } from './written-timeline.ts'

let recording: readonly Entry[] = []
let spoken: unknown

/** What a conforming device must not get on account of what was not recorded. */
const red = ['fail', 'error']

beforeAll(async () => {
  await using bench = await openSimulatedBench({
    clock: createVirtualClock(),
    profile: simulatedProfile(),
    redactor: createRedactor(),
    about: { tool: { version: '0' }, node: process.version, platform: process.platform },
    device: { faults: [], variants: [] },
  })
  await bench.meet()
  bench.plan(scenarios)
  const outcomes = []
  for (const scenario of scenarios) outcomes.push(await bench.play(scenario))
  await bench.finish('completed')
  recording = [...bench.timeline.entries]
  spoken = outcomes
}, 60_000)

test('a recording is judged as its run was', () => {
  const [again, invariants] = [judgeRun(recording).slice(0, -1), judgeRun(recording).at(-1)]
  expect(again).toEqual(spoken)
  expect(invariants?.verdict).toBe('pass')
})

test('a recording is judged the same each time, and is left as it was', () => {
  const before = JSON.stringify(recording)
  const first = judgeRun(recording)
  expect(judgeRun(recording)).toEqual(first)
  expect(judgeRun(JSON.parse(before) as Entry[])).toEqual(first)
  expect(JSON.stringify(recording)).toBe(before)
})

describe('a recording that was cut off', () => {
  const stretch = (id: string) => {
    const begin = recording.findIndex(entry => entry.type === 'scenario-begun' && entry.scenario === id)
    const end = recording.findIndex(entry => entry.type === 'scenario-ended' && entry.scenario === id)
    return recording.slice(begin, end)
  }

  test.each(scenarios)('in $id gets no red that the whole does not get', scenario => {
    const whole = stretch(scenario.id)
    const reds = new Map<string, string>()
    for (let length = 1; length <= whole.length; length++) {
      const [outcome] = judgeScenario(scenario, whole.slice(0, length))
      for (const { name, verdict, actual, reason } of outcome?.metrics ?? [])
        if (red.includes(verdict) && !reds.has(name)) reds.set(name, `${verdict} after ${length}: ${actual ?? reason}`)
    }
    expect(Object.fromEntries(reds)).toEqual({})
  })

  test('anywhere can be judged, and the invariants get no red', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: recording.length }), length => {
        const prefix = recording.slice(0, length)
        expect(() => judgeRun(prefix)).not.toThrow()
        expect(Object.values(verdictsOf(judgeInvariants(prefix)))).not.toContain('fail')
      }),
      { numRuns: 25 },
    )
  })
})
