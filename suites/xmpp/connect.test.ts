import { describe, expect, test } from 'vitest'
import { account, type WrittenStream, xmppReading, xmppSetting, xmppStream } from '../written-streams.ts'
import { type Happening, judged, mark, outcomeOf, plain, playing, verdictsOf } from '../written-timeline.ts'
import { connect } from './connect.ts'

const limit = { ms: 300_000, source: 'ours', why: 'timing.xmppConnect' }
const jid = `${account.username}@${account.domain}/bound`

interface Written {
  streams?: Partial<WrittenStream>[]
  findable?: boolean
  setting?: { status?: number; fault?: string }
  disabled?: Record<string, string>
  connected?: Record<string, string>
  refused?: Record<string, string> | 'never tried'
  /** Between the readings and the end of the window. */
  meanwhile?: Happening[]
}

const happenings = ({
  streams = [{}],
  findable = true,
  setting = { status: 0 },
  disabled = { Status: 'Disabled', TLSEstablished: '0', JabberID: '' },
  connected = { Status: 'Enabled', TLSEstablished: '1', JabberID: jid },
  refused = { Status: 'Error_AuthenticationFailure' },
  meanwhile = [],
}: Written): Happening[] => [
  xmppReading('disabled', 1000, disabled),
  mark('xmpp-account', 2000, { ...account, requester: 'connreq', findable, limit }),
  mark('enabled', 2100),
  xmppSetting('enabled: switch the XMPP connection on', 2200, setting),
  ...streams.map((stream, index) => xmppStream({ at: 3000 + 100 * index, connection: 7 + index, jid, ...stream })),
  mark('awaited', 4000),
  ...(streams.some(stream => stream.jid !== null) ? [xmppReading('connected', 6000, connected)] : []),
  ...meanwhile,
  ...(streams.some(stream => stream.jid !== null) ? [mark('watched', 70_000)] : []),
  mark('refusing', 71_000),
  mark('refused', 75_000, { seen: refused !== 'never tried' }),
  ...(refused === 'never tried' ? [] : [xmppReading('refused', 77_000, refused)]),
]

const verdicts = (written: Written = {}) => judged(connect, ...happenings(written))

test('a device that connects, stays and tells truly passes', () => {
  expect(new Set(Object.values(verdicts()))).toEqual(new Set(['pass']))
})

test('without TLS and with mixed-case names it passes too', () => {
  const connected = { Status: 'Enabled', TLSEstablished: 'false', JabberID: 'CPE@Xmpp.Example/bound' }
  expect(new Set(Object.values(verdicts({ streams: [{ tls: false, to: 'XMPP.example' }], connected })))).toEqual(
    new Set(['pass']),
  )
})

describe('a stream that does not come', () => {
  const none = { streams: [] }

  test('fails, with all that rests on it undecided', () => {
    expect(verdicts({ ...none, refused: 'never tried' })).toEqual({
      connects: 'fail',
      stays: 'inconclusive',
      stream: 'inconclusive',
      identity: 'inconclusive',
      authenticationFailure: 'inconclusive',
      tlsEstablished: 'pass',
      jabberId: 'inconclusive',
      status: 'pass',
    })
  })

  test.each<[string, Written]>([
    ['the device may not have found the server', { ...none, findable: false }],
    ['the setting was refused', { ...none, setting: { fault: 'The device answered with a fault.' } }],
    ['the setting is applied later', { ...none, setting: { status: 1 } }],
    ['TLS failed', { streams: [{ tls: 'failed', jid: null }] }],
    ['the server refused its header', { streams: [{ violation: 'host-unknown', jid: null }] }],
    ['it asked for an unknown mechanism', { streams: [{ refused: 'invalid-mechanism', username: '', jid: null }] }],
    ['it left without authenticating', { streams: [{ username: null, jid: null }] }],
  ])('is undecided where %s', (_, written) => {
    expect(verdicts(written)).toMatchObject({ connects: 'inconclusive' })
  })

  test('fails where something connected and did not get through', () => {
    expect(verdicts({ streams: [{ refused: 'not-authorized', jid: null }] })).toMatchObject({ connects: 'fail' })
  })

  test('is judged although the device never connected before the scenarios', () => {
    const tried = [
      mark('xmpp-account', 0, { ...account, findable: true, limit }),
      mark('enabled', 10),
      mark('awaited', 20),
    ]
    expect(judged(connect, ...tried)).toMatchObject({ connects: 'fail', tlsEstablished: 'inconclusive' })
  })
})

describe('the negotiation', () => {
  test.each<[string, Partial<WrittenStream>]>([
    ['a header without "to"', { to: null, violation: 'improper-addressing', jid: null }],
    ['a header to another domain', { to: '192.0.2.1', violation: 'host-unknown', jid: null }],
    ['a breach later on', { violation: 'invalid-namespace', jid: null }],
  ])('fails by %s', (_, stream) => {
    expect(verdicts({ streams: [stream] })).toMatchObject({ stream: 'fail' })
    expect(verdicts({ streams: [stream, {}] })).toMatchObject({ stream: 'fail', connects: 'pass' })
  })

  test('is not to blame for an error that says nothing of it', () => {
    expect(verdicts({ streams: [{ violation: 'connection-timeout', jid: null }, {}] })).toMatchObject({
      stream: 'pass',
    })
  })
})

describe('the identity', () => {
  test('of somebody else fails, also where the right one follows', () => {
    const other = { username: 'connreq', refused: 'not-authorized', jid: null }
    expect(verdicts({ streams: [other] })).toMatchObject({ identity: 'fail' })
    expect(verdicts({ streams: [other, {}] })).toMatchObject({ identity: 'fail' })
  })

  const leftOver = { username: 'cpe-of-yesterday', refused: 'not-authorized', jid: null }

  test('of another account is not the device’s, where its own comes too or the other came before', () => {
    expect(verdicts({ streams: [leftOver, {}] })).toMatchObject({ identity: 'pass', connects: 'pass', stream: 'pass' })
    const before = xmppStream({ at: 500, connection: 3, ...leftOver })
    expect(judged(connect, before, ...happenings({ streams: [leftOver] }))).toMatchObject({
      connects: 'fail',
      identity: 'inconclusive',
    })
  })

  test('that nobody else has is the device’s, where its own does not come', () => {
    expect(verdicts({ streams: [leftOver] })).toMatchObject({ identity: 'fail', connects: 'fail' })
  })

  test('with another password fails', () => {
    expect(verdicts({ streams: [{ refused: 'not-authorized', jid: null }] })).toMatchObject({ identity: 'fail' })
  })

  test('is undecided where the device was not heard', () => {
    const unknown = { refused: 'invalid-mechanism', username: '', jid: null }
    expect(verdicts({ streams: [unknown] })).toMatchObject({ identity: 'inconclusive' })
    expect(verdicts({ streams: [unknown, {}] })).toMatchObject({ identity: 'pass' })
  })
})

describe('streams of another account', () => {
  const other = { username: 'other', jid: 'other@xmpp.example/box', from: '192.0.2.9', connection: 40 }

  test('are no stream of the device', () => {
    expect(verdicts({ streams: [other] })).toMatchObject({ connects: 'fail', stays: 'inconclusive' })
  })

  test('do not hide the device’s own, neither there nor in its parameters', () => {
    const streams = [{}, { ...other, endedAfterMs: 30_000, to: '192.0.2.1' }]
    expect(new Set(Object.values(verdicts({ streams })))).toEqual(new Set(['pass']))
  })

  test('tell whose a connection is that never authenticates', () => {
    const silent = { from: '192.0.2.9', to: null, violation: 'improper-addressing', jid: null }
    expect(verdicts({ streams: [other, silent, {}] })).toMatchObject({ stream: 'pass' })
    expect(verdicts({ streams: [silent, {}] })).toMatchObject({ stream: 'fail' })
  })
})

describe('a stream that ends in the window', () => {
  const left = { endedAfterMs: 30_000 }
  const again = xmppStream({ at: 40_000, connection: 20, jid })

  test('fails where the device left and did not come back', () => {
    expect(verdicts({ streams: [left] })).toMatchObject({ stays: 'fail' })
    expect(verdicts({ streams: [{ ...left, how: 'lost' }] })).toMatchObject({ stays: 'fail' })
  })

  test('is told where it came back, and not held against the device', () => {
    const written = { streams: [left], meanwhile: [again] }
    expect(verdicts(written)).toMatchObject({ stays: 'pass' })
    const { properties } = outcomeOf(connect, playing(connect, happenings(written)))
    expect(properties).toMatchObject({ 'idle XMPP stream': 'left after 30 s, and back after 7 s' })
  })

  test('is undecided where it was not the device', () => {
    expect(verdicts({ streams: [{ ...left, how: 'closed-by-server' }] })).toMatchObject({ stays: 'inconclusive' })
    expect(verdicts({ streams: [{ ...left, how: 'stream-error' }] })).toMatchObject({ stays: 'inconclusive' })
  })

  test('fails where the device ended it by a stream error', () => {
    const error = plain(33_000, { type: 'xmpp-stream-error', connection: 7, by: 'peer', condition: 'reset' })
    const streams = [{ ...left, how: 'stream-error' as const }]
    expect(verdicts({ streams, meanwhile: [error] })).toMatchObject({ stays: 'fail' })
  })

  test('says nothing where the run was stopped before the window was over', () => {
    const cut = playing(connect, happenings({}).slice(0, 7), 'broken-off')
    expect(verdictsOf(outcomeOf(connect, cut))).toMatchObject({ connects: 'pass', stays: 'inconclusive' })
  })
})

describe('TLSEstablished', () => {
  test.each<[string, Written]>([
    ['true without a stream', { disabled: { TLSEstablished: '1' } }],
    ['false under TLS', { connected: { TLSEstablished: '0' } }],
    ['true in clear', { streams: [{ tls: false }] }],
    ['no boolean at all', { connected: { TLSEstablished: '' } }],
  ])('fails where it is %s', (_, written) => {
    expect(verdicts(written)).toMatchObject({ tlsEstablished: 'fail' })
  })

  test('does not apply where the device lacks it', () => {
    const without = { disabled: { Status: 'Disabled' }, connected: { Status: 'Enabled', JabberID: jid } }
    expect(verdicts(without)).toMatchObject({ tlsEstablished: 'not-applicable', status: 'pass' })
  })
})

test('a JabberID other than the one bound fails', () => {
  expect(verdicts({ connected: { JabberID: `${account.username}@${account.domain}/connreq` } })).toMatchObject({
    jabberId: 'fail',
  })
  expect(verdicts({ connected: { JabberID: '' } })).toMatchObject({ jabberId: 'fail' })
  expect(verdicts({ connected: {} })).toMatchObject({ jabberId: 'inconclusive' })
})

describe('Status', () => {
  test.each([
    ['Enabled', { authenticationFailure: 'fail', status: 'warning' }],
    ['Connecting', { authenticationFailure: 'warning', status: 'pass' }],
    ['Disabled', { authenticationFailure: 'warning', status: 'warning' }],
    ['refused', { authenticationFailure: 'warning', status: 'warning' }],
  ])('%s after a refused password', (value, expected) => {
    expect(verdicts({ refused: { Status: value } })).toMatchObject(expected)
  })

  test('that does not tell of being on or off is a warning', () => {
    expect(verdicts({ connected: { Status: 'Connecting', JabberID: jid } })).toMatchObject({ status: 'warning' })
    expect(verdicts({ disabled: { Status: 'Enabled' } })).toMatchObject({ status: 'warning' })
  })

  test('is undecided where the device was not refused, or tells none', () => {
    expect(verdicts({ refused: 'never tried' })).toMatchObject({
      authenticationFailure: 'inconclusive',
      status: 'pass',
    })
    const silent = { disabled: {}, connected: {}, refused: {} }
    expect(verdicts(silent)).toMatchObject({ authenticationFailure: 'inconclusive', status: 'inconclusive' })
  })

  test('is not held against a device whose stream was lost before the reading', () => {
    const lost = { streams: [{ endedAfterMs: 2000 }], connected: { Status: 'Connecting', TLSEstablished: '0' } }
    expect(verdicts(lost)).toMatchObject({ status: 'pass', tlsEstablished: 'pass', jabberId: 'inconclusive' })
  })
})
