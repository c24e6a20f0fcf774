import { describe, expect, test } from 'vitest'
import { hostAndPort } from '../../harness/udp-bench.ts'
import { bindingRequest, judgedStun, stunReading, stunSetting } from '../written-stun.ts'
import { control, type Happening, mark, session } from '../written-timeline.ts'
import { liftingLimit, places, readings, type Told, toldMark, truthAgain } from './mapping-metrics.ts'
import { mapping } from './mapping.ts'
import { attributesMark, refusedMark } from './notification-attributes.ts'

const mapped: Record<Told, string> = {
  truth: '192.0.2.2:7547',
  'other-address': '203.0.113.90:7547',
  'other-port': '192.0.2.2:7548',
}
const place = {
  notified: hostAndPort(places.notified),
  quiet: hostAndPort(places.quiet),
  first: hostAndPort(places.first),
  last: hostAndPort(places.last),
}

const change = (at: number, values: Record<string, string>, events = ['4 VALUE CHANGE']): Happening =>
  session({
    at,
    events,
    parameters: Object.entries(values).map(([name, value]) => ({ name: `Device.ManagementServer.${name}`, value })),
  })
const addressChange = (at: number, value: string) => change(at, { UDPConnectionRequestAddress: value })

interface Written {
  natted?: boolean
  nat?: Partial<Record<Told, string>>
  address?: Partial<Record<Told, string>>
  without?: 'NATDetected' | 'UDPConnectionRequestAddress'
  throttle?: number
  refused?: boolean
  notified?: Happening[]
  quiet?: Happening[]
  control?: Happening[]
  limited?: Happening[] | 'no parameter' | 'refused'
  limitedStatus?: number
  natAgain?: string
  liftingFault?: string
}

const happenings = (written: Written = {}): Happening[] => {
  const { natted = false, nat = {}, address = {}, without, throttle = 0, quiet = [], limited } = written
  const { notified = [change(60_500, { UDPConnectionRequestAddress: place.notified, NATDetected: '1' })] } = written
  return [
    ...readings.flatMap((what, index) => {
      const values = {
        NATDetected: nat[what] ?? (what === 'truth' && !natted ? '0' : '1'),
        UDPConnectionRequestAddress: address[what] ?? mapped[what],
      }
      const read = Object.fromEntries(Object.entries(values).filter(([name]) => name !== without))
      return [
        mark(toldMark(what), 10_000 * index, { mapped: mapped[what], natted }),
        stunReading(what, 10_000 * index + 1000, read),
      ]
    }),
    ...(written.liftingFault ? [stunSetting(liftingLimit, 39_000, { fault: written.liftingFault })] : []),
    ...(written.natAgain ? [stunReading(truthAgain, 45_000, { NATDetected: written.natAgain })] : []),
    mark(attributesMark, 40_000, { before: {}, throttle }),
    ...(written.refused ? [mark(refusedMark, 41_000, { fault: '9009' })] : []),
    mark('change-notified', 50_000),
    mark(toldMark('notified'), 60_000, { mapped: place.notified }),
    ...notified,
    mark('change-notified-over', 120_000),
    mark('change-quiet', 130_000),
    mark(toldMark('quiet'), 140_000, { mapped: place.quiet }),
    ...quiet,
    mark('change-quiet-over', 200_000),
    ...(written.control ?? control(201_000)),
    ...limitedPart(limited, written.limitedStatus ?? 0),
    mark('settled', 500_000, { bound: true }),
  ]
}

function limitedPart(limited: Written['limited'], status: number): Happening[] {
  if (limited === 'no parameter') return [mark('no-limit', 210_000)]
  if (limited === 'refused') return [mark('no-limit', 210_000, { fault: '9007' })]
  return [
    mark('limited', 220_000, { seconds: 60, status }),
    mark(toldMark('first'), 230_000, { mapped: place.first }),
    ...(limited === undefined ? [addressChange(230_100, place.first), addressChange(290_100, place.last)] : limited),
    mark(toldMark('last'), 245_000, { mapped: place.last }),
    mark('limited-over', 350_000),
  ]
}

const verdicts = (written?: Written) => judgedStun(mapping, ...happenings(written))

test('a device that shows and tells what it is told passes', () => {
  expect(new Set(Object.values(verdicts()))).toEqual(new Set(['pass']))
})

describe('NATDetected', () => {
  test.each<[Told, string]>([
    ['truth', '1'],
    ['other-address', '0'],
    ['other-port', 'false'],
  ])('after the %s may not be %s', (what, value) => {
    expect(verdicts({ nat: { [what]: value } })).toMatchObject({ natDetected: 'fail', address: 'pass' })
  })

  test('is not judged for the truth behind a NAT, but for the rest', () => {
    expect(verdicts({ natted: true })).toMatchObject({ natDetected: 'inconclusive', address: 'pass', notified: 'pass' })
    expect(verdicts({ natted: true, nat: { 'other-address': '0' } })).toMatchObject({ natDetected: 'fail' })
  })

  test('is not judged where there is none', () => {
    expect(verdicts({ without: 'NATDetected' })).toMatchObject({ natDetected: 'inconclusive', address: 'pass' })
  })
})

describe('UDPConnectionRequestAddress', () => {
  test.each<[Told, string]>([
    ['other-address', mapped.truth],
    ['other-port', mapped['other-address']],
    ['truth', ''],
    ['truth', '192.0.2.2'],
  ])('after the %s may not be "%s"', (what, value) => {
    expect(verdicts({ address: { [what]: value } })).toMatchObject({ address: 'fail', natDetected: 'pass' })
  })

  test('may be one that it was told since, by a NAT that has changed its mind', () => {
    const from = { address: '192.0.2.2', port: 9000 }
    const moved = [bindingRequest({ at: 500, from }), ...happenings({ address: { truth: '192.0.2.2:9000' } })]
    expect(judgedStun(mapping, ...moved)).toMatchObject({ address: 'pass' })
    expect(verdicts({ address: { truth: '192.0.2.2:9000' } })).toMatchObject({ address: 'fail' })
  })

  test('is not judged where there is none', () => {
    expect(verdicts({ without: 'UDPConnectionRequestAddress' })).toMatchObject({ address: 'inconclusive' })
  })
})

describe('a change with active notification', () => {
  test('that no session tells of fails', () => {
    expect(verdicts({ notified: [] })).toMatchObject({ notified: 'fail' })
    expect(verdicts({ notified: [addressChange(60_500, mapped['other-port'])] })).toMatchObject({ notified: 'fail' })
    const periodic = change(60_500, { UDPConnectionRequestAddress: place.notified, NATDetected: '1' }, ['2 PERIODIC'])
    expect(verdicts({ notified: [periodic] })).toMatchObject({ notified: 'fail' })
  })

  test('tells of NATDetected too, be it in another session, where that changed', () => {
    const [address, nat] = [addressChange(60_500, place.notified), change(62_000, { NATDetected: 'true' })]
    expect(verdicts({ notified: [address] })).toMatchObject({ notified: 'fail' })
    expect(verdicts({ notified: [address, nat] })).toMatchObject({ notified: 'pass' })
    expect(verdicts({ notified: [address], natted: true })).toMatchObject({ notified: 'pass' })
  })

  test('need not tell of NATDetected where that had not become false before', () => {
    const address = addressChange(60_500, place.notified)
    expect(verdicts({ notified: [address], natAgain: '1' })).toMatchObject({ notified: 'pass' })
    expect(verdicts({ notified: [address], natAgain: '0' })).toMatchObject({ notified: 'fail' })
  })

  test.each<[string, Written]>([
    ['a limit that was there was not lifted', { liftingFault: '9001' }],
    ['notifications are throttled', { throttle: 60 }],
    ['the attributes were refused', { refused: true }],
    ['the device does not show what it is told', { address: { 'other-address': mapped.truth } }],
  ])('need not be told of where %s', (_, written) => {
    expect(verdicts({ notified: [], ...written })).toMatchObject({ notified: 'inconclusive' })
  })
})

describe('a change without notification', () => {
  test('that a session tells of fails', () => {
    expect(verdicts({ quiet: [addressChange(140_500, place.quiet)] })).toMatchObject({ notNotified: 'fail' })
    expect(verdicts({ quiet: [addressChange(140_500, place.quiet)], refused: true })).toMatchObject({
      notNotified: 'inconclusive',
    })
  })

  test('is not judged by what was changed before, or is in every Inform', () => {
    const before = [addressChange(140_500, place.notified), change(140_500, { NATDetected: '1' })]
    for (const late of before) expect(verdicts({ quiet: [late] })).toMatchObject({ notNotified: 'inconclusive' })
    const always = change(139_000, { UDPConnectionRequestAddress: place.notified }, ['2 PERIODIC'])
    expect(verdicts({ quiet: [always, addressChange(140_500, place.quiet)] })).toMatchObject({
      notNotified: 'inconclusive',
    })
  })

  test('may coincide with other changes, and other sessions', () => {
    const others = [
      session({ at: 150_000, events: ['4 VALUE CHANGE'] }),
      change(160_000, { NATDetected: '1' }, ['2 PERIODIC']),
    ]
    expect(verdicts({ quiet: others })).toMatchObject({ notNotified: 'pass' })
  })

  test('proves nothing without a control', () => {
    expect(verdicts({ control: control(201_000, { silent: true }) })).toMatchObject({ notNotified: 'inconclusive' })
    expect(verdicts({ control: [] })).toMatchObject({ notNotified: 'inconclusive' })
  })
})

describe('the notification limit', () => {
  const first = addressChange(230_100, place.first)

  test.each<[string, Happening[], string]>([
    ['told at once', [first, addressChange(246_000, place.last)], 'fail'],
    ['never told', [first], 'fail'],
    ['told with the value before', [first, addressChange(290_100, place.first)], 'fail'],
    ['told a little early', [first, addressChange(284_500, place.last)], 'pass'],
    ['told late', [first, addressChange(330_000, place.last)], 'pass'],
    ['told when the first was not', [addressChange(246_000, place.last)], 'inconclusive'],
    ['not told, as was the first', [], 'inconclusive'],
  ])('with the second change %s: %#', (_, limited, verdict) => {
    expect(verdicts({ limited })).toMatchObject({ limited: verdict })
  })

  test('is not judged where it was refused, is throttled or is taken later', () => {
    expect(verdicts({ limited: 'refused' })).toMatchObject({ limited: 'inconclusive' })
    expect(verdicts({ limited: [first], throttle: 60 })).toMatchObject({ limited: 'inconclusive' })
    expect(verdicts({ limited: [first], limitedStatus: 1 })).toMatchObject({ limited: 'inconclusive' })
  })

  test('does not apply to a device without it', () => {
    expect(verdicts({ limited: 'no parameter' })).toMatchObject({ limited: 'not-applicable' })
  })
})
