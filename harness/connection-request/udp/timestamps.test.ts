import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTimestamps } from './timestamps.ts'

/** Timestamps by a wall clock that is set by hand, in milliseconds. */
function byHand({ ms = 0, earlier = 0 } = {}) {
  const wall = { ms }
  let asked = 0
  const clock = { wallTime: () => new Date(wall.ms) } as Parameters<typeof createTimestamps>[0]['clock']
  const last = () => {
    asked++
    return earlier
  }
  const used: number[] = []
  const timestamps = createTimestamps({ clock, last, onUsed: ts => used.push(ts) })
  return { wall, timestamps, asked: () => asked, used }
}

describe('a timestamp', () => {
  test('is the seconds of the wall clock', () => {
    const { wall, timestamps } = byHand({ ms: 1_700_000_000_999 })
    expect(timestamps.next()).toBe(1_700_000_000)
    wall.ms += 60_000
    expect(timestamps.next()).toBe(1_700_000_060)
    expect(timestamps.last).toBe(1_700_000_060)
  })

  test('is one more than the last while the clock stands still', () => {
    const { timestamps } = byHand({ ms: 5000 })
    expect([timestamps.next(), timestamps.next(), timestamps.next()]).toEqual([5, 6, 7])
  })

  test('is one more than the last when the clock goes back, until it has caught up', () => {
    const { wall, timestamps } = byHand({ ms: 100_000 })
    expect(timestamps.next()).toBe(100)
    wall.ms = 3000
    expect([timestamps.next(), timestamps.next()]).toEqual([101, 102])
    wall.ms = 102_000
    expect(timestamps.next()).toBe(103)
    wall.ms = 200_000
    expect(timestamps.next()).toBe(200)
  })

  test('begins above those of earlier runs', () => {
    const { timestamps } = byHand({ ms: 5000, earlier: 2_000_000_000 })
    expect(timestamps.last).toBe(2_000_000_000)
    expect(timestamps.next()).toBe(2_000_000_001)
  })

  test('is above one that did not come from here', () => {
    const { timestamps, used } = byHand({ ms: 5000 })
    timestamps.next()
    timestamps.used(90)
    expect(timestamps.last).toBe(90)
    timestamps.used(7)
    expect(timestamps.last).toBe(90)
    expect(timestamps.next()).toBe(91)
    expect(used).toEqual([90])
  })

  test('that was used first of all counts beside those of earlier runs', () => {
    const { timestamps } = byHand({ earlier: 50 })
    timestamps.used(10)
    expect(timestamps.next()).toBe(51)
  })

  test('asks for earlier runs only when the first is needed, and once', () => {
    const { timestamps, asked } = byHand({ earlier: 3 })
    expect(asked()).toBe(0)
    timestamps.next()
    timestamps.next()
    expect(timestamps.last).toBeGreaterThan(3)
    expect(asked()).toBe(1)
  })
})

test('timestamps are whole and grow by at least one, whatever the clock does and others use', () => {
  const step = fc.oneof(fc.record({ to: fc.nat(10_000_000) }), fc.record({ used: fc.nat(10_000) }), fc.constant('next'))
  fc.assert(
    fc.property(fc.array(step), fc.nat(10_000), (steps, earlier) => {
      const { wall, timestamps } = byHand({ earlier })
      let last = earlier
      for (const each of steps) {
        if (typeof each === 'string') {
          const ts = timestamps.next()
          expect(Number.isInteger(ts)).toBe(true)
          expect(ts).toBeGreaterThan(last)
          expect(ts).toBeGreaterThanOrEqual(Math.floor(wall.ms / 1000))
          last = ts
        } else if ('to' in each) wall.ms = each.to
        else {
          timestamps.used(each.used)
          last = Math.max(last, each.used)
        }
        expect(timestamps.last).toBe(last)
      }
    }),
  )
})
