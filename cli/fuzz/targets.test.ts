import { describe, expect, test } from 'vitest'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { runTarget } from '../../harness/fuzzing/run-target.ts'
import { fuzzTargets } from './targets.ts'

/** What takes longest is left to `npm run fuzz`. */
const counts: Record<string, number> = {
  soap: 300,
  authorization: 300,
  challenge: 300,
  response: 30,
  requests: 40,
  profile: 20,
  timeline: 5,
}

describe.each(fuzzTargets.filter(({ name }) => name in counts))('$name', target => {
  test('breaks by no input', { timeout: 60_000 }, async () => {
    const open = await target.open()
    if ('skipped' in open) return
    await using opened = open
    const count = counts[target.name] ?? 0
    const report = await runTarget(opened, { count, seed: 7, clock: createRealClock() })
    expect(report).toMatchObject({ inputs: count, crashes: [] })
  })
})

test('each target has a name of its own and takes enough inputs to say something', () => {
  expect(new Set(fuzzTargets.map(({ name }) => name)).size).toBe(fuzzTargets.length)
  expect(Object.keys(counts).every(name => fuzzTargets.some(target => target.name === name))).toBe(true)
  for (const { count } of fuzzTargets) expect(count).toBeGreaterThanOrEqual(10)
})
