import { describe, expect, test } from 'vitest'
import { type WrittenStream, xmppSetting, xmppStream } from '../written-streams.ts'
import {
  control,
  type Happening,
  judged,
  mark,
  outcomeOf,
  plain,
  playing,
  session,
  verdictsOf,
} from '../written-timeline.ts'
import { type WrittenXmppRequest, xmppBound, xmppEnded, xmppRequest } from '../written-xmpp.ts'
import { enable } from './enable.ts'
import { afterSwitchingOn, whileOff } from './enable-judge.ts'

const jid = 'cpe@xmpp.example/connreq'

interface Written {
  off?: { status?: number; fault?: string }
  ended?: Happening[]
  asked?: Partial<WrittenXmppRequest>
  /** After the request while switched off. */
  sessions?: Happening[]
  control?: Happening[]
  on?: { status?: number; fault?: string }
  still?: boolean
  streams?: Partial<WrittenStream>[]
  again?: Partial<WrittenXmppRequest> | undefined
}

const happenings = ({
  off = { status: 0 },
  ended = [xmppEnded(2500, 'closed-by-peer', jid, 61)],
  asked = { answered: 'service-unavailable', answeredBy: 'server' },
  sessions = [],
  control: controlled = control(70_000),
  on = { status: 0 },
  still = false,
  streams = [{}],
  again = { answered: 'result' },
}: Written): Happening[] => [
  mark('switching-off', 1000, { jid, connection: 61 }),
  xmppSetting('switch off', 2000, off),
  ...ended,
  mark('off-awaited', 3000),
  xmppRequest(whileOff, { at: 5000, ...asked }),
  ...sessions,
  mark('off-watched', 66_000),
  ...controlled,
  mark('switching-on', 80_000),
  xmppSetting('switching-on: switch the XMPP connection on', 82_000, on),
  ...streams.map(stream => xmppStream({ at: 83_000, ...stream })),
  mark('on-awaited', 84_000, { still, limitMs: 300_000 }),
  ...(streams.length > 0 ? [xmppRequest(afterSwitchingOn, { at: 86_000, ...again })] : []),
]

const verdicts = (written: Written = {}) => judged(enable, ...happenings(written))

test('a stream that ends and comes back passes', () => {
  expect(verdicts()).toEqual({ ends: 'pass', unreachable: 'pass', returns: 'pass' })
})

describe('switched off', () => {
  test.each<[string, Happening[]]>([
    ['a lost connection', [xmppEnded(2500, 'lost', jid, 61)]],
    ['the end of the stream in the session itself', [xmppEnded(1500, 'closed-by-peer', jid, 61)]],
    [
      'the end of the TCP connection',
      [plain(2500, { type: 'xmpp-connection-closed', connection: 61, by: 'peer', bytesRead: 1, bytesWritten: 1 })],
    ],
  ])('ends by %s', (_, ended) => {
    expect(verdicts({ ended })).toMatchObject({ ends: 'pass' })
  })

  test('fails where the stream stays, or only another one ended', () => {
    expect(verdicts({ ended: [] })).toMatchObject({ ends: 'fail' })
    expect(verdicts({ ended: [xmppEnded(2500, 'lost', jid, 62)] })).toMatchObject({ ends: 'fail' })
  })

  test.each<[string, Written]>([
    ['was refused', { off: { fault: 'a fault.' } }],
    ['is applied later', { off: { status: 1 } }],
  ])('says nothing where the setting %s', (_, written) => {
    const asked = { answered: 'result', answeredBy: 'device' as const }
    expect(verdicts({ ended: [], asked, ...written })).toMatchObject({
      ends: 'inconclusive',
      unreachable: 'inconclusive',
    })
  })

  test('fails where the stream ends and comes back while switched off', () => {
    const sessions = [xmppBound(23_000, jid, 62)]
    expect(verdicts({ sessions })).toMatchObject({ ends: 'fail', unreachable: 'fail' })
    expect(verdicts({ sessions, off: { status: 1 } })).toMatchObject({
      ends: 'inconclusive',
      unreachable: 'inconclusive',
    })
    const own = mark('xmpp-account', 500, { username: 'cpe' })
    const other = [xmppBound(23_000, 'other@xmpp.example/x', 62)]
    expect(judged(enable, own, ...happenings({ sessions: other }))).toMatchObject({ ends: 'pass', unreachable: 'pass' })
  })

  test('is not the device’s doing where the server ended the stream', () => {
    expect(verdicts({ ended: [xmppEnded(2500, 'closed-by-server', jid, 61)] })).toMatchObject({ ends: 'inconclusive' })
  })
})

describe('a request while switched off', () => {
  test('fails where the device answers, by whatever', () => {
    expect(verdicts({ asked: { answered: 'result' } })).toMatchObject({ unreachable: 'fail' })
    expect(verdicts({ asked: { answered: 'service-unavailable' } })).toMatchObject({ unreachable: 'fail' })
  })

  test('fails where a session comes, unless for another reason', () => {
    expect(verdicts({ sessions: [session({ at: 9000 })] })).toMatchObject({ unreachable: 'fail' })
    const other = session({ at: 9000, events: ['4 VALUE CHANGE'] })
    expect(verdicts({ sessions: [other] })).toMatchObject({ unreachable: 'pass' })
  })

  test('may stay without an answer', () => {
    expect(verdicts({ asked: { unanswered: true } })).toMatchObject({ unreachable: 'pass' })
  })

  test('proves nothing without a control', () => {
    expect(verdicts({ control: [] })).toMatchObject({ unreachable: 'inconclusive' })
    expect(verdicts({ control: control(70_000, { silent: true }) })).toMatchObject({ unreachable: 'inconclusive' })
  })

  test('proves nothing where the window was not kept to its end', () => {
    const cut = playing(enable, happenings({}).slice(0, 5), 'broken-off')
    expect(verdictsOf(outcomeOf(enable, cut))).toMatchObject({ ends: 'pass', unreachable: 'inconclusive' })
  })
})

describe('switched on again', () => {
  test('fails where no stream comes', () => {
    expect(verdicts({ streams: [] })).toMatchObject({ returns: 'fail' })
  })

  test.each<[string, Written]>([
    ['the setting was refused', { streams: [], on: { fault: 'a fault.' } }],
    ['the setting is applied later', { streams: [], on: { status: 1 } }],
    ['the stream had never ended', { streams: [], still: true }],
    ['the request was refused for now', { again: { answered: 'service-unavailable' } }],
    ['the request was not answered', { again: { unanswered: true } }],
  ])('is undecided where %s', (_, written) => {
    expect(verdicts(written)).toMatchObject({ returns: 'inconclusive' })
  })

  test('is undecided where no request was made', () => {
    const cut = playing(enable, happenings({}).slice(0, -1), 'broken-off')
    expect(verdictsOf(outcomeOf(enable, cut))).toMatchObject({ returns: 'inconclusive' })
  })
})

describe('a device that was offline before', () => {
  const offline = (setting: { status?: number; fault?: string }) =>
    judged(
      enable,
      mark('settled', 1000),
      xmppSetting('settled: switch the XMPP connection on', 2000, setting),
      mark('never-back', 302_000, { limitMs: 300_000 }),
    )

  test('fails where it does not come back when switched off and on', () => {
    expect(offline({ status: 0 })).toEqual({ ends: 'inconclusive', unreachable: 'inconclusive', returns: 'fail' })
  })

  test('is undecided where it was not switched on', () => {
    expect(offline({ fault: 'a fault.' })).toMatchObject({ returns: 'inconclusive' })
  })
})
