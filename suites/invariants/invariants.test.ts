import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Entry, HeaderList, InformContent, NewEntry, ParameterValue } from '../../harness/timeline/entry.ts'
import { judgeInvariants } from '../judge-run.ts'
import {
  bareConnection,
  type Happening,
  plain,
  request,
  session,
  verdictsOf,
  written,
  type WrittenSession,
} from '../written-timeline.ts'

const forced: ParameterValue[] = [
  'RootDataModelVersion',
  'DeviceInfo.HardwareVersion',
  'DeviceInfo.SoftwareVersion',
  'DeviceInfo.ProvisioningCode',
  'ManagementServer.ParameterKey',
  'ManagementServer.ConnectionRequestURL',
].map(name => ({ name: `Device.${name}`, value: '' }))

const probed = plain(10, {
  type: 'probed',
  probe: { root: 'Device.', parameters: { 'Device.RootDataModelVersion': { value: '2.11', writable: false } } },
})

const verdictsOn = (entries: Entry[]) => verdictsOf(judgeInvariants(entries))
const verdicts = (...happenings: Happening[]) => verdictsOn(written(probed, ...happenings))

const call = (at: number, options: Partial<WrittenSession> = {}) => session({ at, parameters: forced, ...options })
const asked = (at: number, bodyLength = 0) => request('any', { at, answered: 200, bodyLength })
const two = [asked(500), call(1000), asked(4500), call(5000)]

/** The same two sessions, with the Inform of the second one changed. */
const withInform = (change: (inform: InformContent) => Partial<InformContent>): Record<string, string> => {
  const entries = written(probed, ...two)
  const last = entries.findLast(entry => entry.type === 'session-opened')
  return verdictsOn(
    entries.map(entry =>
      entry === last && entry.type === 'session-opened'
        ? { ...entry, inform: { ...entry.inform, ...change(entry.inform) } }
        : entry,
    ),
  )
}
const withEvents = (...events: (string | [code: string, key: string])[]) =>
  withInform(() => ({
    events: events.map(event =>
      typeof event === 'string' ? { eventCode: event, commandKey: '' } : { eventCode: event[0], commandKey: event[1] },
    ),
  }))

/** What applies only where the device was asked that way. */
const overXmppAndUdp = {
  iqAnswered: 'not-applicable',
  jabberId: 'not-applicable',
  udpUnanswered: 'not-applicable',
}

test('two proper sessions pass everywhere', () => {
  const { iqAnswered, jabberId, udpUnanswered, ...others } = verdicts(...two)
  expect({ iqAnswered, jabberId, udpUnanswered }).toEqual(overXmppAndUdp)
  expect([...new Set(Object.values(others))]).toEqual(['pass'])
})

test('nothing is known of an empty run', () => {
  const { iqAnswered, jabberId, udpUnanswered, emptyReplies, ...others } = verdictsOn([])
  expect({ iqAnswered, jabberId, udpUnanswered }).toEqual(overXmppAndUdp)
  expect(emptyReplies).toBe('not-applicable')
  expect([...new Set(Object.values(others))]).toEqual(['inconclusive'])
})

describe('the identity', () => {
  const identity = (change: Partial<InformContent['deviceId']>) =>
    withInform(({ deviceId }) => ({ deviceId: { ...deviceId, ...change } }))['identity']

  test.each([{ productClass: '' }, { manufacturer: 'x'.repeat(64) }])('may be %j', change => {
    expect(identity(change)).toBe('pass')
  })

  test.each([
    { oui: '00d09e' },
    { oui: '00D09' },
    { oui: undefined },
    { serialNumber: '' },
    { serialNumber: 'x'.repeat(65) },
    { productClass: undefined },
  ])('may not be %j', change => {
    expect(identity(change)).toBe('fail')
  })

  test('of another device in the lab is no concern of this one', () => {
    const neighbour: Happening = next =>
      session({ at: 9000, opened: { ofDeviceUnderTest: false } })(next).map(({ at, entry }) => ({
        at,
        entry:
          entry.type === 'connection-accepted' ? { ...entry, from: { address: '192.0.2.77', port: 40_000 } } : entry,
      }))
    expect(verdicts(...two, neighbour)['identity']).toBe('pass')
  })
})

describe('another identity from the same address, with a ParameterKey that the device under test had too', () => {
  const withKey = (at: number, value: string, opened: WrittenSession['opened'] = {}) =>
    call(at, {
      opened,
      parameters: forced.map(one => (one.name.endsWith('ParameterKey') ? { ...one, value } : one)),
    })
  const identity = (key: string) =>
    verdicts(withKey(1000, key), withKey(5000, key, { ofDeviceUnderTest: false }))['identity']

  test('is a changed one where only this run sets that key', () => {
    expect(identity('connreq-0a1b2c3d')).toBe('fail')
  })

  test.each(['connreq-taken', 'connreq-refused', 'theirs'])('may be a second device where any run sets it: %s', key => {
    expect(identity(key)).toBe('inconclusive')
  })
})

describe('forced parameters', () => {
  test.each(forced)('$name may not be missing', ({ name }) => {
    const outcome = withInform(({ parameters }) => ({ parameters: parameters.filter(one => one.name !== name) }))
    expect(outcome[name.endsWith('URL') ? 'urlInInform' : 'forced']).toBe('fail')
    expect(outcome[name.endsWith('URL') ? 'forced' : 'urlInInform']).toBe('pass')
  })

  test('may be joined by others, in any order', () => {
    const more = { name: 'Device.X_EXAMPLE_Forced', value: '1' }
    expect(withInform(({ parameters }) => ({ parameters: [more, ...parameters].toReversed() }))['forced']).toBe('pass')
  })

  test('are not known without the probe', () => {
    expect(verdictsOn(written(...two))['forced']).toBe('inconclusive')
  })
})

describe('the events', () => {
  test.each([
    ['0 BOOTSTRAP', '1 BOOT'],
    ['3 SCHEDULED', ['M ScheduleInform', 'connreq']],
    [
      ['M ScheduleInform', 'a'],
      ['M ScheduleInform', 'b'],
    ],
    ['14 HEARTBEAT'],
    ['13 WAKEUP', 'X 00D09E Anything else'],
    ['M X_EXAMPLE_Method'],
    [],
  ] as [code: string, key: string][][])('may be %j, %j', (...events) => {
    expect(withEvents(...events)).toMatchObject({ eventCodes: 'pass', eventList: 'pass' })
  })

  test.each(['6 Connection Request', '6  CONNECTION REQUEST', '15 SOMETHING', 'BOOT', 'M Dance'])(
    'may not be "%s"',
    event => {
      expect(withEvents(event)).toMatchObject({ eventCodes: 'fail' })
    },
  )

  test('may not list a single event twice, nor give it a CommandKey', () => {
    expect(withEvents('2 PERIODIC', '2 PERIODIC')).toMatchObject({ eventList: 'fail', eventCodes: 'pass' })
    expect(withEvents(['2 PERIODIC', 'x'])).toMatchObject({ eventList: 'fail' })
  })

  test('may not be more than 64', () => {
    const many = (count: number) => Array.from({ length: count }, (_, n): [string, string] => ['M Download', `${n}`])
    expect(withEvents(...many(64))).toMatchObject({ eventList: 'pass' })
    expect(withEvents(...many(65))).toMatchObject({ eventList: 'fail' })
  })
})

describe('MaxEnvelopes', () => {
  test('other than 1 is a warning, because the ACS ignores it', () => {
    expect(withInform(() => ({ maxEnvelopes: '2' }))).toMatchObject({ maxEnvelopes: 'warning' })
  })

  test('is free for a device of CWMP 1.0', () => {
    expect(verdicts(call(1000, { opened: { cwmp: 'urn:dslforum-org:cwmp-1-0' } }))).toMatchObject({
      maxEnvelopes: 'not-asked',
    })
  })
})

test.each([
  ['2026-01-02T03:04:05Z', 'pass'],
  ['2026-01-02T03:04:05.678-03:30', 'pass'],
  ['0001-01-01T00:00:00Z', 'pass'],
  ['0001-01-01T00:00:00', 'pass'],
  ['2026-01-02T03:04:05', 'warning'],
  [undefined, 'warning'],
])('CurrentTime %s: %s', (currentTime, verdict) => {
  expect(withInform(() => ({ currentTime }))).toMatchObject({ currentTime: verdict })
})

describe('RetryCount after a success', () => {
  const retryCount = (second: Partial<WrittenSession>, ...between: Happening[]) =>
    verdicts(call(1000), ...between, call(9000, second))['retryCount']

  test.each(['1', undefined, 'none'])('other than 0 fails: %s', value => {
    expect(withInform(() => ({ retryCount: value }))).toMatchObject({ retryCount: 'fail' })
  })

  test('may count an attempt in between that came to nothing', () => {
    expect(retryCount({ retryCount: '1' }, bareConnection(5000))).toBe('inconclusive')
  })

  test('is not known after a boot: attempts before the line was up never reached us', () => {
    expect(retryCount({ retryCount: '2', events: ['1 BOOT'] })).not.toBe('fail')
  })

  test('says nothing after a session that failed', () => {
    expect(verdicts(call(1000, { ended: 'failed-by-acs' }), call(9000, { retryCount: '1' }))).toMatchObject({
      retryCount: 'inconclusive',
    })
  })
})

describe('sessions', () => {
  const inside = (at: number) =>
    verdicts(call(1000, { id: 1, ended: 'superseded', tookMs: at - 1000 }), call(at, { opened: { insideSession: 1 } }))

  test('two at a time fail', () => {
    expect(inside(2000)).toMatchObject({ oneAtATime: 'fail' })
  })

  test('may be left when the ACS has been silent for 30 s', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000 }), silence => {
        // The last sign of the old session is the answer to its Inform, 4 ms after its attempt.
        expect(inside(1004 - 3 + silence)['oneAtATime']).toBe(silence >= 30_000 ? 'pass' : 'fail')
      }),
    )
  })
})

describe('requests of the device', () => {
  const received = (change: Partial<Extract<NewEntry, { type: 'http-received' }>>) =>
    verdicts(...two, next => {
      // The connection of the session before.
      const connection = next('connection') - 1
      return plain(9000, {
        ...{ type: 'http-received', connection, exchange: 99, firstByteAt: 9000, method: 'POST', target: '/' },
        ...{ httpVersion: '1.1', headers: [], body: { length: 0 }, problems: [], ...change },
      })(next)
    })
  const envelope = (headers: HeaderList) => received({ headers, body: { length: 9 } })['soapAction']

  test('may not be pipelined', () => {
    expect(received({})).toMatchObject({ notPipelined: 'pass' })
    expect(received({ pipelined: true })).toMatchObject({ notPipelined: 'fail' })
  })

  test.each(['', '""', ' '])('with an envelope may have SOAPAction "%s"', value => {
    expect(envelope([['soapaction', value]])).toBe('pass')
  })

  test('with an envelope and another or no SOAPAction are a warning', () => {
    expect(envelope([['SOAPAction', 'cwmp:Inform']])).toBe('warning')
    expect(envelope([])).toBe('warning')
  })

  test('that the ACS refused before it had their bodies are left out', () => {
    const post: NewEntry = {
      ...{ type: 'http-received', connection: 0, exchange: 99, firstByteAt: 9000, method: 'POST', target: '/' },
      ...{ httpVersion: '1.1', headers: [['SOAPAction', '']], body: { length: 0 }, problems: [] },
    }
    const refused: NewEntry = { type: 'http-refused', connection: 0, reason: 'odd', raw: { length: 0 } }
    const answer: NewEntry = {
      ...{ type: 'http-sent', connection: 0, exchange: 99, status: 400, headers: [], body: { length: 0 } },
    }
    const soapAction = (...entries: NewEntry[]) =>
      verdicts(...two, next => {
        const connection = next('connection') - 1
        return entries.map((entry, index) => ({ at: 9000 + index, entry: { ...entry, connection } as NewEntry }))
      })['soapAction']
    expect(soapAction(post, refused, answer)).toBe('pass')
    expect(soapAction(post, refused)).toBe('pass')
    expect(soapAction(post)).toBe('warning')
  })

  test.each(['SOAPAction', 'Content-Type'])('without an envelope but with %s are a warning', name => {
    expect(received({ headers: [[name, '']] })).toMatchObject({ soapAction: 'warning' })
    expect(received({ headers: [['Content-Length', '0']] })).toMatchObject({ soapAction: 'pass' })
  })
})

test('a success reply with a body fails, another answer may have one', () => {
  expect(verdicts(...two, asked(9000, 2))).toMatchObject({ emptyReplies: 'fail' })
  const refused = request('any', { at: 9000, answered: 503, bodyLength: 20 })
  expect(verdicts(...two, refused)).toMatchObject({ emptyReplies: 'pass' })
})
