import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isStandardSchedule } from './schedule.ts'

const standard = [0, 100, 300, 700, 1500, 3100, 4700, 6300, 7900]

describe('the schedule of RFC 3489', () => {
  test('is recognised at any pace within 20 %', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.81, max: 1.19, noNaN: true }), pace => {
        expect(isStandardSchedule(standard.map(at => at * pace))).toBe(true)
      }),
    )
  })

  test('is recognised with up to two copies lost', () => {
    for (const lost of standard.keys()) {
      const rest = standard.filter((_, index) => index !== lost)
      expect(isStandardSchedule(rest.map(at => at - (rest[0] ?? 0)))).toBe(true)
    }
    expect(isStandardSchedule(standard.slice(0, 7))).toBe(true)
    expect(isStandardSchedule(standard.slice(0, 6))).toBe(false)
  })

  test.each([
    ['sent once', [0]],
    ['every 3 s', [0, 3000, 6000, 9000]],
    ['RFC 5389', [0, 500, 1500, 3500, 7500]],
    ['every 500 ms', Array.from({ length: 20 }, (_, index) => 500 * index)],
    ['at twice the pace', standard.map(at => at / 2)],
  ])('is not what is %s', (_, offsets) => {
    expect(isStandardSchedule(offsets)).toBe(false)
  })
})
