import * as fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { createVirtualClock } from '../harness/clock/virtual-clock.ts'
import type { Entry } from '../harness/timeline/entry.ts'
import { createRedactor } from '../harness/timeline/redactor.ts'
import type { Verdict } from '../harness/verdict/verdict.ts'
import { judgeRun } from '../suites/judge-run.ts'
import { scenarios } from '../suites/scenarios.ts'
import { openSimulatedBench, simulatedProfile } from '../suites/simulated-bench.ts'
import { playRun } from './testing/played-run.ts'

// Real conversations: with a device that keeps everything, and with one that breaks something in each scenario.
const only = ['http-challenge', 'http-request', 'http-duplicates', 'xmpp-request', 'udp-request', 'http-in-session']
const faultyWays = ['session-after-33-s', 'session-per-request', 'event-6-with-command-key', 'in-session-request-lost']
const runs: { entries: Entry[]; judged: Map<string, Judged> }[] = []

/** One metric of one scenario. */
interface Judged {
  scenario: string
  verdict: Verdict
  evidence: readonly number[]
}

beforeAll(async () => {
  for (const faults of [[], faultyWays]) {
    const { entries } = await playRun({ only, device: { faults } })
    runs.push({ entries, judged: metricsOf(entries) })
  }
}, 60_000)

function metricsOf(entries: readonly Entry[]): Map<string, Judged> {
  return new Map(
    judgeRun(entries).flatMap(({ id, metrics }) =>
      metrics.map(
        ({ name, verdict, evidence = [] }) => [`${id}.${name}`, { scenario: id, verdict, evidence }] as const,
      ),
    ),
  )
}

/** The same run if it had been suspended there. Its entry stands between two others, whose numbers stay as they are. */
function withSuspension(entries: readonly Entry[], from: number, ms: number): Entry[] {
  const to = from + ms
  const found = entries.findIndex(({ at }) => at >= to)
  const index = found < 0 ? entries.length : found
  const noted: Entry = { seq: index + 0.5, at: to, type: 'suspended', from, to, ms, how: 'process' }
  return [...entries.slice(0, index), noted, ...entries.slice(index)]
}

/** From the beginning of each scenario to its end. */
function playings(entries: readonly Entry[]): { scenario: string; from: number; to: number }[] {
  return entries.flatMap(entry => {
    if (entry.type !== 'scenario-begun') return []
    const end = entries.find(other => other.type === 'scenario-ended' && other.seq > entry.seq)
    return [{ scenario: entry.scenario, from: entry.at, to: end?.at ?? Number.POSITIVE_INFINITY }]
  })
}

const anySuspension = fc.record({
  run: fc.constantFrom(0, 1),
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  ms: fc.constantFrom(1000, 4000, 30_000, 12 * 60_000),
})

describe('a suspension anywhere in a run', () => {
  test('decides nothing: no metric gets better, and none is newly broken', () => {
    fc.assert(
      fc.property(anySuspension, ({ run, place, ms }) => {
        const { entries, judged } = runs[run]!
        const spoilt = metricsOf(withSuspension(entries, place * entries.at(-1)!.at, ms))
        for (const [metric, { verdict }] of spoilt) {
          const before = judged.get(metric)?.verdict
          if (verdict !== before) expect([metric, before, verdict]).toEqual([metric, before, 'inconclusive'])
        }
        expect(spoilt.size).toBe(judged.size)
      }),
      { numRuns: 25 },
    )
  })

  test('leaves no pass in the scenarios that it touches, and the others as they are', () => {
    fc.assert(
      fc.property(anySuspension, ({ run, place, ms }) => {
        const { entries, judged } = runs[run]!
        const from = place * entries.at(-1)!.at
        const spoilt = metricsOf(withSuspension(entries, from, ms))
        // What comes after it is touched too until the device was seen again: here only what surely is not.
        const touched = playings(entries).filter(playing => playing.from <= from + ms && playing.to >= from)
        const before = playings(entries).filter(({ to }) => to < from)
        const inOneOf = (stretches: typeof touched) =>
          [...spoilt].filter(([, { scenario }]) => stretches.some(playing => playing.scenario === scenario))
        expect(inOneOf(touched).filter(([, { verdict }]) => verdict === 'pass')).toEqual([])
        expect(inOneOf(before)).toEqual(inOneOf(before).map(([metric]) => [metric, judged.get(metric)]))
      }),
      { numRuns: 25 },
    )
  })
})

test('before a scenario a short one changes nothing, a long one what comes until the device was seen again', () => {
  const { entries, judged } = runs[0]!
  const [first] = playings(entries)
  const changedBy = (from: number, ms: number) => [
    ...new Set(
      [...metricsOf(withSuspension(entries, from, ms))].flatMap(([metric, { scenario, verdict }]) =>
        verdict === judged.get(metric)?.verdict ? [] : [scenario],
      ),
    ),
  ]
  expect(changedBy(first!.from - 1, 0.5)).toEqual([])
  expect(changedBy(first!.from - 6001, 6000)).toContain(first!.scenario)
})

test('a device that was left alone is asked before the next scenario, which is decided then', async () => {
  const ids = ['http-challenge', 'session-cookies', 'xmpp-request']
  const played = scenarios.filter(({ id }) => ids.includes(id))
  await using bench = await openSimulatedBench({
    ...{ clock: createVirtualClock(), profile: simulatedProfile({ udp: false }), redactor: createRedactor() },
    about: { tool: { version: '0.0.0' }, node: process.version, platform: process.platform },
    device: { faults: [], variants: [] },
  })
  await bench.meet()
  bench.plan(played)
  const stop = bench.timeline.onEntry(({ type, at }) => {
    if (type !== 'step-ended') return
    stop()
    bench.timeline.add({ type: 'suspended', from: at - 1, to: at, ms: 6000, how: 'process' })
  })
  for (const scenario of played) await bench.play(scenario)
  await bench.finish('completed')
  const verdicts = judgeRun(bench.timeline.entries).map(({ id, verdict }) => [id, verdict])
  expect(Object.fromEntries(verdicts)).toMatchObject({
    'http-challenge': 'inconclusive',
    'session-cookies': 'pass',
    'xmpp-request': 'pass',
    invariants: 'pass',
  })
}, 30_000)

test('a breach that the device had shown before stays one', () => {
  const { entries, judged } = runs[1]!
  const broken = [...judged].filter(([, { verdict }]) => verdict === 'fail')
  expect(broken.length).toBeGreaterThan(3)
  const kept = broken.filter(([metric, { scenario, evidence }]) => {
    const playing = playings(entries).find(one => one.scenario === scenario)
    const last = Math.max(...evidence.map(seq => entries.find(entry => entry.seq === seq)?.at ?? 0))
    if (playing === undefined || last >= playing.to - 1) return false
    return metricsOf(withSuspension(entries, playing.to - 0.5, 1)).get(metric)?.verdict === 'fail'
  })
  expect(kept.length).toBeGreaterThan(0)
})
