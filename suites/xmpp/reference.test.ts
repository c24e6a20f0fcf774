import { describe, expect, test } from 'vitest'
import { xmppReading } from '../written-streams.ts'
import { type Happening, judged, mark, session } from '../written-timeline.ts'
import { type WrittenXmppRequest, xmppRequest } from '../written-xmpp.ts'
import { reference } from './reference.ts'
import { onFirst, onSecond } from './reference-judge.ts'

interface Written {
  refused?: string
  jid?: string | undefined
  second?: Partial<WrittenXmppRequest>
  session?: boolean
  first?: Partial<WrittenXmppRequest> | 'gone'
  deleted?: { status?: number } | { fault: string }
  left?: Record<string, string>
  /** What the device answered to the settings of the second connection. */
  added?: number
}

function happenings({
  refused,
  second = { answered: 'result' },
  session: comes = true,
  first = { answered: 'service-unavailable' },
  deleted = { status: 0 },
  left = { ConnReqXMPPConnection: '', ConnReqJabberID: '' },
  added = 0,
  ...written
}: Written): Happening[] {
  if (refused !== undefined) return [mark('second-refused', 1000, { fault: refused })]
  const jid = 'jid' in written ? written.jid : 'cpe-2@xmpp.example/connreq'
  return [
    mark('second-added', 1000, { path: 'Device.XMPP.Connection.2.', status: added }),
    mark('second-awaited', 2000, jid === undefined ? {} : { jid }),
    ...(jid === undefined
      ? []
      : [
          xmppRequest(onSecond, { at: 4000, ...second }),
          ...(comes ? [session({ at: 5000 })] : []),
          first === 'gone' ? mark('first-gone', 8000) : xmppRequest(onFirst, { at: 8000, ...first }),
        ]),
    'fault' in deleted
      ? mark('second-not-deleted', 20_000, { fault: deleted.fault })
      : mark('second-deleted', 20_000, { ...deleted }),
    ...('fault' in deleted ? [] : [xmppReading('deleted', 23_000, left)]),
  ]
}

const verdicts = (written: Written = {}) => judged(reference, ...happenings(written))

test('served where referenced, refused elsewhere, and emptied passes', () => {
  expect(verdicts()).toEqual({ served: 'pass', notServed: 'pass', emptied: 'pass' })
})

test('a device with room for one connection only leaves all undecided', () => {
  expect(new Set(Object.values(verdicts({ refused: 'AddObject got 9004.' })))).toEqual(new Set(['inconclusive']))
})

test('without a stream on the second connection only the deletion is judged', () => {
  expect(verdicts({ jid: undefined })).toEqual({ served: 'inconclusive', notServed: 'inconclusive', emptied: 'pass' })
})

describe('the referenced connection', () => {
  test.each<[string, Written, string]>([
    ['an error that is no refusal for now', { second: { answered: 'not-allowed' } }, 'fail'],
    ['no answer', { second: { unanswered: true } }, 'fail'],
    [
      'a refusal, and the other one accepts',
      { second: { answered: 'service-unavailable' }, first: { answered: 'result' } },
      'fail',
    ],
    ['a refusal for now on both', { second: { answered: 'service-unavailable' } }, 'inconclusive'],
    ['an answer of the server', { second: { answered: 'service-unavailable', answeredBy: 'server' } }, 'inconclusive'],
  ])('%s: %s', (_, written, served) => {
    expect(verdicts({ session: false, ...written })).toMatchObject({ served })
  })

  test('that brings no session is another requirement’s matter', () => {
    expect(verdicts({ session: false })).toMatchObject({ served: 'inconclusive' })
  })
})

test('a reference that is applied later is not held against the device', () => {
  const written = { second: { answered: 'not-allowed' }, first: { answered: 'result' }, session: false }
  expect(verdicts(written)).toMatchObject({ served: 'fail', notServed: 'warning' })
  expect(verdicts({ ...written, added: 1 })).toMatchObject({ served: 'inconclusive', notServed: 'inconclusive' })
  expect(verdicts({ added: 1 })).toMatchObject({ served: 'pass', notServed: 'pass' })
})

describe('the connection that is not referenced', () => {
  test('that accepts a request is a warning', () => {
    expect(verdicts({ first: { answered: 'result' } })).toMatchObject({ notServed: 'warning' })
  })

  test.each<[string, Written]>([
    ['is gone', { first: 'gone' }],
    ['does not answer', { first: { unanswered: true } }],
    ['refuses in its own words', { first: { answered: 'not-allowed' } }],
  ])('that %s passes', (_, written) => {
    expect(verdicts(written)).toMatchObject({ notServed: 'pass' })
  })
})

describe('after the deletion', () => {
  test.each([
    { ConnReqXMPPConnection: 'Device.XMPP.Connection.2', ConnReqJabberID: '' },
    { ConnReqXMPPConnection: '', ConnReqJabberID: 'cpe-2@xmpp.example/connreq' },
  ])('%j fails', left => {
    expect(verdicts({ left })).toMatchObject({ emptied: 'fail' })
    expect(verdicts({ left, deleted: { status: 1 } })).toMatchObject({ emptied: 'inconclusive' })
  })

  test('status 1 and both empty all the same passes', () => {
    expect(verdicts({ deleted: { status: 1 } })).toMatchObject({ emptied: 'pass' })
  })

  test('nothing is known where it was refused or cannot be read', () => {
    expect(verdicts({ deleted: { fault: 'a fault.' } })).toMatchObject({ emptied: 'inconclusive' })
    expect(verdicts({ left: {} })).toMatchObject({ emptied: 'inconclusive' })
  })
})
