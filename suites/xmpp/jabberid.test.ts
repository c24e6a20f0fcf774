import { describe, expect, test } from 'vitest'
import { xmppReading, xmppSetting, xmppStream } from '../written-streams.ts'
import { type Happening, judged, mark, outcomeOf, playing, session, verdictsOf } from '../written-timeline.ts'
import { xmppControl } from '../written-xmpp.ts'
import { jabberId } from './jabberid.ts'

const first = 'cpe@xmpp.example/connreq'
const second = 'cpe-2@xmpp.example/connreq-2'
const both = (jid: string, connReq = jid) => ({ JabberID: jid, ConnReqJabberID: connReq })
const valueChange = '4 VALUE CHANGE'

const announcement = (at: number, jid: string, events = [valueChange]): Happening =>
  session({
    at,
    events,
    parameters: [{ name: 'Device.ManagementServer.ConnReqJabberID', value: jid }],
  })

interface Written {
  attribute?: number
  throttle?: number
  up?: Record<string, string>
  lost?: Record<string, string>
  rebound?: Record<string, string>
  told?: Happening[]
  boundSame?: string
  toldSame?: Happening[]
  control?: Happening[]
  disabled?: Record<string, string>
  cleared?: { status?: number; fault?: string }
  unreferenced?: Record<string, string> | undefined
  /** Whether the connection was up when it was not referenced. */
  unreferencedIsUp?: boolean
}

const happenings = ({
  attribute = 2,
  throttle = 0,
  up = both(first),
  lost = both(first),
  rebound = both(second),
  told = [announcement(25_000, second)],
  boundSame = second,
  toldSame = [],
  control = xmppControl(130_000),
  disabled = { ConnReqJabberID: '' },
  cleared = { status: 0 },
  unreferenced = { ConnReqJabberID: '' },
  unreferencedIsUp = true,
}: Written): Happening[] => [
  mark('notification', 1000, { attribute, throttle }),
  xmppReading('up', 2000, up),
  mark('first-jid', 3000, { jid: first }),
  xmppReading('lost', 8000, lost),
  mark('server-back', 9000),
  xmppStream({ at: 20_000, connection: 71, jid: second, endedAfterMs: 40_000, how: 'dropped' }),
  mark('rebound', 20_000, { jid: second, before: first }),
  ...told,
  mark('rebound-awaited', 30_000),
  xmppReading('rebound', 35_000, rebound),
  mark('same', 59_000, { jid: second }),
  xmppStream({ at: 65_000, connection: 72, jid: boundSame, endedAfterMs: 70_000 }),
  ...toldSame,
  mark('same-watched', 125_000),
  ...control,
  mark('same-over', 135_000),
  xmppReading('disabled', 140_000, disabled),
  xmppSetting('clear the reference', 145_000, cleared),
  ...(unreferencedIsUp ? [xmppStream({ at: 149_000, connection: 73 })] : []),
  ...(cleared.fault === undefined ? [xmppReading('unreferenced', 150_000, unreferenced)] : []),
]

const verdicts = (written: Written = {}) => judged(jabberId, ...happenings(written))

test('a device that shows and tells each new JID, and no other, passes', () => {
  expect(new Set(Object.values(verdicts()))).toEqual(new Set(['pass']))
})

describe('JabberID', () => {
  test('put together from what was proposed fails', () => {
    expect(verdicts({ rebound: both(first) })).toMatchObject({ asBound: 'fail', sameAsConnection: 'pass' })
  })

  test('compares names without case, the resource with it', () => {
    expect(verdicts({ up: both('CPE@XMPP.Example/connreq') })).toMatchObject({ asBound: 'pass' })
    expect(verdicts({ up: both('cpe@xmpp.example/ConnReq') })).toMatchObject({ asBound: 'fail' })
  })

  test('is undecided where it cannot be read, or only while as proposed', () => {
    const without = { ConnReqJabberID: first }
    expect(verdicts({ up: without, rebound: { ConnReqJabberID: second } })).toMatchObject({ asBound: 'inconclusive' })
    const cut = playing(jabberId, happenings({}).slice(0, 5), 'broken-off')
    expect(verdictsOf(outcomeOf(jabberId, cut))).toEqual({
      asBound: 'inconclusive',
      sameAsConnection: 'pass',
      keptWhileLost: 'pass',
      emptyWhenUnused: 'inconclusive',
      notified: 'inconclusive',
      notNotified: 'inconclusive',
    })
  })
})

describe('ConnReqJabberID', () => {
  test('other than JabberID fails', () => {
    expect(verdicts({ rebound: both(second, first) })).toMatchObject({ sameAsConnection: 'fail' })
    expect(verdicts({ up: both(first, '') })).toMatchObject({ sameAsConnection: 'fail', keptWhileLost: 'inconclusive' })
  })

  test('emptied or changed while the stream is lost fails', () => {
    expect(verdicts({ lost: both('', '') })).toMatchObject({ keptWhileLost: 'fail' })
    expect(verdicts({ lost: both(first, second) })).toMatchObject({ keptWhileLost: 'fail' })
    expect(verdicts({ lost: {} })).toMatchObject({ keptWhileLost: 'inconclusive' })
  })

  test('is empty without a reference only where the connection is up', () => {
    expect(verdicts({ unreferencedIsUp: false })).toMatchObject({ emptyWhenUnused: 'inconclusive' })
    expect(verdicts({ unreferencedIsUp: false, unreferenced: { ConnReqJabberID: first } })).toMatchObject({
      emptyWhenUnused: 'fail',
    })
  })

  test('kept while switched off or unreferenced fails', () => {
    expect(verdicts({ disabled: { ConnReqJabberID: second } })).toMatchObject({ emptyWhenUnused: 'fail' })
    expect(verdicts({ unreferenced: { ConnReqJabberID: first } })).toMatchObject({ emptyWhenUnused: 'fail' })
  })

  test('is not judged where the reference could not be cleared', () => {
    expect(verdicts({ cleared: { fault: 'a fault.' } })).toMatchObject({ emptyWhenUnused: 'inconclusive' })
    const later = { cleared: { status: 1 }, unreferenced: { ConnReqJabberID: first } }
    expect(verdicts(later)).toMatchObject({ emptyWhenUnused: 'inconclusive' })
    expect(verdicts({ disabled: {}, unreferenced: {} })).toMatchObject({ emptyWhenUnused: 'inconclusive' })
  })
})

describe('a new JID', () => {
  test('that no session tells of fails', () => {
    expect(verdicts({ told: [] })).toMatchObject({ notified: 'fail' })
    expect(verdicts({ told: [session({ at: 25_000, events: [valueChange] })] })).toMatchObject({ notified: 'fail' })
    expect(verdicts({ told: [announcement(25_000, second, ['2 PERIODIC'])] })).toMatchObject({ notified: 'fail' })
    expect(verdicts({ told: [announcement(25_000, first)] })).toMatchObject({ notified: 'fail' })
  })

  test('may be told of among other events, and after its loss was', () => {
    const told = [announcement(15_000, ''), announcement(25_000, second, ['2 PERIODIC', valueChange])]
    expect(verdicts({ told })).toMatchObject({ notified: 'pass' })
  })

  test.each<[string, Written]>([
    ['notifications are throttled', { throttle: 60 }],
    ['an ACS switched them off', { attribute: 0 }],
    ['the device did not take it over', { rebound: both(first) }],
  ])('need not be told of where %s', (_, written) => {
    expect(verdicts({ told: [], ...written })).toMatchObject({ notified: 'inconclusive' })
  })

  test('that was told of passes whatever the settings are', () => {
    expect(verdicts({ throttle: 60, attribute: 1 })).toMatchObject({ notified: 'pass' })
  })
})

describe('the same JID again', () => {
  test('that is announced fails', () => {
    expect(verdicts({ toldSame: [announcement(66_000, second)] })).toMatchObject({ notNotified: 'fail' })
    expect(verdicts({ toldSame: [announcement(66_000, '')] })).toMatchObject({ notNotified: 'fail' })
  })

  test('may be in an Inform for other reasons', () => {
    const periodic = announcement(70_000, second, ['2 PERIODIC'])
    expect(verdicts({ toldSame: [periodic] })).toMatchObject({ notNotified: 'pass' })
    expect(verdicts({ toldSame: [session({ at: 70_000, events: [valueChange] })] })).toMatchObject({
      notNotified: 'pass',
    })
    expect(verdicts({ toldSame: [periodic, announcement(80_000, second)] })).toMatchObject({
      notNotified: 'inconclusive',
    })
  })

  test.each<[string, Written]>([
    ['another JID was bound', { boundSame: first }],
    ['the control brought no session', { control: xmppControl(130_000, { silent: true }) }],
    ['no control was made', { control: [] }],
    ['notifications are switched off', { attribute: 0 }],
  ])('proves nothing where %s', (_, written) => {
    expect(verdicts(written)).toMatchObject({ notNotified: 'inconclusive' })
  })

  test('proves nothing where the window was not kept to its end', () => {
    const cut = playing(jabberId, happenings({}).slice(0, 12), 'broken-off')
    expect(verdictsOf(outcomeOf(jabberId, cut))).toMatchObject({ notNotified: 'inconclusive', notified: 'pass' })
  })
})
