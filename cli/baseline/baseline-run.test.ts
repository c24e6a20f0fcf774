import { expect, test } from 'vitest'
import { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
import type { Profile } from '../../harness/device/profile.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import { createRedactor } from '../../harness/timeline/redactor.ts'
import { baselineEntry } from '../../reports/baseline/broken-metrics.ts'
import { buildRunRecord } from '../../reports/build-run-record.ts'
import { exitCodeOf } from '../../reports/run-verdict.ts'
import { catalogue } from '../../suites/catalogue/catalogue.ts'
import { judgeRun } from '../../suites/judge-run.ts'
import { scenarios } from '../../suites/scenarios.ts'
import { openSimulatedBench, simulatedProfile } from '../../suites/simulated-bench.ts'
import type { EarlierRun } from './earlier-run.ts'

interface Playing {
  fault: string
  seed: number
  baseline?: Profile['baseline']
  earlier?: EarlierRun
}

/** The entries of a short run in virtual time. */
async function played({ fault, seed, baseline, earlier }: Playing): Promise<Entry[]> {
  await using bench = await openSimulatedBench({
    clock: createVirtualClock(),
    profile: { ...simulatedProfile({ xmpp: false, udp: false }), baseline },
    redactor: createRedactor(),
    about: { tool: { version: '0' }, node: process.version, platform: process.platform },
    device: { faults: [fault], variants: [], seed },
  })
  if (earlier) bench.timeline.add(earlier)
  const chosen = scenarios.filter(({ id }) => id === 'http-duplicates')
  await bench.meet()
  bench.plan(chosen)
  for (const scenario of chosen) await bench.play(scenario)
  await bench.finish('completed')
  return [...bench.timeline.entries]
}

const recordOf = (entries: readonly Entry[]) =>
  buildRunRecord({ entries, requirements: catalogue, outcomes: judgeRun(entries), provenBy: new Map() })

test('a fault that the run before showed is covered, and a recording of the run says so again', async () => {
  const earlier = baselineEntry('runs/before', recordOf(await played({ fault: 'session-per-request', seed: 1 })))
  const known = { requirement: 'CR-GEN-08', reason: 'mended in 2.5' }
  const entries = await played({
    fault: 'session-per-request',
    seed: 2,
    baseline: { run: 'runs/before', knownFailures: [known] },
    earlier,
  })
  const record = recordOf(entries)
  expect(record.baseline).toMatchObject({
    run: { path: 'runs/before', startedAt: earlier.run.startedAt, newlyBroken: [], repaired: [] },
    knownFailures: [{ ...known, metric: 'http-duplicates.onlyOne', state: 'covered' }],
  })
  expect(record.sentence).toContain('1 requirement broken, which is known')
  expect([exitCodeOf(record), exitCodeOf(record, { strict: true })]).toEqual([0, 1])
  expect(recordOf(JSON.parse(JSON.stringify(entries)) as Entry[])).toEqual(record)
})
