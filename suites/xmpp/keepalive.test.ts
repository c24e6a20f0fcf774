import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { type Happening, judged, mark, outcomeOf, plain, playing, verdictsOf } from '../written-timeline.ts'
import { deviceJid, type WrittenXmppRequest, xmppBound, xmppEnded, xmppRequest } from '../written-xmpp.ts'
import { setMark } from './connection-settings.ts'
import { keepalive } from './keepalive.ts'

const connection = 900
const limit = { ms: 300_000, source: 'ours', why: 'timing.xmppConnect' }
const ownPing = { text: "<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>", length: 52 }
const answers = (pinged: Partial<WrittenXmppRequest> = {}, queried: Partial<WrittenXmppRequest> = {}): Happening[] => [
  xmppRequest('ping', { at: 100, answered: 'result', ...pinged }),
  xmppRequest('iq get of an unknown namespace', { at: 300, answered: 'service-unavailable', ...queried }),
]

const sent = (at: number, more: Partial<EntryOf<'xmpp-received'>> = {}): Happening =>
  plain(at, {
    type: 'xmpp-received',
    connection,
    tls: true,
    what: 'whitespace',
    raw: { text: ' ', length: 1 },
    ...more,
  })
const ended = (at: number, how: EntryOf<'xmpp-stream-ended'>['how'] = 'lost'): Happening =>
  plain(at, { type: 'xmpp-stream-ended', connection, stream: 's', how })

interface Listened {
  /** Seconds after the beginning at which something was sent. */
  at?: number[]
  more?: Happening[]
  setting?: object
  on?: number | undefined
}

const on = ({ at = [20, 50, 80], more = [], setting = { status: 0 }, ...listened }: Listened = {}): Happening[] => [
  mark(setMark, 900, { what: 'set KeepAliveInterval to 30', ...setting }),
  mark('listening-on', 1000, { connection: 'on' in listened ? listened.on : connection }),
  ...at.map(second => sent(1000 + second * 1000)),
  ...more,
  mark('listened-on', 106_000),
  mark('return-awaited-on', 108_000, { limit }),
]
const off = ({ at = [], more = [], setting = { status: 0 }, ...listened }: Listened = {}): Happening[] => [
  mark(setMark, 110_000, { what: 'set KeepAliveInterval to 0', ...setting }),
  mark('listening-off', 120_000, { connection: 'on' in listened ? listened.on : connection }),
  ...at.map(second => sent(120_000 + second * 1000)),
  ...more,
  mark('listened-off', 180_000),
  mark('return-awaited-off', 182_000, { limit }),
]
const verdicts = (...happenings: Happening[]) => judged(keepalive, ...happenings)
const listened = (first: Listened = {}, second: Listened = {}) => verdicts(...answers(), ...on(first), ...off(second))

test('a device that answers and keeps its stream alive as told passes', () => {
  expect(listened()).toEqual({
    answersPing: 'pass',
    answersUnknown: 'pass',
    period: 'pass',
    none: 'pass',
    stays: 'pass',
  })
})

describe('queries', () => {
  const judgedAs = (...of: Parameters<typeof answers>) => verdicts(...answers(...of), ...on(), ...off())

  test.each(['result', 'service-unavailable', 'feature-not-implemented', 'not-allowed'])(
    'may be answered by %s',
    answered => {
      expect(judgedAs({ answered }, { answered })).toMatchObject({ answersPing: 'pass', answersUnknown: 'pass' })
    },
  )

  test('may not be left without an answer', () => {
    const silence = { answered: undefined, unanswered: true } as unknown as Partial<WrittenXmppRequest>
    expect(judgedAs(silence)).toMatchObject({ answersPing: 'fail', answersUnknown: 'pass' })
    expect(judgedAs({}, silence)).toMatchObject({ answersPing: 'pass', answersUnknown: 'fail' })
  })

  test('are not held against a device whose stream ended before it could answer', () => {
    const silence = { unanswered: true } as unknown as Partial<WrittenXmppRequest>
    const lost = xmppEnded(5000, 'lost')
    const silent = [
      xmppRequest('ping', { at: 100, ...silence }),
      xmppRequest('iq get of an unknown namespace', { at: 11_000, answered: 'service-unavailable' }),
    ]
    expect(verdicts(...silent, lost)).toMatchObject({ answersPing: 'inconclusive', answersUnknown: 'pass' })
  })

  test.each(['server', 'unknown'] as const)('answered by %s say nothing of the device', answeredBy => {
    expect(judgedAs({ answered: 'service-unavailable', answeredBy })).toMatchObject({ answersPing: 'inconclusive' })
  })
})

describe('the period', () => {
  const period = (options: Listened) => listened(options)['period']

  const stanza = { what: 'stanza', name: 'iq', stanzaType: 'get' } as const

  test('may be kept by white space or a ping', () => {
    const ping = { ...stanza, raw: ownPing }
    expect(period({ at: [], more: [sent(21_000, ping), sent(51_000), sent(81_000, ping)] })).toBe('pass')
  })

  test('is not kept by other stanzas, which say nothing of TCP keep-alives', () => {
    const presence = { what: 'stanza', name: 'presence' } as const
    expect(period({ at: [], more: [sent(2000, presence)] })).toBe('warning')
    expect(period({ at: [], more: [20, 50, 80].map(s => sent(1000 + s * 1000, stanza)) })).toBe('warning')
  })

  test('begins anew with every stanza', () => {
    expect(period({ at: [50, 80], more: [sent(21_000, stanza)] })).toBe('pass')
  })

  test('is not kept by answers of the device to others', () => {
    const answer = { what: 'stanza', name: 'iq', stanzaType: 'result' } as const
    expect(period({ at: [], more: [sent(21_000, answer), sent(51_000, answer)] })).toBe('warning')
  })

  test('is not kept on another connection', () => {
    expect(period({ at: [], more: [20, 50, 80].map(s => sent(1000 + s * 1000, { connection: 7 })) })).toBe('warning')
  })

  test('may be off by half of it', () => {
    expect(period({ at: [44, 88] })).toBe('pass')
    expect(period({ at: [20, 66, 96] })).toBe('fail')
  })

  test('that is much shorter is a warning', () => {
    expect(period({ at: Array.from({ length: 20 }, (_, index) => 5 * (index + 1)) })).toBe('warning')
  })

  test('any sending about every 30 s passes', () => {
    const offsets = fc.array(fc.integer({ min: 25, max: 35 }), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(offsets, gaps => {
        let second = 0
        const at = gaps.map(gap => (second += gap)).filter(each => each < 105)
        expect(period({ at })).toBe('pass')
      }),
    )
  })

  test('is not judged where it was refused, is applied later, or the stream ended', () => {
    expect(
      verdicts(...answers(), mark(setMark, 900, { what: 'set KeepAliveInterval to 30', fault: '9007' }), ...off()),
    ).toMatchObject({ period: 'inconclusive', none: 'pass' })
    expect(period({ at: [], setting: { status: 1 } })).toBe('inconclusive')
    expect(period({ at: [60], setting: { status: 1 } })).toBe('inconclusive')
    expect(period({ setting: { status: 1 } })).toBe('pass')
    expect(period({ at: [20], more: [ended(30_000)] })).toBe('inconclusive')
  })
})

describe('with an interval of 0', () => {
  const none = (options: Listened) => listened({}, options)['none']

  test('nothing may be sent, answers aside', () => {
    expect(none({ at: [30] })).toBe('fail')
    expect(none({ more: [sent(150_000, { what: 'stanza', name: 'iq', stanzaType: 'error' })] })).toBe('pass')
  })

  test('a device that connected anew may log in as it likes', () => {
    const session = { what: 'stanza', name: 'iq', stanzaType: 'set' } as const
    expect(none({ more: [sent(120_100, session), sent(120_200, { what: 'stanza', name: 'presence' })] })).toBe('pass')
  })

  test('pings count as much as white space', () => {
    expect(none({ more: [sent(150_000, { what: 'stanza', name: 'iq', stanzaType: 'get', raw: ownPing })] })).toBe(
      'fail',
    )
  })

  test('is not judged where it was refused, is applied later, or the stream ended', () => {
    const refused = mark(setMark, 110_000, { what: 'set KeepAliveInterval to 0', fault: '9007' })
    expect(verdicts(...answers(), ...on(), refused)).toMatchObject({ none: 'inconclusive', stays: 'pass' })
    expect(none({ at: [30], setting: { status: 1 } })).toBe('inconclusive')
    expect(none({ more: [ended(150_000)] })).toBe('inconclusive')
  })
})

describe('a stream', () => {
  test.each(['lost', 'closed-by-peer'] as const)('that the device ends for good (%s) fails by that alone', how => {
    expect(listened({ more: [ended(30_000, how)] })).toMatchObject({
      stays: 'fail',
      period: 'inconclusive',
      none: 'pass',
    })
  })

  test('that ends and comes back is told, not held against the device', () => {
    const again = { more: [ended(90_000), xmppBound(107_000, deviceJid, 901)] }
    expect(listened(again)).toMatchObject({ stays: 'pass', period: 'inconclusive' })
    const { properties } = outcomeOf(keepalive, playing(keepalive, [...answers(), ...on(again), ...off()]))
    expect(properties).toMatchObject({ 'idle XMPP stream': 'left after 1 min 29 s, and back after 17 s' })
  })

  test('that ends soon after a setting of ours and comes back is not judged', () => {
    expect(listened({ more: [ended(5000), xmppBound(6000, deviceJid, 901)] })).toMatchObject({ stays: 'inconclusive' })
  })

  test('that is bound for another account has not come back', () => {
    const account = mark('xmpp-account', 50, { username: 'cpe' })
    const other = xmppBound(95_000, 'other@xmpp.example/connreq', 901)
    expect(verdicts(account, ...answers(), ...on({ more: [ended(90_000), other] }), ...off())).toMatchObject({
      stays: 'fail',
    })
  })

  test('that was left, and never came back to be listened to again, fails', () => {
    expect(listened({ more: [ended(90_000)] }, { on: undefined })).toMatchObject({ stays: 'fail' })
  })

  test('whose return was not waited for is not judged', () => {
    const cut = playing(keepalive, [...answers(), ...on({ more: [ended(90_000)] }).slice(0, -1)], 'broken-off')
    expect(verdictsOf(outcomeOf(keepalive, cut))).toMatchObject({ stays: 'inconclusive' })
  })

  test.each(['dropped', 'closed-by-server'] as const)('that our side ends (%s) is not the device’s fault', how => {
    expect(listened({ more: [ended(30_000, how)] })).toMatchObject({ stays: 'inconclusive' })
  })

  test('that is not there cannot be listened to: no silence of it counts', () => {
    expect(listened({ at: [], on: undefined }, { on: undefined })).toMatchObject({
      period: 'inconclusive',
      none: 'inconclusive',
      stays: 'inconclusive',
    })
  })

  test('of another connection may end', () => {
    const other = plain(30_000, { type: 'xmpp-stream-ended', connection: 7, stream: 's', how: 'lost' })
    expect(listened({ more: [other] })).toMatchObject({ stays: 'pass', period: 'pass' })
  })

  test('that nobody listened to after two refusals is not judged', () => {
    const refusals = ['30', '0'].map((value, index) =>
      mark(setMark, 900 + index, { what: `set KeepAliveInterval to ${value}`, fault: '9007' }),
    )
    expect(verdicts(...answers(), ...refusals)).toMatchObject({ stays: 'inconclusive' })
  })
})

test('where nothing can be heard or set, keep-alives do not apply, and queries do', () => {
  const unobservable = mark('not-observable', 500, { because: 'the device has no KeepAliveInterval' })
  expect(verdicts(...answers(), unobservable)).toEqual({
    answersPing: 'pass',
    answersUnknown: 'pass',
    period: 'not-applicable',
    none: 'not-applicable',
    stays: 'not-applicable',
  })
})

test('how the device keeps its stream alive is told', () => {
  const { properties } = outcomeOf(keepalive, playing(keepalive, [...answers(), ...on(), ...off()]))
  expect(properties).toEqual({ 'keep-alive': 'white space' })
})
