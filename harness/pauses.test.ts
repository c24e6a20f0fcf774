import { expect, test } from 'vitest'
import { pauseDetector } from './pauses.ts'

const everyMs = 100
const hourMs = 3_600_000

/** What one look finds after the clocks went on by so much. */
function afterwards(passed: { now: number; wall: number; sinceBoot?: number }) {
  const first = { now: 50, wall: 1_700_000_000_000, sinceBoot: 9000 }
  const known = 'sinceBoot' in passed
  const look = pauseDetector({ ...first, sinceBoot: known ? first.sinceBoot : undefined }, everyMs)
  return look({
    now: first.now + passed.now,
    wall: first.wall + passed.wall,
    sinceBoot: passed.sinceBoot === undefined ? undefined : first.sinceBoot + passed.sinceBoot,
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
