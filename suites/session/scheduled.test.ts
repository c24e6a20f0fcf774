import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultRetryParameters, isScheduled, retryWaitRange } from './scheduled.ts'

describe('the range of a retry wait', () => {
  test('is that of Table 3 for a device without the two parameters', () => {
    const ranges = Array.from({ length: 12 }, (_, index) => retryWaitRange(index + 1, defaultRetryParameters))
    expect(ranges.map(({ fromMs, toMs }) => [fromMs / 1000, toMs / 1000])).toEqual([
      [5, 10],
      [10, 20],
      [20, 40],
      [40, 80],
      [80, 160],
      [160, 320],
      [320, 640],
      [640, 1280],
      [1280, 2560],
      [2560, 5120],
      [2560, 5120],
      [2560, 5120],
    ])
  })

  test('begins at m, is k/1000 times as far at its end, and where the one before it ended, up to the tenth', () => {
    // The data model gives both 1 to 65535; less than 1000 would make the waits shrink.
    const parameters = fc.record({ m: fc.integer({ min: 1, max: 65_535 }), k: fc.integer({ min: 1000, max: 65_535 }) })
    fc.assert(
      fc.property(parameters, fc.integer({ min: 1, max: 100 }), (parameters, n) => {
        const { fromMs, toMs } = retryWaitRange(n, parameters)
        let bound = parameters.m * 1000
        for (let step = 1; step < Math.min(n, 10); step++) bound = (bound * parameters.k) / 1000
        expect(fromMs / bound).toBeCloseTo(1, 9)
        expect(toMs / fromMs).toBeCloseTo(parameters.k / 1000, 6)
        expect(retryWaitRange(n + 1, parameters).fromMs).toBe(n < 10 ? toMs : fromMs)
      }),
    )
  })
})

test.each([
  ['M ScheduleInform', 'connreq', true],
  ['M ScheduleInform', 'theirs', false],
  ['3 SCHEDULED', 'connreq', false],
])('an Inform with %s and the CommandKey %s is one that we scheduled: %s', (eventCode, commandKey, ours) => {
  expect(
    isScheduled({
      events: [
        { eventCode: '4 VALUE CHANGE', commandKey: '' },
        { eventCode, commandKey },
      ],
    }),
  ).toBe(ours)
})
