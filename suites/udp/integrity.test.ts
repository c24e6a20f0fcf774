import { describe, expect, test } from 'vitest'
import type { IntegrityVariant } from '../../harness/timeline/udp-entry.ts'
import {
  attribute,
  bindingRequest,
  judgedStun,
  outcomeOfStun,
  stunSetting,
  type WrittenBindingRequest,
} from '../written-stun.ts'
import { type Happening, mark } from '../written-timeline.ts'
import { lengths, nobody, roundMark, userOf } from './integrity-judge.ts'
import { integrity } from './integrity.ts'

const right: IntegrityVariant = { padded: true, lengthIncludesIntegrity: true, key: 'password' }
const unpadded: IntegrityVariant = { ...right, padded: false }

const nameOfLength = (length: number) => `${length}bcdefgh`.slice(0, length)

/** A name filled up to a multiple of four bytes. */
const padded = (length: number, filler = '00') => {
  const text = nameOfLength(length)
  const hex = Buffer.from(text).toString('hex')
  return { text, hex: hex + filler.repeat((4 - (length % 4)) % 4) }
}

interface Written {
  status?: number
  /** The request that is refused; nothing where none comes. */
  refused?: Partial<WrittenBindingRequest> | 'none'
  /** The request after the 401, by the length of the name. */
  resent?: (length: number) => Partial<WrittenBindingRequest> | 'none'
  resentAfterMs?: number
  whileNobody?: Happening[]
  nobodyStatus?: number
  bound?: boolean
}

const round = (length: number, at: number, written: Written): Happening[] => {
  const { status = 0, refused = {}, resent = () => ({}), resentAfterMs = 10 } = written
  const again = resent(length)
  return [
    stunSetting(userOf(length), at, { status }),
    mark(roundMark(length), at + 1000, { username: nameOfLength(length), status }),
    ...(refused === 'none' ? [] : [bindingRequest({ at: at + 5000, answered: 401, ...refused })]),
    ...(again === 'none'
      ? []
      : [
          bindingRequest({
            ...{ at: at + 5002 + resentAfterMs, username: padded(length), integrity: [right] },
            ...again,
          }),
        ]),
    mark(`${roundMark(length)}-over`, at + 45_000),
  ]
}

const happenings = (written: Written = {}): Happening[] => {
  const { whileNobody = [bindingRequest({ at: 210_000, answered: 401 })], nobodyStatus = 0, bound = true } = written
  return [
    ...lengths.flatMap((length, index) => round(length, 50_000 * index, written)),
    stunSetting(nobody, 201_000, { status: nobodyStatus }),
    mark('nobody', 202_000, { status: nobodyStatus }),
    ...whileNobody,
    mark('nobody-over', 250_000),
    mark('settled', 270_000, { bound }),
  ]
}

const verdicts = (written?: Written) => judgedStun(integrity, ...happenings(written))
const allPass = new Set(['pass'])

test('a device that asks again with both passes, and the variants are properties', () => {
  expect(new Set(Object.values(verdicts()))).toEqual(allPass)
  expect(outcomeOfStun(integrity, ...happenings()).properties).toEqual({
    'MESSAGE-INTEGRITY': 'over the padded message',
    'padding of USERNAME': 'NULs',
  })
})

describe('allowed as well is', () => {
  test('a name filled up with spaces', () => {
    expect(new Set(Object.values(verdicts({ resent: length => ({ username: padded(length, '20') }) })))).toEqual(
      allPass,
    )
  })

  test('both from the beginning once the device knows', () => {
    const written = lengths.flatMap((length, index) =>
      round(length, 50_000 * index, index === 0 ? {} : { refused: 'none' }),
    )
    expect(judgedStun(integrity, ...written)).toMatchObject({ named: 'pass', resent: 'pass', computed: 'pass' })
  })

  test('falling silent, or going on without, where there is no name', () => {
    const more = [bindingRequest({ at: 210_000, answered: 401 }), bindingRequest({ at: 225_000, answered: 401 })]
    expect(verdicts({ whileNobody: more })).toMatchObject({ withoutUser: 'pass' })
  })
})

describe('after a 401', () => {
  test('nothing, or nothing in time, fails', () => {
    expect(verdicts({ resent: () => 'none' })).toMatchObject({ resent: 'fail', computed: 'inconclusive' })
    expect(verdicts({ resentAfterMs: 21_000 })).toMatchObject({ resent: 'fail', computed: 'pass' })
  })

  test('nothing, but once of several times, proves nothing: the 401 may have been lost', () => {
    const once = verdicts({ resent: length => (length === 6 ? 'none' : {}) })
    expect(once).toMatchObject({ resent: 'inconclusive', named: 'inconclusive' })
    expect(verdicts({ resent: length => (length > 6 ? 'none' : {}) })).toMatchObject({ resent: 'fail' })
  })

  test('the same again fails', () => {
    expect(verdicts({ resent: () => ({ integrity: undefined }) as never })).toMatchObject({ resent: 'fail' })
  })

  test('without a name fails, and the name is warned of', () => {
    expect(verdicts({ resent: () => ({ username: undefined, integrity: [] }) as never })).toEqual({
      ...{ named: 'warning', padded: 'inconclusive', resent: 'fail', computed: 'inconclusive', withoutUser: 'pass' },
    })
  })

  test('nothing is judged where no request came, or where the device takes the name later', () => {
    const silent: Written[] = [
      { refused: 'none', resent: () => 'none' },
      { status: 1, resent: () => 'none' },
    ]
    for (const written of silent)
      expect(verdicts(written)).toMatchObject({ resent: 'inconclusive', named: 'inconclusive', padded: 'inconclusive' })
  })

  test('nothing is judged where the name was refused', () => {
    const refused = lengths.map((length, index) => stunSetting(userOf(length), 1000 * index, { fault: '9007' }))
    expect(judgedStun(integrity, ...refused, stunSetting(nobody, 9000, { fault: '9007' }))).toEqual({
      named: 'inconclusive',
      padded: 'inconclusive',
      resent: 'inconclusive',
      computed: 'inconclusive',
      withoutUser: 'inconclusive',
    })
  })
})

describe('USERNAME', () => {
  test.each([
    ['that is not filled up', (length: number) => ({ text: nameOfLength(length) })],
    ['that is cut', (length: number) => ({ text: nameOfLength(length).slice(0, 4) })],
    ['that is filled up with dots', (length: number) => padded(length, '2e')],
  ])('%s fails', (_, username) => {
    expect(verdicts({ resent: length => ({ username: username(length) }) })).toMatchObject({
      padded: 'fail',
      resent: 'pass',
    })
  })
})

describe('MESSAGE-INTEGRITY', () => {
  test.each([
    ['over the unpadded message', [unpadded], 'warning'],
    ['over a length without it', [{ ...right, lengthIncludesIntegrity: false }], 'warning'],
    ['with the long-term key', [{ ...right, key: 'long-term' as const }], 'warning'],
    ['that is the same padded and unpadded', [unpadded, right], 'pass'],
    ['that nothing explains', [], 'fail'],
  ])('%s: %s', (_, variants, verdict) => {
    expect(verdicts({ resent: () => ({ integrity: variants }) })).toMatchObject({ computed: verdict, resent: 'pass' })
  })

  test('before another attribute fails', () => {
    const last = attribute(0x8028, 'FINGERPRINT', '00000000')
    expect(verdicts({ resent: () => ({ last }) })).toMatchObject({ computed: 'fail' })
  })
})

describe('without a name', () => {
  const signed = [bindingRequest({ at: 210_000, integrity: [], answered: 401 })]

  test('MESSAGE-INTEGRITY fails', () => {
    expect(verdicts({ whileNobody: signed })).toMatchObject({ withoutUser: 'fail' })
    expect(verdicts({ whileNobody: signed, nobodyStatus: 1 })).toMatchObject({ withoutUser: 'inconclusive' })
  })

  test('nothing is known where nothing was refused, or nothing came afterwards', () => {
    expect(verdicts({ whileNobody: [] })).toMatchObject({ withoutUser: 'inconclusive' })
    expect(verdicts({ bound: false })).toMatchObject({ withoutUser: 'inconclusive' })
  })

  test('it does not apply where a silent device could not be reached', () => {
    expect(judgedStun(integrity, mark('nobody-left-out', 0))).toMatchObject({ withoutUser: 'not-applicable' })
  })
})
