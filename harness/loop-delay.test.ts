import { spawnSync } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { createRealClock } from './clock/real-clock.ts'
import { machineTimes } from './clock/machine-times.ts'
import { createVirtualClock } from './clock/virtual-clock.ts'
import { watchLoopDelay } from './loop-delay.ts'
import { TimelineRecorder } from './timeline/recorder.ts'
import { createRedactor } from './timeline/redactor.ts'
import { entriesOf } from './timeline/timeline.ts'

function watched({ times = machineTimes, clock = createRealClock() } = {}) {
  const timeline = new TimelineRecorder({ clock, redactor: createRedactor() })
  onTestFinished(watchLoopDelay({ clock, timeline, times }))
  return { clock, timeline }
}

test('a process that stood still notes it before anything else happens, and not as a delay', async () => {
  const real = createRealClock()
  let stoppedMs = 0
  const { timeline } = watched({
    clock: { ...real, now: () => real.now() + stoppedMs },
    times: () => ({ wall: machineTimes().wall + stoppedMs, sinceBoot: real.now() + stoppedMs }),
  })
  await real.sleep(150)
  stoppedMs = 12_000
  timeline.add({ type: 'mark', name: 'first after' })
  expect(timeline.entries.map(({ type }) => type).slice(0, 2)).toEqual(['mark', 'suspended'])
  const [suspended] = entriesOf(timeline, 'suspended')
  expect(suspended?.how).toBe('process')
  expect(suspended?.ms).toBeGreaterThanOrEqual(12_000)
  await real.sleep(150)
  expect(entriesOf(timeline, 'suspended')).toHaveLength(1)
  for (const { maxMs, p99Ms } of entriesOf(timeline, 'loop-delay')) expect(Math.max(maxMs, p99Ms)).toBeLessThan(12_000)
})

test('a stall is told at once, so that the scenario in which it fell knows of it', async () => {
  const { clock, timeline } = watched()
  await clock.sleep(150)
  spawnSync('sleep', ['0.4'])
  await clock.sleep(20)
  const [delay] = entriesOf(timeline, 'loop-delay')
  expect(delay?.maxMs).toBeGreaterThan(250)
  expect(entriesOf(timeline, 'suspended')).toEqual([])
})

test('a busy loop of ours is told as our own, and as a delay', async () => {
  const real = createRealClock()
  let busyMs = 0
  const { timeline } = watched({
    clock: { ...real, now: () => real.now() + busyMs },
    times: () => ({
      wall: machineTimes().wall + busyMs,
      sinceBoot: real.now() + busyMs,
      processor: (machineTimes().processor ?? 0) + busyMs,
    }),
  })
  await real.sleep(150)
  busyMs = 3000
  timeline.add({ type: 'mark', name: 'first after' })
  expect(entriesOf(timeline, 'suspended')).toMatchObject([{ how: 'busy' }])
  expect(entriesOf(timeline, 'loop-delay')[0]?.maxMs).toBeGreaterThan(2500)
})

test('the processor time of this very process grows with what it does', () => {
  const before = machineTimes().processor ?? Number.NaN
  const clock = createRealClock()
  while (clock.now() < 50);
  const worked = (machineTimes().processor ?? Number.NaN) - before
  expect(worked).toBeGreaterThan(0)
})

test('a wall clock that is set back by hours moves nothing on the timeline, and is told', async () => {
  let backMs = 0
  const { clock, timeline } = watched({
    times: () => ({ ...machineTimes(), wall: machineTimes().wall - backMs }),
  })
  await clock.sleep(50)
  backMs = 7_200_000
  await clock.sleep(150)
  const [set, ...more] = timeline.entries
  expect(set).toMatchObject({ type: 'clock-set' })
  expect(set?.type === 'clock-set' && Math.round(set.byMs / 1000)).toBe(-7200)
  expect(set?.at).toBeLessThan(1000)
  expect(more).toEqual([])
})

test('virtual time is never suspended', () => {
  let aheadMs = 0
  const { timeline } = watched({
    clock: createVirtualClock(),
    times: () => ({ wall: machineTimes().wall + aheadMs, sinceBoot: undefined }),
  })
  aheadMs = 7_200_000
  timeline.add({ type: 'mark', name: 'after' })
  expect(timeline.entries).toHaveLength(1)
})
