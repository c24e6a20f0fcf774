import { describe, expect, test } from 'vitest'
import { createVirtualClock } from '../clock/virtual-clock.ts'
import type { Entry } from './entry.ts'
import { TimelineRecorder, WaitTimedOut } from './recorder.ts'
import { createRedactor, keepSecrets, redacted } from './redactor.ts'

function newTimeline() {
  const clock = createVirtualClock()
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  return { clock, timeline, mark: (name: string) => timeline.add({ type: 'mark', name }) }
}

describe('adding', () => {
  test('entries are numbered from 1 and carry the time of the clock', async () => {
    const { clock, timeline, mark } = newTimeline()
    expect(timeline.lastSeq).toBe(0)
    mark('a')
    await clock.sleep(1500)
    expect(mark('b')).toEqual({ seq: 2, at: 1500, type: 'mark', name: 'b' })
    expect(timeline.entries.map(({ seq, at }) => [seq, at])).toEqual([
      [1, 0],
      [2, 1500],
    ])
    expect(timeline.lastSeq).toBe(2)
  })

  test('the sink has an entry, without its secrets, before any listener does', () => {
    const redactor = createRedactor()
    redactor.learn('correct-horse')
    const seen: string[] = []
    const note = (who: string) => (entry: Entry) => seen.push(`${who}: ${entry.type === 'mark' && entry.name}`)
    const timeline = new TimelineRecorder({ clock: createVirtualClock(), redactor, sink: note('sink') })
    timeline.onEntry(note('listener'))
    expect(timeline.add({ type: 'mark', name: 'it is correct-horse' }).name).toBe(`it is ${redacted}`)
    expect(seen).toEqual([`sink: it is ${redacted}`, `listener: it is ${redacted}`])
  })

  test('a listener that has stopped hears nothing more', () => {
    const { timeline, mark } = newTimeline()
    const heard: number[] = []
    const stop = timeline.onEntry(({ seq }) => heard.push(seq))
    mark('a')
    stop()
    mark('b')
    expect(heard).toEqual([1])
  })
})

describe('waiting', () => {
  const options = { timeoutMs: 30_000, what: 'the mark b' }

  test('resolves with the first later entry that fits, at its time', async () => {
    const { clock, timeline, mark } = newTimeline()
    mark('b')
    const waiting = timeline.waitFor('mark', ({ name }) => name === 'b', options)
    void clock.sleep(1000).then(() => mark('a'))
    void clock.sleep(2000).then(() => mark('b'))
    expect(await waiting).toMatchObject({ seq: 3, at: 2000 })
    expect(clock.now()).toBe(2000)
  })

  test('resolves at once with an earlier entry where those count', async () => {
    const { timeline, mark } = newTimeline()
    mark('b')
    mark('b')
    expect(await timeline.waitFor('mark', () => true, { ...options, after: 0 })).toMatchObject({ seq: 1 })
    expect(await timeline.waitFor('mark', () => true, { ...options, after: 1 })).toMatchObject({ seq: 2 })
  })

  test('an entry in the last moment is in time', async () => {
    const { clock, timeline, mark } = newTimeline()
    void clock.sleep(30_000).then(() => mark('b'))
    expect(await timeline.waitFor('mark', () => true, options)).toMatchObject({ at: 30_000 })
  })

  test('ends with an error that says what did not come and what came instead', async () => {
    const { clock, timeline, mark } = newTimeline()
    mark('before')
    const waiting = timeline.waitFor('mark', ({ name }) => name === 'b', options)
    mark('a')
    mark('a')
    timeline.add({ type: 'step-begun', text: 'x' })
    const error = await waiting.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(WaitTimedOut)
    expect(error).toMatchObject({ what: 'the mark b', waitedMs: 30_000, code: 'CONNREQ_WAIT_TIMED_OUT' })
    expect((error as Error).message).toBe(
      'Waited 30 s for the mark b; it did not come. Seen meanwhile: 2 × mark, 1 × step-begun.',
    )
    expect(timeline.entries.at(-1)).toMatchObject({
      type: 'wait-timed-out',
      what: 'the mark b',
      ms: 30_000,
      at: 30_000,
    })
    expect(clock.now()).toBe(30_000)
  })

  test('says so when nothing came at all', async () => {
    const { timeline } = newTimeline()
    await expect(timeline.waitFor('mark', () => true, options)).rejects.toThrow('Seen meanwhile: nothing.')
  })

  test('ends with the reason when it is aborted, and notes no time-out', async () => {
    const { clock, timeline } = newTimeline()
    const stop = new AbortController()
    const waiting = timeline.waitFor('mark', () => true, { ...options, signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await clock.sleep(60_000)
    expect(timeline.entries).toEqual([])
  })

  test('leaves nothing behind that could time out later', async () => {
    const { clock, timeline, mark } = newTimeline()
    const looked: string[] = []
    const waiting = timeline.waitFor('mark', ({ name }) => looked.push(name) > 0, options)
    mark('b')
    await waiting
    mark('c')
    await clock.sleep(60_000)
    expect(looked).toEqual(['b'])
    expect(timeline.entries).toHaveLength(2)
  })
})
