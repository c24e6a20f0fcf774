import { describe, expect, test } from 'vitest'
import { fewestSamples, growthIn, type Measure, type Sample, slopeOf } from './growth.ts'
import { realBounds } from './real-phase.ts'
import { virtualBounds } from './virtual-phase.ts'

/** 40 samples, one each 50 scenario runs, of a process that is as it should be but for what is said. */
function samplesWith(measure: Measure, value: (done: number, index: number) => number, count = 40): Sample[] {
  return Array.from({ length: count }, (_, index) => {
    const done = 50 * (index + 1)
    const steady = { done, heap: 50e6, rss: 170e6, descriptors: 21, resources: 0, timers: 0 }
    return { ...steady, [measure]: value(done, index) }
  })
}

const exceededIn = (samples: Sample[]) =>
  growthIn(samples, virtualBounds)
    .filter(({ exceeded }) => exceeded)
    .map(({ measure }) => measure)

describe('the line through the samples', () => {
  test('has the slope of a line, whatever lies around it evenly', () => {
    expect(
      slopeOf([
        [0, 1],
        [1, 3],
        [2, 5],
      ]),
    ).toBeCloseTo(2)
    expect(
      slopeOf([
        [0, 1],
        [1, 0],
        [2, 0],
        [3, 1],
      ]),
    ).toBeCloseTo(0)
    expect(
      slopeOf([
        [3, 1],
        [3, 2],
      ]),
    ).toBe(0)
  })

  test('is not drawn through too few', () => {
    expect(() =>
      growthIn(
        samplesWith('heap', () => 0, fewestSamples),
        virtualBounds,
      ),
    ).toThrow(RangeError)
  })
})

describe('a process that keeps nothing', () => {
  test('does not grow', () => {
    expect(exceededIn(samplesWith('heap', () => 50e6))).toEqual([])
  })
  test('may warm up, and fill what it fills once', () => {
    expect(exceededIn(samplesWith('heap', done => 57e6 - 17e6 * Math.exp(-done / 300)))).toEqual([])
  })
  test('may go up and down', () => {
    expect(exceededIn(samplesWith('rss', (_, index) => 170e6 + (index % 4) * 9e6))).toEqual([])
    expect(exceededIn(samplesWith('descriptors', (_, index) => 21 + (index % 3)))).toEqual([])
  })
})

describe('a leak is seen', () => {
  test.each<[string, Measure, (done: number, index: number) => number]>([
    ['10 kB a scenario run', 'heap', done => 50e6 + 10_000 * done],
    ['10 kB a scenario run with noise', 'heap', (done, index) => 50e6 + 10_000 * done + (index % 5) * 1e6],
    ['50 kB a scenario run outside the heap', 'rss', done => 170e6 + 50_000 * done],
    ['a descriptor with each fifth device', 'descriptors', (_, index) => 21 + Math.floor(index / 5)],
    ['a timer with each device', 'timers', (_, index) => index],
    ['a handle with each device', 'resources', (_, index) => index],
  ])('%s', (_leak, measure, value) => expect(exceededIn(samplesWith(measure, value))).toEqual([measure]))

  test('also what is no number', () => {
    expect(exceededIn(samplesWith('timers', () => Number.NaN))).toEqual(['timers'])
  })

  test('one descriptor a minute in real time', () => {
    const samples = samplesWith('descriptors', (_, index) => 21 + index).map((sample, done) => ({ ...sample, done }))
    expect(growthIn(samples, realBounds).filter(({ exceeded }) => exceeded)).toHaveLength(1)
  })
})
