import { describe, expect, test } from 'vitest'
import { type WrittenStream, xmppReading, xmppSetting, xmppStream } from '../written-streams.ts'
import { type Happening, judged, mark, outcomeOf, playing, verdictsOf } from '../written-timeline.ts'
import {
  offered,
  required,
  requiredAllTheSame,
  type Round,
  roundBegunMark,
  roundDoneMark,
  toldNotTo,
  toldToUse,
} from './tls-rounds.ts'
import { tls } from './tls.ts'

interface WrittenRound {
  streams?: Partial<WrittenStream>[]
  /** TLSEstablished; absent where it was not read. */
  established?: string
  setting?: { status?: number; fault?: string }
}

const round = ({ name }: Round, at: number, { streams = [{}], established, setting }: WrittenRound): Happening[] => [
  mark(roundBegunMark, at, { round: name }),
  xmppSetting(`${name}: switch the XMPP connection on`, at + 100, setting),
  ...streams.map((stream, index) => xmppStream({ at: at + 200 + index, ...stream })),
  ...(established === undefined ? [] : [xmppReading(name, at + 1000, { TLSEstablished: established })]),
  mark(roundDoneMark, at + 2000, { round: name }),
]

const clear = { tls: false }
const underTls: WrittenRound = { established: '1' }
const inClear: WrittenRound = { streams: [clear], established: '0' }
const gaveUp: WrittenRound = { streams: [{ tls: false, username: null, jid: null }] }
const untrusted: WrittenRound = { streams: [{ tls: 'failed', jid: null }] }
const absent: WrittenRound = { streams: [] }

/** With UseTLS: told to use TLS, told not to, and TLS required all the same. */
const verdicts = (told = underTls, untold = inClear, demanded = underTls) =>
  judged(
    tls,
    ...round(toldToUse, 1000, told),
    ...round(toldNotTo, 10_000, untold),
    ...round(requiredAllTheSame, 20_000, demanded),
  )

const withoutUseTls = (free: WrittenRound, demanded: WrittenRound) =>
  judged(tls, ...round(offered, 1000, free), ...round(required, 10_000, demanded))

test('TLS where told and where required, and none where told not to: passes', () => {
  expect(new Set(Object.values(verdicts()))).toEqual(new Set(['pass']))
})

describe('told to use TLS', () => {
  test('a device that authenticates in clear fails', () => {
    expect(verdicts(inClear)).toMatchObject({ told: 'fail', protected: 'pass' })
  })

  test('a handshake that fails is TLS started, unless it goes on in clear', () => {
    expect(verdicts(untrusted)).toMatchObject({ told: 'pass' })
    expect(verdicts({ streams: [{ tls: 'failed', jid: null }, clear] })).toMatchObject({ told: 'fail' })
  })

  test.each<[string, WrittenRound]>([
    ['did not connect', absent],
    ['gave up', gaveUp],
    ['refused the settings', { ...inClear, setting: { fault: 'a fault.' } }],
    ['applies the settings later', { ...inClear, setting: { status: 1 } }],
  ])('nothing is known of a device that %s', (_, written) => {
    expect(verdicts(written)).toMatchObject({ told: 'inconclusive' })
  })
})

test('a connection of another account is not that of the device', () => {
  const other = { username: 'other', jid: 'other@xmpp.example/box', from: '192.0.2.9' }
  const own = mark('xmpp-account', 500, { username: 'cpe' })
  const played = (told: Partial<WrittenStream>[], untold: Partial<WrittenStream>[]) =>
    judged(
      tls,
      own,
      ...round(toldToUse, 1000, { streams: told, established: '1' }),
      ...round(toldNotTo, 10_000, { streams: untold, established: '0' }),
    )
  expect(played([{}, { ...other, ...clear }], [clear, other])).toMatchObject({
    told: 'pass',
    untold: 'pass',
    established: 'pass',
  })
  expect(played([{ ...other, ...clear }], [other])).toMatchObject({ told: 'inconclusive', untold: 'inconclusive' })
})

describe('told not to use TLS', () => {
  test('a device that uses it all the same is a warning', () => {
    expect(verdicts(underTls, underTls)).toMatchObject({ untold: 'warning' })
    expect(verdicts(underTls, untrusted)).toMatchObject({ untold: 'warning' })
  })

  test('a device that gives up has not used it', () => {
    expect(verdicts(underTls, gaveUp)).toMatchObject({ untold: 'pass' })
  })

  test('nothing is known of a device that did not connect', () => {
    expect(verdicts(underTls, absent)).toMatchObject({ untold: 'inconclusive' })
  })
})

describe('where TLS is required', () => {
  test('a device that authenticates in clear fails, whatever came of it', () => {
    const tried = { streams: [{ tls: false, refused: 'encryption-required', jid: null }] }
    expect(verdicts(underTls, inClear, tried)).toMatchObject({ required: 'fail' })
    expect(verdicts(underTls, inClear, { ...tried, setting: { status: 1 } })).toMatchObject({ required: 'fail' })
  })

  test.each<[string, WrittenRound]>([
    ['gives up', gaveUp],
    ['does not trust the certificate', untrusted],
  ])('a device that %s passes', (_, written) => {
    expect(verdicts(underTls, inClear, written)).toMatchObject({ required: 'pass' })
  })

  test('nothing is known of a device that did not connect', () => {
    expect(verdicts(underTls, inClear, absent)).toMatchObject({ required: 'inconclusive' })
  })
})

describe('TLSEstablished', () => {
  test.each<[string, WrittenRound, WrittenRound]>([
    ['false under TLS', { established: 'false' }, inClear],
    ['true in clear', underTls, { streams: [clear], established: 'true' }],
  ])('fails where it is %s', (_, told, untold) => {
    expect(verdicts(told, untold)).toMatchObject({ established: 'fail' })
  })

  test('is undecided where it was never read under a stream', () => {
    expect(verdicts(absent, absent, absent)).toMatchObject({ established: 'inconclusive' })
  })

  test('does not apply where the device lacks it', () => {
    const reading = (at: number) => xmppReading(offered.name, at, {})
    const [begun, ...rest] = round(offered, 1000, {})
    const happenings = [begun, ...rest.slice(0, -1), reading(2000), rest.at(-1)].filter(one => one !== undefined)
    expect(judged(tls, ...happenings)).toMatchObject({ established: 'not-applicable' })
  })
})

describe('where the device may choose', () => {
  test('never using TLS is a warning', () => {
    expect(verdicts(inClear, inClear, gaveUp)).toMatchObject({ protected: 'warning' })
    expect(withoutUseTls(inClear, underTls)).toMatchObject({ protected: 'warning' })
  })

  test('giving up is no use of clear', () => {
    expect(verdicts(gaveUp, inClear, gaveUp)).toMatchObject({ protected: 'inconclusive' })
    expect(verdicts(absent, inClear, absent)).toMatchObject({ protected: 'inconclusive' })
  })
})

test('without UseTLS it is not asked what UseTLS does', () => {
  expect(withoutUseTls(underTls, underTls)).toEqual({
    told: 'not-applicable',
    untold: 'not-applicable',
    required: 'pass',
    established: 'pass',
    protected: 'pass',
  })
})

test('direct TLS is TLS', () => {
  const direct: WrittenRound = { streams: [{ for: 'clients-direct-tls' }], established: '1' }
  expect(verdicts(direct)).toMatchObject({ told: 'pass', protected: 'pass' })
})

test('with a server that has no TLS nothing applies', () => {
  expect(new Set(Object.values(judged(tls, mark('server-without-tls', 10))))).toEqual(new Set(['not-applicable']))
})

test('rounds that were not played say nothing', () => {
  const cut = playing(tls, [mark(roundBegunMark, 10, { round: toldToUse.name })], 'broken-off')
  expect(new Set(Object.values(verdictsOf(outcomeOf(tls, cut))))).toEqual(new Set(['inconclusive']))
})
