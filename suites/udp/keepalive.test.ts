import { describe, expect, test } from 'vitest'
import {
  bindingRequest,
  bindingRequestsAt,
  judgedStun,
  outcomeOfStun,
  secondaryPort,
  stunSetting,
} from '../written-stun.ts'
import { type Happening, mark, session } from '../written-timeline.ts'
import { limitsOf } from './keepalive-judge.ts'
import { keepalive } from './keepalive.ts'

const from = (first: number, everyMs: number, times: number) =>
  Array.from({ length: times }, (_, index) => first + index * everyMs)

interface Written {
  apart?: Happening[]
  equal?: Happening[]
  status?: number
  natted?: boolean
}

/** Limits of 20 and 30 s from 0 to 90 s, then of 15 s from 100 s to 190 s. */
const happenings = ({ status = 0, natted = false, ...written }: Written = {}): Happening[] => {
  const { apart = bindingRequestsAt(from(20_000, 25_000, 3)), equal = bindingRequestsAt(from(110_000, 15_000, 5)) } =
    written
  return [
    stunSetting(limitsOf('apart'), 0, { status }),
    mark('apart', 1000, { minimum: 20, maximum: 30, status, natted }),
    ...apart,
    mark('apart-over', 91_000),
    stunSetting(limitsOf('equal'), 95_000, { status }),
    mark('equal', 100_000, { minimum: 15, maximum: 15, status, natted }),
    ...equal,
    mark('equal-over', 175_000),
  ]
}

const verdicts = (written?: Written) => judgedStun(keepalive, ...happenings(written))
const passed = { atMost: 'pass', atLeast: 'pass', fixed: 'pass' }

test('a device within the limits passes', () => {
  expect(verdicts()).toEqual(passed)
  expect(outcomeOfStun(keepalive, ...happenings()).properties).toEqual({
    'keep-alives between 20 and 30 s': '2 gaps of 25 s',
    'keep-alives between 15 and 15 s': '4 gaps of 15 s',
  })
})

describe('a gap', () => {
  test('above the maximum fails, at the end as well', () => {
    expect(verdicts({ apart: bindingRequestsAt([20_000, 54_000, 80_000]) })).toMatchObject({ atMost: 'fail' })
    expect(verdicts({ apart: bindingRequestsAt([20_000]) })).toMatchObject({ atMost: 'fail' })
    expect(verdicts({ apart: [] })).toMatchObject({ atMost: 'fail', atLeast: 'inconclusive' })
  })

  test('below the minimum fails', () => {
    expect(verdicts({ apart: bindingRequestsAt(from(15_000, 17_000, 5)) })).toMatchObject({
      atLeast: 'fail',
      atMost: 'pass',
    })
  })

  test('off the one period is a warning besides', () => {
    expect(verdicts({ equal: bindingRequestsAt(from(105_000, 20_000, 4)) })).toMatchObject({
      fixed: 'warning',
      atMost: 'fail',
    })
    expect(verdicts({ equal: bindingRequestsAt(from(105_000, 5000, 14)) })).toMatchObject({
      fixed: 'warning',
      atLeast: 'fail',
    })
  })

  test('may be off by 1 s or a tenth', () => {
    expect(verdicts({ equal: bindingRequestsAt(from(110_000, 16_400, 4)) })).toEqual(passed)
    expect(verdicts({ apart: bindingRequestsAt(from(20_000, 18_100, 4)) })).toEqual(passed)
  })
})

describe('one gap that a lost datagram explains', () => {
  test('is not judged', () => {
    const lost = bindingRequestsAt([110_000, 125_000, 155_000, 170_000])
    expect(verdicts({ equal: lost })).toEqual({ atMost: 'inconclusive', atLeast: 'pass', fixed: 'inconclusive' })
    const early = bindingRequestsAt([110_000, 125_000, 128_000, 143_000, 158_000, 173_000])
    expect(verdicts({ equal: early })).toEqual({ atMost: 'pass', atLeast: 'inconclusive', fixed: 'inconclusive' })
  })

  test('is none where it is no sum of two others, or one of several', () => {
    expect(verdicts({ equal: bindingRequestsAt([110_000, 125_000, 145_000, 160_000]) })).toMatchObject({
      atMost: 'fail',
    })
    expect(verdicts({ equal: bindingRequestsAt([110_000, 140_000, 170_000]) })).toMatchObject({ atMost: 'fail' })
  })
})

describe('no gap ends with', () => {
  test('a report of a change', () => {
    const equal = [...bindingRequestsAt(from(110_000, 15_000, 5)), bindingRequest({ at: 125_010, change: true })]
    expect(verdicts({ equal })).toEqual(passed)
  })

  test('another copy', () => {
    const copied = bindingRequest({ at: 155_000, copiesAfterMs: [0, 100, 300] })
    expect(verdicts({ equal: [...bindingRequestsAt([110_000, 125_000, 140_000, 170_000]), copied] })).toEqual(passed)
  })

  test('what follows a 401 or a request without an answer', () => {
    const lost = bindingRequest({ at: 140_000, answered: 'not at all' })
    const refused = bindingRequest({ at: 155_000, answered: 401 })
    const equal = [...bindingRequestsAt([110_000, 125_000, 149_600, 155_010, 170_000]), lost, refused]
    expect(verdicts({ equal })).toMatchObject({ atLeast: 'pass' })
  })

  test('what follows a session', () => {
    const extra = [session({ at: 130_000 }), bindingRequest({ at: 130_200 })]
    expect(verdicts({ equal: [...bindingRequestsAt(from(110_000, 15_000, 5)), ...extra] })).toEqual(passed)
  })

  test('what follows a session in the rhythm, from which the next one is counted', () => {
    const equal = [session({ at: 139_000, tookMs: 500 }), ...bindingRequestsAt(from(110_000, 15_000, 5))]
    expect(verdicts({ equal })).toEqual(passed)
  })

  test('a request of another port or of a stranger', () => {
    const probe = bindingRequest({ at: 130_000, from: secondaryPort, binding: false })
    const stranger = bindingRequest({ at: 131_000, ofDeviceUnderTest: false })
    expect(verdicts({ equal: [...bindingRequestsAt(from(110_000, 15_000, 5)), probe, stranger] })).toEqual(passed)
  })
})

describe('behind a NAT', () => {
  const other = { address: '192.0.2.2', port: 9000 }
  const moved = [
    ...bindingRequestsAt([110_000, 125_000]),
    ...bindingRequestsAt([140_000, 155_000, 170_000], { from: other }),
  ]

  test('the primary port may be seen at another place from then on', () => {
    expect(verdicts({ equal: moved, natted: true })).toEqual(passed)
    expect(verdicts({ equal: moved })).toMatchObject({ atMost: 'fail' })
  })

  test('a place that comes between is none of the primary port', () => {
    const equal = [...bindingRequestsAt([110_000, 170_000]), bindingRequest({ at: 140_000, from: other })]
    expect(verdicts({ equal, natted: true })).toMatchObject({ atMost: 'fail' })
  })
})

describe('not judged is', () => {
  test('a device that refuses the limits', () => {
    const refused = (['apart', 'equal'] as const).map(name => stunSetting(limitsOf(name), 0, { fault: '9007' }))
    expect(judgedStun(keepalive, ...refused)).toEqual({
      atMost: 'inconclusive',
      atLeast: 'inconclusive',
      fixed: 'inconclusive',
    })
  })

  test('a breach of a device that takes them later', () => {
    const wrong = {
      apart: bindingRequestsAt([20_000, 24_000]),
      equal: bindingRequestsAt([110_000, 115_000]),
      status: 1,
    }
    expect(verdicts(wrong)).toEqual({ atMost: 'inconclusive', atLeast: 'inconclusive', fixed: 'inconclusive' })
  })

  test('a period of which there is but one request', () => {
    expect(verdicts({ equal: bindingRequestsAt([110_000]) })).toMatchObject({ fixed: 'inconclusive', atMost: 'fail' })
  })
})
