import { describe, expect, test } from 'vitest'
import { bindingRequest, judgedStun, stunReading } from '../written-stun.ts'
import { type Happening, mark, plain, session } from '../written-timeline.ts'
import { publicPlace, toLocalAddress } from './stun-off-judge.ts'
import { stunOff } from './stun-off.ts'

const local = '192.0.2.2:7547'
const lied = '203.0.113.80:40080'

interface Written {
  status?: number
  natted?: boolean
  whileOff?: Happening[]
  read?: Record<string, string>
  called?: boolean | 'not asked'
  bound?: boolean
  told?: boolean
}

const happenings = (written: Written = {}): Happening[] => {
  const { status = 0, natted = false, whileOff = [], called = true, bound = true, told = true } = written
  const { read = { NATDetected: '0', UDPConnectionRequestAddress: local } } = written
  return [
    bindingRequest({ at: 900, answered: publicPlace }),
    mark('told', 1000, { mapped: lied, told, source: local }),
    // What was under way does not count.
    bindingRequest({ at: 5000 }),
    mark('off', 20_000, { status, natted }),
    ...whileOff,
    mark('off-over', 80_000),
    stunReading('off', 81_000, read),
    ...(called === 'not asked' ? [] : asking(called)),
    mark('settled', 200_000, { bound }),
  ]
}

const asking = (called: boolean): Happening[] => [
  mark('asking', 90_000),
  request(90_100),
  ...(called ? [session({ at: 91_000 })] : []),
  mark('asked', 100_000),
]

const request = (at: number): Happening =>
  plain(at, {
    type: 'udp-cr-sent',
    ...{ request: 1, label: toLocalAddress, copy: 1, copies: 3, authorised: true },
    ...{ from: { address: '192.0.2.1', port: 3478 }, to: { address: '192.0.2.2', port: 7547 }, raw: { length: 0 } },
  })

const verdicts = (written?: Written) => judgedStun(stunOff, ...happenings(written))

test('a device that falls silent and shows its local address passes', () => {
  expect(verdicts()).toEqual({ silent: 'pass', natDetected: 'pass', address: 'pass', listens: 'pass' })
})

describe('a Binding Request with STUN off', () => {
  test('fails, also without CONNECTION-REQUEST-BINDING', () => {
    expect(verdicts({ whileOff: [bindingRequest({ at: 40_000 })] })).toMatchObject({ silent: 'fail' })
    expect(verdicts({ whileOff: [bindingRequest({ at: 40_000, binding: false })] })).toMatchObject({ silent: 'fail' })
  })

  test('of a stranger does not count, nor another copy of one from before', () => {
    const stranger = bindingRequest({ at: 40_000, ofDeviceUnderTest: false })
    const copies = bindingRequest({ at: 19_000, copiesAfterMs: [0, 1600], answered: 'not at all' })
    expect(verdicts({ whileOff: [stranger, copies] })).toMatchObject({ silent: 'pass' })
  })

  test('that is absent proves nothing where none comes afterwards either', () => {
    expect(verdicts({ bound: false })).toMatchObject({ silent: 'inconclusive' })
  })

  test('of a device that switches off later is not judged', () => {
    const later = { status: 1, whileOff: [bindingRequest({ at: 40_000 })], read: { NATDetected: '1' } }
    expect(verdicts(later)).toMatchObject({ silent: 'inconclusive', natDetected: 'inconclusive' })
  })
})

describe('the values', () => {
  test('prove nothing where the device was told no other address before', () => {
    expect(verdicts({ told: false })).toMatchObject({ address: 'inconclusive', natDetected: 'inconclusive' })
    const kept = { told: false, read: { NATDetected: '1', UDPConnectionRequestAddress: '' } }
    expect(verdicts(kept)).toMatchObject({ address: 'fail', natDetected: 'fail' })
  })

  test.each(['1', 'true'])('NATDetected %s fails', value => {
    expect(verdicts({ read: { NATDetected: value } })).toMatchObject({ natDetected: 'fail', address: 'inconclusive' })
  })

  test.each([lied, '', 'nonsense:'])('the address %s fails', value => {
    expect(verdicts({ read: { UDPConnectionRequestAddress: value } })).toMatchObject({
      address: 'fail',
      natDetected: 'inconclusive',
    })
  })

  test('an address of another interface passes', () => {
    expect(verdicts({ read: { UDPConnectionRequestAddress: '10.0.0.1:7547' } })).toMatchObject({ address: 'pass' })
  })

  test('behind a NAT that from which the requests came fails', () => {
    expect(verdicts({ natted: true, called: 'not asked' })).toMatchObject({ address: 'fail', listens: 'inconclusive' })
  })
})

describe('a device that no longer listens', () => {
  test('is warned of', () => {
    expect(verdicts({ called: false })).toMatchObject({ listens: 'warning' })
  })

  test('is not known where nothing could be sent', () => {
    expect(verdicts({ called: 'not asked' })).toMatchObject({ listens: 'inconclusive' })
  })
})
