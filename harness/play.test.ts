import { describe, expect, test } from 'vitest'
import type { Bench } from './bench.ts'
import { createVirtualClock } from './clock/virtual-clock.ts'
import { ConditionsNotMet } from './conditions.ts'
import { playScenario } from './play.ts'
import { type Conversation, scenario } from './scenario.ts'
import { TimelineRecorder } from './timeline/recorder.ts'
import { keepSecrets } from './timeline/redactor.ts'
import { entriesOf } from './timeline/timeline.ts'
import { ours } from './verdict/limit.ts'
import { must } from './verdict/metric.ts'

/** A bench without a device: what playing a scenario needs of it. */
function benchWithout(options: { death?: string } = {}) {
  const clock = createVirtualClock()
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const stop = new AbortController()
  const bench = {
    clock,
    timeline,
    signal: stop.signal,
    plansCleared: 0,
    acs: {
      clearPlans: async () => {
        bench.plansCleared++
      },
    },
    deathOfDevice: async () => options.death,
  }
  const play = (run: (conversation: Conversation) => Promise<void>, repetition?: number) =>
    playScenario(
      bench as unknown as Bench,
      scenario({
        id: 'sample',
        title: 'Sample',
        purpose: 'To be played.',
        applies: () => ({ applies: true }),
        windows: () => [],
        metrics: { only: must('CR-GEN-08', 'It is kept.') },
        run,
        judge: () => undefined,
      }),
      repetition,
    )
  return { bench, clock, timeline, stop: () => stop.abort(new Error('stopped')), play }
}

describe('how a playing ends', () => {
  test('completed, between its two entries, and no plan is left behind', async () => {
    const { bench, timeline, play } = benchWithout()
    expect(await play(async () => undefined, 3)).toBe('completed')
    expect(timeline.entries).toMatchObject([
      { type: 'scenario-begun', scenario: 'sample', title: 'Sample', repetition: 3 },
      { type: 'scenario-ended', scenario: 'sample', how: 'completed' },
    ])
    expect(bench.plansCleared).toBe(1)
  })

  test('broken off where the conditions did not come about', async () => {
    const { bench, timeline, play } = benchWithout()
    const how = await play(() => Promise.reject(new ConditionsNotMet('It gave no session.')))
    expect(how).toBe('broken-off')
    expect(timeline.entries.at(-1)).toMatchObject({ how: 'broken-off', reason: 'It gave no session.' })
    expect(entriesOf(timeline, 'harness-error')).toEqual([])
    expect(bench.plansCleared).toBe(1)
  })

  test('broken off where something was waited for in vain', async () => {
    const { timeline, play } = benchWithout()
    const waiting = async () => {
      await timeline.waitFor('mark', () => true, { timeoutMs: 1000, what: 'a mark' })
    }
    expect(await play(waiting)).toBe('broken-off')
    expect(timeline.entries.at(-1)).toMatchObject({ reason: expect.stringContaining('Waited 1 s for a mark') })
  })

  test.each([
    [new Error('out of ports'), { message: 'out of ports', stack: expect.stringContaining('play.test.ts') }],
    ['a bare text', { message: 'a bare text' }],
  ])('any other throw is an error of the harness: %s', async (thrown, noted) => {
    const { timeline, play } = benchWithout()
    await play(() => Promise.reject(thrown))
    expect(entriesOf(timeline, 'harness-error')).toMatchObject([{ scenario: 'sample', ...noted }])
  })

  test('with the death of the device, whatever else broke it off', async () => {
    const { timeline, play } = benchWithout({ death: 'It no longer answers.' })
    expect(await play(() => Promise.reject(new ConditionsNotMet('No session.')))).toBe('device-dead')
    expect(timeline.entries.at(-1)).toMatchObject({ how: 'device-dead', reason: 'It no longer answers.' })
  })

  test('broken off where it answers nothing right after a suspension, with its death when that goes on', async () => {
    const { timeline, play } = benchWithout({ death: 'It no longer answers.' })
    timeline.add({ type: 'suspended', from: 0, to: 6000, ms: 6000, how: 'process' })
    expect(await play(async () => undefined)).toBe('broken-off')
    expect(timeline.entries.at(-1)).toMatchObject({ reason: expect.stringContaining('It no longer answers.') })
    expect(await play(async () => undefined)).toBe('device-dead')
  })

  test('interrupted when the run was stopped, and the device is not asked any more', async () => {
    const { bench, timeline, stop, play } = benchWithout({ death: 'asked' })
    const how = await play(async ({ bench: { clock, signal } }) => {
      stop()
      await clock.sleep(1000, signal)
    })
    expect(how).toBe('interrupted')
    expect(timeline.entries.at(-1)).toMatchObject({ type: 'scenario-ended', how: 'interrupted' })
    expect(bench.plansCleared).toBe(1)
  })

  test('interrupted also when the conversation ended well in spite of the stop', async () => {
    const { stop, play } = benchWithout()
    expect(await play(async () => stop())).toBe('interrupted')
  })
})

describe('the conversation', () => {
  test('knows only the entries of its own playing', async () => {
    const { timeline, play } = benchWithout()
    timeline.add({ type: 'mark', name: 'before' })
    await play(async conversation => {
      conversation.mark('own', { n: 1 })
      expect(conversation.soFar().entries).toMatchObject([
        { type: 'scenario-begun' },
        { type: 'mark', name: 'own', data: { n: 1 } },
      ])
    })
    expect(entriesOf(timeline, 'harness-error')).toEqual([])
  })

  test('a step gives what its work gives, and ends also when that throws', async () => {
    const { timeline, play } = benchWithout()
    const given: number[] = []
    await play(async conversation => {
      given.push(await conversation.step('Count', async () => 7))
      await conversation.step('Fail', () => Promise.reject(new ConditionsNotMet('no')))
    })
    expect(given).toEqual([7])
    expect(timeline.entries.slice(1, -1)).toMatchObject([
      { type: 'step-begun', text: 'Count' },
      { type: 'step-ended', text: 'Count' },
      { type: 'step-begun', text: 'Fail' },
      { type: 'step-ended', text: 'Fail' },
    ])
  })
})

describe('a watch', () => {
  const limit = ours(60, 'to be sure')
  const sawMark = (conversation: Conversation) =>
    conversation.watch('no mark', limit, ({ entries }) => entries.some(({ type }) => type === 'mark'))

  test('lasts its whole window when nothing is seen, and stands on the timeline with its limit', async () => {
    const { timeline, clock, play } = benchWithout()
    const results: string[] = []
    await play(async conversation => void results.push(await sawMark(conversation)))
    expect(results).toEqual(['over'])
    expect(clock.now()).toBe(60_000)
    expect(timeline.entries.slice(1, -1)).toMatchObject([
      { type: 'limit-used', name: 'no mark', ...limit },
      { type: 'watch-begun', for: 'no mark', ms: 60_000, at: 0 },
      { type: 'watch-ended', for: 'no mark', ms: 60_000, how: 'over', at: 60_000 },
    ])
  })

  test('ends as soon as it is seen', async () => {
    const { timeline, clock, play } = benchWithout()
    const results: string[] = []
    await play(async conversation => {
      void clock.sleep(5000).then(() => conversation.mark('there'))
      results.push(await sawMark(conversation))
    })
    expect(results).toEqual(['seen'])
    expect(entriesOf(timeline, 'watch-ended')).toMatchObject([{ how: 'seen', at: 5000 }])
  })

  test('ends at once when it was there before', async () => {
    const { timeline, play } = benchWithout()
    await play(async conversation => {
      conversation.mark('there')
      await sawMark(conversation)
    })
    expect(entriesOf(timeline, 'watch-ended')).toMatchObject([{ how: 'seen', at: 0 }])
  })

  test('is interrupted when the run is stopped', async () => {
    const { timeline, clock, stop, play } = benchWithout()
    const how = await play(async conversation => {
      void clock.sleep(5000).then(stop)
      await sawMark(conversation)
    })
    expect(how).toBe('interrupted')
    expect(entriesOf(timeline, 'watch-ended')).toMatchObject([{ how: 'interrupted', at: 5000 }])
  })
})
