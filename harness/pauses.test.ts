import { expect, test } from 'vitest'
import { pauseDetector } from './pauses.ts'

const everyMs = 100
const hourMs = 3_600_000

/** What one look finds after the clocks went on by so much. */
function afterwards(passed: { now: number; wall: number; sinceBoot?: number; processor?: number }) {
  const first = { now: 50, wall: 1_700_000_000_000, sinceBoot: 9000, processor: 700 }
  const known = 'sinceBoot' in passed
  const look = pauseDetector({ ...first, sinceBoot: known ? first.sinceBoot : undefined }, everyMs)
  return look({
    now: first.now + passed.now,
    wall: first.wall + passed.wall,
    sinceBoot: passed.sinceBoot === undefined ? undefined : first.sinceBoot + passed.sinceBoot,
    ...(passed.processor === undefined ? {} : { processor: first.processor + passed.processor }),
  })
}

test('an ordinary look finds nothing, also when it comes a little late', () => {
  expect(afterwards({ now: 100, wall: 100, sinceBoot: 100 })).toEqual({ lateMs: 0, entries: [] })
  expect(afterwards({ now: 700, wall: 700, sinceBoot: 700 })).toEqual({ lateMs: 600, entries: [] })
})

test('a stopped process: every clock went on', () => {
  expect(afterwards({ now: 12_100, wall: 12_100, sinceBoot: 12_100 }).entries).toEqual([
    { type: 'suspended', from: 50, to: 12_150, ms: 12_100, how: 'process' },
  ])
})

test('a gap that our own work filled is no stop: the processor worked for us', () => {
  const how = (processor: number) =>
    afterwards({ now: 3000, wall: 3000, sinceBoot: 3000, processor }).entries.map(entry => 'how' in entry && entry.how)
  expect(how(2950)).toEqual(['busy'])
  expect(how(500)).toEqual(['busy'])
  expect(how(400)).toEqual(['process'])
  expect(how(0)).toEqual(['process'])
  expect(afterwards({ now: 1900, wall: 1900, sinceBoot: 1900, processor: 1900 }).entries).toEqual([])
})

test('a machine that slept is one also where we were busy before', () => {
  const entries = afterwards({ now: 3000, wall: 63_000, sinceBoot: 63_000, processor: 2900 }).entries
  expect(entries).toMatchObject([{ type: 'suspended', how: 'machine' }])
})

test('a machine that slept: the clock of the run stood still', () => {
  const slept = 12 * 60_000
  expect(afterwards({ now: 100, wall: slept + 100, sinceBoot: slept + 100 }).entries).toEqual([
    { type: 'suspended', from: 50, to: 150, ms: slept + 100, how: 'machine' },
  ])
})

test.each([hourMs, -hourMs])('a wall clock that was set by %d ms is no suspension', byMs => {
  expect(afterwards({ now: 100, wall: 100 + byMs, sinceBoot: 100 }).entries).toEqual([{ type: 'clock-set', byMs }])
})

test('a wall clock set while the machine slept is both', () => {
  expect(afterwards({ now: 100, wall: hourMs, sinceBoot: 20_100 }).entries).toEqual([
    { type: 'suspended', from: 50, to: 150, ms: 20_100, how: 'machine' },
    { type: 'clock-set', byMs: hourMs - 20_100 },
  ])
})

test('where the time since boot is not to be had, a jump forward is taken for sleep and one back is not', () => {
  expect(afterwards({ now: 100, wall: hourMs }).entries).toEqual([
    { type: 'suspended', from: 50, to: 150, ms: hourMs, how: 'machine' },
  ])
  expect(afterwards({ now: 100, wall: -hourMs }).entries).toEqual([{ type: 'clock-set', byMs: -hourMs - 100 }])
})
