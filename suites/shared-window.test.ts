import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Bench } from '../harness/bench.ts'
import { createVirtualClock } from '../harness/clock/virtual-clock.ts'
import { playScenario } from '../harness/play.ts'
import { scenario } from '../harness/scenario.ts'
import { TimelineRecorder } from '../harness/timeline/recorder.ts'
import { keepSecrets } from '../harness/timeline/redactor.ts'
import { entriesOf, timelineOf } from '../harness/timeline/timeline.ts'
import { must } from '../harness/verdict/metric.ts'
import { guiltyLabels, keepSharedWindow } from './shared-window.ts'

const watchMs = 60_000

interface Device {
  labels: readonly string[]
  /** Labels after whose request the device calls. */
  guilty?: readonly string[]
  /** Labels that it accepts by its answer. */
  accepted?: readonly string[]
  /** It calls only when all of these were sent in one window. */
  together?: readonly string[]
  /** From the request to its session; a request that takes time is itself so long under way. */
  callsAfterMs?: number
  sendMs?: number
  /** Sessions for other reasons, at these times. */
  periodicAt?: readonly number[]
}

/** Plays a shared window with a device that calls after its guilty requests. */
async function played(device: Device) {
  const { labels, guilty = [], accepted = [], together = [], callsAfterMs = 300, sendMs = 10 } = device
  const clock = createVirtualClock()
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  let sessions = 0
  const call = (eventCode: string) =>
    timeline.add({
      type: 'session-opened',
      ...{ session: ++sessions, connection: 1, exchange: 1, attemptAt: clock.now(), attemptBasis: 'connection' },
      ...{ cwmp: '', problems: [], ofDeviceUnderTest: true },
      inform: { deviceId: {}, events: [{ eventCode, commandKey: '' }], parameters: [] },
    })
  for (const at of device.periodicAt ?? []) void clock.sleep(at).then(() => call('2 PERIODIC'))
  let inWindow: string[] = []
  const sent: string[][] = []
  const suspects = labels.map(label => ({
    label,
    async send() {
      inWindow.push(label)
      const all = together.length > 0 && together.every(one => inWindow.includes(one)) && together.includes(label)
      if (guilty.includes(label) || all) void clock.sleep(callsAfterMs).then(() => call('6 CONNECTION REQUEST'))
      await clock.sleep(sendMs)
    },
  }))
  const bench = {
    ...{ clock, timeline, signal: new AbortController().signal, facts: { timing: { watchMs } } },
    acs: { clearPlans: () => undefined },
    deathOfDevice: async () => undefined,
    async rest() {
      inWindow = []
      sent.push(inWindow)
      await clock.sleep(2000)
    },
  }
  let seen: boolean | undefined
  const sample = scenario({
    ...{ id: 'sample', title: 'Sample', purpose: 'To be played.' },
    applies: () => ({ applies: true }),
    windows: () => [],
    metrics: { only: must('CR-GEN-15', 'It is kept.') },
    async run(conversation) {
      seen = await keepSharedWindow(conversation, suspects, {
        window: 'a session after wrong requests',
        wasAccepted: (_timeline, label) => accepted.includes(label),
      })
    },
    judge: () => undefined,
  })
  const how = await playScenario(bench as unknown as Bench, sample)
  const windows = entriesOf(timeline, 'watch-ended').map(({ how: end }) => end)
  const found = guiltyLabels(timelineOf(timeline.entries))
  return { seen, how, windows, found, guilty: [...found.keys()].sort(), sent: sent.filter(round => round.length > 0) }
}

const four = ['a', 'b', 'c', 'd']

describe('one window for all', () => {
  test('is all that a clean device pays for', async () => {
    const { seen, how, windows, guilty, sent } = await played({ labels: four })
    expect({ seen, how, windows, guilty, sent }).toEqual({
      ...{ seen: false, how: 'completed', windows: ['over'], guilty: [] },
      sent: [four],
    })
  })

  test('is not ended by sessions for other reasons', async () => {
    expect((await played({ labels: four, periodicAt: [5000, 20_000] })).windows).toEqual(['over'])
  })

  test('sees a session that comes while the requests are still being sent', async () => {
    const { seen, guilty } = await played({ labels: four, guilty: ['a'], callsAfterMs: 5, sendMs: 1000 })
    expect({ seen, guilty }).toEqual({ seen: true, guilty: ['a'] })
  })

  test('sees a session that comes at its very end, and none after it', async () => {
    expect((await played({ labels: ['a'], guilty: ['a'], callsAfterMs: watchMs })).seen).toBe(true)
    expect((await played({ labels: ['a'], guilty: ['a'], callsAfterMs: watchMs + 20 })).seen).toBe(false)
  })

  test('with one suspect needs no second one', async () => {
    const { windows, guilty, sent } = await played({ labels: ['a'], guilty: ['a'] })
    expect({ windows, guilty, sent }).toEqual({ windows: ['seen'], guilty: ['a'], sent: [['a']] })
  })
})

describe('narrowing down', () => {
  test('finds exactly the guilty ones, whoever they are', async () => {
    const labels = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'), { minLength: 1 })
    const suspects = labels.chain(all =>
      fc.record({ all: fc.constant(all), guilty: fc.subarray(all), accepted: fc.subarray(all) }),
    )
    await fc.assert(
      fc.asyncProperty(suspects, async ({ all, guilty, accepted }) => {
        const { found } = await played({ labels: all, guilty, accepted })
        expect([...found.keys()].sort()).toEqual([...guilty].sort())
        for (const { sessions } of found.values()) expect(sessions).toHaveLength(1)
      }),
      { numRuns: 40 },
    )
  })

  test('looks at what the device accepted first, each alone, and at the rest in one window', async () => {
    const { sent } = await played({ labels: four, guilty: ['c'], accepted: ['c'] })
    expect(sent).toEqual([four, ['c'], ['a', 'b', 'd']])
  })

  test('halves what was accepted by nobody or altogether', async () => {
    for (const accepted of [[], four])
      expect((await played({ labels: four, guilty: ['a'], accepted })).sent).toEqual([
        four,
        ['a', 'b'],
        ['a'],
        ['b'],
        ['c', 'd'],
      ])
  })

  test('names nobody where only several together bring a session', async () => {
    const { seen, guilty } = await played({ labels: four, together: ['a', 'd'] })
    expect({ seen, guilty }).toEqual({ seen: true, guilty: [] })
  })

  test('shows each guilty one in its own stretch', async () => {
    const { found } = await played({ labels: four, guilty: ['b', 'd'] })
    const stretchOf = (label: string) => found.get(label)?.stretch ?? timelineOf([])
    expect(entriesOf(stretchOf('b'), 'session-opened').map(({ seq }) => seq)).toEqual(found.get('b')?.sessions)
    expect(stretchOf('b').entries.at(-1)?.seq).toBeLessThan(stretchOf('d').entries[0]?.seq ?? 0)
  })
})
