import { describe, expect, test } from 'vitest'
import { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
import type { ScenarioOutcome } from '../../harness/scenario.ts'
import { keepSecrets } from '../../harness/timeline/redactor.ts'
import type { Verdict } from '../../harness/verdict/verdict.ts'
import { judgeRun } from '../judge-run.ts'
import { httpScenarios, scenarios, udpScenarios } from '../scenarios.ts'
import { openSimulatedBench, simulatedProfile } from '../simulated-bench.ts'
import { asCaptured } from './as-captured.ts'

const suites = {
  http: { played: httpScenarios, transports: ['http'] },
  udp: { played: udpScenarios, transports: ['http', 'udp'] },
  all: { played: scenarios, transports: ['http', 'udp', 'xmpp'] },
} as const

/** The verdicts of a run on each requirement, and those of a capture of the same. */
async function bothVerdicts(suite: keyof typeof suites, device: { fault?: string; variant?: string }) {
  const { played, transports } = suites[suite]
  const has = (transport: string) => transports.some(each => each === transport)
  await using bench = await openSimulatedBench({
    clock: createVirtualClock(),
    profile: simulatedProfile({ scheme: 'none', xmpp: has('xmpp'), udp: has('udp') }),
    redactor: keepSecrets,
    about: { tool: { version: '0' }, node: process.version, platform: process.platform },
    device: {
      faults: device.fault === undefined ? [] : [device.fault],
      variants: device.variant === undefined ? [] : [device.variant],
      transports,
    },
  })
  await bench.meet()
  bench.plan(played)
  for (const scenario of played) await bench.play(scenario)
  await bench.finish('completed')
  const { entries } = bench.timeline
  const captured = [true, false].map(decrypted => judgeRun(asCaptured(entries, { decrypted })))
  return { run: byRequirement(judgeRun(entries)), captured: byRequirement(captured.flat()) }
}

function byRequirement(outcomes: readonly ScenarioOutcome[]): Map<string, Set<Verdict>> {
  const found = new Map<string, Set<Verdict>>()
  for (const { requirement, verdict } of outcomes.flatMap(({ metrics }) => metrics))
    found.set(requirement, (found.get(requirement) ?? new Set<Verdict>()).add(verdict))
  return found
}

const redIn = (verdicts: Map<string, Set<Verdict>>) =>
  [...verdicts].flatMap(([id, all]) =>
    (['fail', 'warning', 'error'] as const).some(each => all.has(each)) ? [id] : [],
  )

describe('a capture of a run', { timeout: 60_000 }, () => {
  test('with a conforming device has nothing red, and shows much', async () => {
    const { captured } = await bothVerdicts('all', {})
    expect(redIn(captured)).toEqual([])
    expect([...captured.values()].filter(all => all.has('pass')).length).toBeGreaterThan(35)
  })

  test.each([
    ['http', 'periodic-3-s'],
    ['udp', 'udp-defers'],
  ] as const)('by %s with the conforming variant %s has nothing red', async (suite, variant) => {
    const { run, captured } = await bothVerdicts(suite, { variant })
    expect(redIn(captured).filter(id => !redIn(run).includes(id))).toEqual([])
  })

  test.each([
    ['http', 'session-per-request', 'CR-GEN-08'],
    ['http', 'in-session-request-lost', 'CR-GEN-10'],
    ['http', 'event-6-redelivered', 'CW-EVT-04'],
    ['udp', 'udp-ts-ignored', 'CR-UDP-47'],
  ] as const)('by %s shows the fault %s as a breach of %s, and nothing that is not there', async (suite, fault, id) => {
    const { run, captured } = await bothVerdicts(suite, { fault })
    expect(captured.get(id)).toContain('fail')
    expect(redIn(captured).filter(each => !redIn(run).includes(each))).toEqual([])
  })
})
