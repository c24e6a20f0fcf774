import { afterEach, describe, expect, test } from 'vitest'
import { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
import { type Scenario, scenario } from '../../harness/scenario.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import { must } from '../../harness/verdict/metric.ts'
import { judgeRun, requirementsOf } from '../judge-run.ts'
import { declaredSuites } from './declared-suites.ts'
import { guardedScenario } from './guarded-scenario.ts'
import { keepLoadedSuites, type LoadedSuite } from './loaded-suites.ts'

const trial = (more: Partial<Scenario> = {}): Scenario =>
  scenario({
    id: 'acme-one',
    title: 'One',
    purpose: 'To be judged.',
    applies: () => ({ applies: true }),
    windows: () => [],
    metrics: { oldPassword: must('ACME-01', 'It is so indeed.') },
    run: async () => undefined,
    judge: (_timeline, verdict) => verdict['oldPassword']?.pass({}),
    ...more,
  })

const suite = (scenarios: readonly Scenario[] = [trial()]): LoadedSuite => ({
  name: 'ACME',
  folder: `${process.cwd()}/my-suites`,
  requirements: [
    {
      ...{ id: 'ACME-01', clause: 'ACME 4.2', level: 'MUST', who: 'CPE', since: '', sentence: 'It is so.' },
      ...{ alternatives: '', basis: 'the suite "ACME"', suite: 'ACME' },
    },
  ],
  scenarios,
})

/** The timeline of a run of the loaded suites, through JSON as a file would give it back. */
function recorded(playing: Record<string, unknown>[]): Entry[] {
  const start = {
    ...{ type: 'run-started', tool: { version: '0' }, clock: 'virtual', wallTime: '2026-01-02T03:04:05Z' },
    ...{ node: 'v20', platform: 'linux', profile: {}, pid: 1 },
    ...declaredSuites(),
  }
  const all = [start, ...playing, { type: 'run-ended', how: 'completed' }]
  return JSON.parse(JSON.stringify(all.map((entry, index) => ({ seq: index + 1, at: index, ...entry })))) as Entry[]
}

const played = [
  { type: 'scenario-begun', scenario: 'acme-one', title: 'One', repetition: 1 },
  { type: 'scenario-ended', scenario: 'acme-one', how: 'completed' },
]

const twoMetrics = {
  oldPassword: must('ACME-01', 'It is so indeed.'),
  newPassword: must('ACME-01', 'It is so too.'),
}

const outcomesOf = (entries: readonly Entry[]) =>
  judgeRun(entries)
    .filter(({ id }) => id !== 'invariants')
    .map(({ id, suite: of, verdict, metrics }) => ({ id, of, verdict, reason: metrics[0]?.reason }))

afterEach(() => keepLoadedSuites([]))

describe('a run of a suite', () => {
  test('is judged by the suite that is loaded', () => {
    keepLoadedSuites([suite()])
    const entries = recorded(played)
    expect(outcomesOf(entries)).toEqual([{ id: 'acme-one', of: 'ACME', verdict: 'pass', reason: undefined }])
    expect(requirementsOf(entries).at(-1)).toMatchObject({ id: 'ACME-01', suite: 'ACME' })
  })

  test('is undecided without the suite, and says what to name', () => {
    keepLoadedSuites([suite()])
    const entries = recorded(played)
    keepLoadedSuites([])
    const reason = 'Scenario acme-one belongs to the suite "ACME"; name its folder with --suites (it was my-suites).'
    expect(outcomesOf(entries)).toEqual([{ id: 'acme-one', of: 'ACME', verdict: 'inconclusive', reason }])
    expect(requirementsOf(entries).at(-1)).toMatchObject({ id: 'ACME-01', clause: 'ACME 4.2', suite: 'ACME' })
  })

  test('is undecided where the suite has lost the scenario', () => {
    keepLoadedSuites([suite()])
    const entries = recorded(played)
    keepLoadedSuites([suite([trial({ id: 'acme-two' })])])
    expect(outcomesOf(entries)).toEqual([
      {
        id: 'acme-one',
        of: 'ACME',
        verdict: 'inconclusive',
        reason: 'The suite "ACME" has no scenario acme-one any more.',
      },
    ])
  })

  test('is undecided in the metric that the suite has lost, and judged in the others', () => {
    keepLoadedSuites([suite([trial({ metrics: twoMetrics })])])
    const entries = recorded(played)
    keepLoadedSuites([suite()])
    const outcome = judgeRun(entries).find(({ id }) => id === 'acme-one')
    expect(outcome?.verdict).toBe('inconclusive')
    expect(outcome?.metrics).toMatchObject([
      { name: 'oldPassword', verdict: 'pass' },
      {
        name: 'newPassword',
        requirement: 'ACME-01',
        verdict: 'inconclusive',
        reason: 'The suite "ACME" has no metric newPassword in scenario acme-one any more.',
      },
    ])
  })

  test('that a scenario without the lost metric did not apply to stays not applicable', () => {
    keepLoadedSuites([suite([trial({ metrics: twoMetrics })])])
    const reason = 'The device has no such thing.'
    const entries = recorded([{ type: 'planned', scenario: 'acme-one', applies: false, reason, windowsMs: 0 }])
    keepLoadedSuites([suite()])
    expect(outcomesOf(entries)).toEqual([{ id: 'acme-one', of: 'ACME', verdict: 'not-applicable', reason }])
  })

  test('of which a scenario did not apply says so without the suite too', () => {
    keepLoadedSuites([suite()])
    const reason = 'The device has no such thing.'
    const entries = recorded([{ type: 'planned', scenario: 'acme-one', applies: false, reason, windowsMs: 0 }])
    keepLoadedSuites([])
    expect(outcomesOf(entries)).toEqual([{ id: 'acme-one', of: 'ACME', verdict: 'not-applicable', reason }])
  })
})

test('a run without suites says nothing of the suites that are loaded now', () => {
  const entries = recorded([])
  keepLoadedSuites([suite()])
  expect(outcomesOf(entries)).toEqual([])
  expect(requirementsOf(entries).every(({ suite: of }) => of === undefined)).toBe(true)
})

describe("what somebody else's scenario throws", () => {
  const { signal } = new AbortController()
  const conversation = { bench: { facts: {}, signal, clock: createVirtualClock() } } as never
  const boom = () => {
    throw new Error('boom')
  }

  test('where it plays is said to be its own fault', async () => {
    const guarded = guardedScenario(trial({ run: async () => boom() }), 'ACME')
    await expect(guarded.run(conversation)).rejects.toThrow(
      'run() of the scenario acme-one of the suite "ACME" threw: boom',
    )
  })

  test('nothing and never ends is given up', async () => {
    const windows = () => [{ for: 'a year', ms: 60_000 }]
    const guarded = guardedScenario(trial({ windows, run: () => new Promise(() => undefined) }), 'ACME')
    await expect(guarded.run(conversation)).rejects.toThrow('threw: it did not end within 17 min')
  })

  test('late does not matter any more when the run was stopped', async () => {
    const stop = new AbortController()
    const bench = { facts: {}, signal: stop.signal, clock: createVirtualClock() }
    const running = guardedScenario(trial({ run: () => new Promise(() => undefined) }), 'ACME').run({ bench } as never)
    stop.abort(new Error('stopped by hand'))
    await expect(running).rejects.toThrow('stopped by hand')
  })

  test.each(['applies', 'windows'] as const)('in %s() ends only itself', async part => {
    const guarded = guardedScenario(trial({ [part]: boom }), 'ACME')
    expect(guarded.applies({} as never)).toEqual({ applies: true })
    expect(guarded.windows({} as never)).toEqual([])
    await expect(guarded.run(conversation)).rejects.toThrow(
      `${part}() of the scenario acme-one of the suite "ACME" threw`,
    )
  })

  test.each([
    ['a promise', Promise.resolve({ applies: false, reason: 'no' })],
    ['no reason', { applies: false }],
    ['nothing', undefined],
  ])('is an error too where applies() returns %s', async (_what, said) => {
    const guarded = guardedScenario(trial({ applies: () => said as never }), 'ACME')
    expect(guarded.applies({} as never)).toEqual({ applies: true })
    await expect(guarded.run(conversation)).rejects.toThrow('applies() of the scenario')
  })
})
