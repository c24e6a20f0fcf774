import { describe, expect, test } from 'vitest'
import {
  bindingRequest,
  judgedStun,
  linked,
  outcomeOfStun,
  primaryPort,
  secondaryPort,
  stunReading,
  stunSetting,
  type WrittenBindingRequest,
} from '../written-stun.ts'
import { type Happening, mark, outcomeOf, plain, playing, session, verdictsOf } from '../written-timeline.ts'
import { binding } from './binding.ts'
import { settings, toAddressBefore, toSource } from './binding-metrics.ts'

const username = 'cpe-01234567'
const schedule = [0, 100, 300, 700, 1500, 3100, 4700, 6300, 7900]
const lie = { ...primaryPort, port: primaryPort.port + 1 }
const limit = { ms: 90_000, source: 'ours', why: 'it is tested' }

interface Written {
  /** What each Binding Request has. */
  each?: Partial<WrittenBindingRequest>
  first?: Partial<WrittenBindingRequest>
  /** When the first binding is reported; `undefined` where it is not. */
  firstReportAt?: number | undefined
  report?: Partial<WrittenBindingRequest>
  whileOffAgain?: Happening[]
  /** The port that brought a session, if any. */
  heardAt?: 'source' | 'address before' | 'nowhere'
  addressBefore?: string
  unanswered?: Partial<WrittenBindingRequest> | 'not at all'
  lied?: Partial<WrittenBindingRequest> | 'not at all'
  change?: Partial<WrittenBindingRequest> | 'not at all'
  more?: Happening[]
  emptied?: Happening[]
  /** What comes after STUN was switched on for the second time, where the first binding was not reported. */
  onAgain?: Happening[]
  /** The second lie, where the first one brought no report. */
  lieAgain?: Happening[]
  /** Of the server that was set. */
  on?: Record<string, unknown>
}

const happenings = (written: Written = {}): Happening[] => {
  const { each = {}, heardAt = 'source', addressBefore = '192.0.2.2:9', whileOffAgain = [], more = [] } = written
  const { unanswered = {}, lied = {}, change = {}, emptied, onAgain, lieAgain } = written
  const firstReportAt = 'firstReportAt' in written ? written.firstReportAt : 12_010
  const name = { username: { text: username } }
  const asking = (options: WrittenBindingRequest) => bindingRequest({ ...name, ...each, ...options })
  return [
    mark('account', 0, { username }),
    stunSetting(settings.off, 500),
    mark('off', 1000),
    stunReading('off', 5000, { UDPConnectionRequestAddress: addressBefore }),
    mark('on', 10_000, { limit, ...written.on }),
    stunSetting(settings.on, 11_000),
    asking({ at: 12_000, ...written.first }),
    ...(firstReportAt === undefined ? [] : [asking({ at: firstReportAt, change: true, ...written.report })]),
    mark('first-awaited', 12_000),
    mark('first-report-awaited', 30_000),
    ...(firstReportAt === undefined
      ? [mark('off-again', 31_000), ...whileOffAgain, mark('off-again-over', 39_000)]
      : []),
    ...(onAgain ? [...onAgain, mark('report-again-awaited', 39_900)] : []),
    mark('asking', 40_000, { source: '192.0.2.2:7547' }),
    ...knocks(heardAt),
    mark('asked', 60_000),
    mark('silence-begun', 61_000),
    ...(unanswered === 'not at all'
      ? []
      : [asking({ at: 65_000, copiesAfterMs: schedule, answered: 'not at all', ...unanswered })]),
    mark('silence-over', 76_000),
    mark('lie-begun', 76_100),
    ...(lied === 'not at all' ? [] : [asking({ at: 80_000, answered: lie, ...lied })]),
    ...(change === 'not at all'
      ? []
      : [asking({ at: 80_010, change: true, copiesAfterMs: schedule, answered: 'not at all', ...change })]),
    mark('lie-over', 91_000),
    ...(lieAgain ? [mark('lie-again-begun', 91_100), ...lieAgain, mark('lie-again-over', 91_900)] : []),
    ...more,
    ...(emptied ?? [
      stunSetting(settings.empty, 95_000),
      mark('emptied', 96_000, { limit }),
      asking({ at: 100_000 }),
      mark('empty-awaited', 100_010),
    ]),
    mark('settled', 120_000, { bound: true }),
  ]
}

function knocks(heardAt: Written['heardAt']): Happening[] {
  const request = (at: number, label: string, port: number): Happening =>
    plain(at, {
      type: 'udp-cr-sent',
      ...{ request: 1, label, copy: 1, copies: 3, authorised: true },
      ...{ from: { address: '192.0.2.1', port: 3478 }, to: { ...primaryPort, port }, raw: { length: 0 } },
    })
  if (heardAt === 'source') return [request(41_000, toSource, 7547), session({ at: 41_200 })]
  const other = [request(41_000, toSource, 7547), request(50_000, toAddressBefore, 9)]
  return heardAt === 'address before' ? [...other, session({ at: 51_000 })] : other
}

const verdicts = (written?: Written) => judgedStun(binding, ...happenings(written))

test('a device that does all of it passes', () => {
  expect(new Set(Object.values(verdicts()))).toEqual(new Set(['pass']))
})

describe('without any Binding Request', () => {
  const written = [
    stunSetting(settings.off, 500),
    mark('off', 1000),
    mark('on', 10_000, { limit }),
    stunSetting(settings.on, 11_000),
    mark('first-awaited', 101_000),
  ]
  const cut = (happenings: Happening[]) =>
    verdictsOf(outcomeOf(binding, linked(playing(binding, happenings, 'broken-off'))))

  test('the server was not asked, and nothing else is known', () => {
    const { tasks, server, ...others } = cut(written)
    expect([tasks, server]).toEqual(['fail', 'fail'])
    expect(new Set(Object.values(others))).toEqual(new Set(['inconclusive']))
  })

  test('a stranger changes nothing', () => {
    expect(cut([...written, bindingRequest({ at: 12_000, ofDeviceUnderTest: false })])).toMatchObject({
      server: 'fail',
    })
  })

  test('a device that applies the setting later is not judged', () => {
    const later = written.with(3, stunSetting(settings.on, 11_000, { status: 1 }))
    expect(cut(later)).toMatchObject({ tasks: 'inconclusive', server: 'inconclusive' })
  })
})

describe('where nothing arrives', () => {
  const written = (on: Record<string, unknown>) => [
    mark('on', 10_000, { limit, ...on }),
    stunSetting(settings.on, 11_000),
    mark('first-awaited', 101_000),
  ]
  const cut = (on: Record<string, unknown>) => outcomeOf(binding, linked(playing(binding, written(on), 'broken-off')))
  const serverOf = (on: Record<string, unknown>) => cut(on).metrics.find(({ name }) => name === 'server')

  test('the finding says what to rule out, unless requests came before', () => {
    const server = { host: '192.0.2.1', port: 3478 }
    expect(serverOf({ server, bound: false })?.actual).toMatch(/firewall.*192\.0\.2\.1 port 3478/)
    expect(serverOf({ server, bound: true })?.actual).not.toMatch(/firewall/)
  })

  test('a server that is given by a name may not have been found', () => {
    expect(verdictsOf(cut({ server: { host: 'stun.example', port: 3478 }, bound: false }))).toMatchObject({
      tasks: 'inconclusive',
      server: 'inconclusive',
    })
  })
})

describe('keeping the binding', () => {
  test('also counts requests that all report a change', () => {
    const always = { change: true as const }
    expect(verdicts({ each: always, unanswered: always, lied: always })).toMatchObject({ tasks: 'pass' })
  })

  test('does not count what a second switching on brings', () => {
    const written: Written = {
      ...{ firstReportAt: undefined, onAgain: [bindingRequest({ at: 39_500 })] },
      ...{ unanswered: 'not at all', lied: 'not at all', change: 'not at all' },
    }
    expect(verdicts(written)).toMatchObject({ tasks: 'fail' })
  })

  test('fails where nothing comes after the first announcement', () => {
    const written: Written = { unanswered: 'not at all', lied: 'not at all', change: 'not at all' }
    expect(verdicts(written)).toMatchObject({ tasks: 'fail', schedule: 'inconclusive', changeReported: 'inconclusive' })
  })
})

describe('an empty STUNServerAddress', () => {
  test('that leads nowhere fails', () => {
    const emptied = [stunSetting(settings.empty, 95_000), mark('emptied', 96_000), mark('empty-awaited', 110_000)]
    expect(verdicts({ emptied })).toMatchObject({ acsHost: 'fail', server: 'pass' })
    const later = emptied.with(0, stunSetting(settings.empty, 95_000, { status: 1 }))
    expect(verdicts({ emptied: later })).toMatchObject({ acsHost: 'inconclusive' })
  })

  test('that the device refuses is not judged', () => {
    const emptied = [stunSetting(settings.empty, 95_000, { fault: '9007' })]
    expect(verdicts({ emptied })).toMatchObject({ acsHost: 'inconclusive' })
  })

  test('does not apply where the server is elsewhere', () => {
    expect(verdicts({ emptied: [mark('empty-left-out', 95_000, { because: 'it is elsewhere' })] })).toMatchObject({
      acsHost: 'not-applicable',
    })
  })
})

describe('the port at which Connection Requests are heard', () => {
  test.each([
    ['address before', 'fail'],
    ['nowhere', 'inconclusive'],
  ] as const)('%s: %s', (heardAt, verdict) => {
    expect(verdicts({ heardAt })).toMatchObject({ listensThere: verdict })
  })
})

describe('CONNECTION-REQUEST-BINDING', () => {
  const probe = { from: secondaryPort, binding: false as const }

  test('missing on the primary port fails', () => {
    const none = verdicts({ each: { binding: false } })
    expect(none).toMatchObject({ marksPrimary: 'fail', markValue: 'inconclusive', named: 'inconclusive' })
    expect(verdicts({ unanswered: { binding: false } })).toMatchObject({ marksPrimary: 'fail', markValue: 'pass' })
  })

  test('on another port fails, and may be missing there', () => {
    expect(verdicts({ more: [bindingRequest({ at: 92_000, from: secondaryPort })] })).toMatchObject({
      marksPrimary: 'fail',
    })
    expect(verdicts({ more: [bindingRequest({ at: 92_000, ...probe })] })).toMatchObject({ marksPrimary: 'pass' })
  })

  test('on another port after a setting passes: the device may have opened another socket', () => {
    const emptied = [
      stunSetting(settings.empty, 95_000),
      mark('emptied', 96_000),
      bindingRequest({ at: 100_000, from: secondaryPort, username: { text: username } }),
      mark('empty-awaited', 100_010),
    ]
    expect(verdicts({ emptied })).toMatchObject({ marksPrimary: 'pass' })
  })

  test.each([
    ['19 bytes', '64736c666f72756d2e6f72672f54522d313131'],
    ['a NUL instead of the space', '64736c666f72756d2e6f72672f54522d31313100'],
    ['nothing', ''],
  ])('with %s fails', (_, value) => {
    expect(verdicts({ unanswered: { binding: value } })).toMatchObject({ markValue: 'fail', marksPrimary: 'pass' })
  })
})

describe('BINDING-CHANGE', () => {
  test('with a value fails', () => {
    expect(verdicts({ change: { change: '00000001' } })).toMatchObject({ changeValue: 'fail', changeReported: 'pass' })
  })

  test('without CONNECTION-REQUEST-BINDING fails, and only that', () => {
    const { changeValue, ...others } = verdicts({ change: { binding: false } })
    expect(changeValue).toBe('fail')
    expect(new Set(Object.values(others))).toEqual(new Set(['pass']))
  })
})

describe('the first report', () => {
  test('may be in the first request', () => {
    const written = { first: { change: true as const }, firstReportAt: undefined }
    expect(verdicts(written)).toMatchObject({ firstReported: 'pass' })
    expect(outcomeOfStun(binding, ...happenings(written)).properties).toMatchObject({
      'first report of the binding': 'in the first request',
    })
  })

  test.each([
    [21_900, 'pass'],
    [22_100, 'fail'],
    [undefined, 'fail'],
  ])('at %s: %s', (firstReportAt, verdict) => {
    expect(verdicts({ firstReportAt })).toMatchObject({ firstReported: verdict })
  })

  test('is looked at twice: a datagram may be lost', () => {
    const again = (...onAgain: Happening[]) => verdicts({ firstReportAt: undefined, onAgain })
    const [first, report] = [bindingRequest({ at: 39_100 }), bindingRequest({ at: 39_110, change: true })]
    expect(again(first)).toMatchObject({ firstReported: 'fail' })
    expect(again(first, report)).toMatchObject({ firstReported: 'inconclusive' })
    expect(again(report)).toMatchObject({ firstReported: 'inconclusive' })
  })

  test('is not judged where the first request got no answer', () => {
    expect(verdicts({ first: { answered: 'not at all' } })).toMatchObject({ firstReported: 'inconclusive' })
  })

  test('does not apply where STUN was kept on', () => {
    const written = [...happenings({ firstReportAt: undefined }), mark('stun-kept-on', 100)]
    expect(judgedStun(binding, ...written)).toMatchObject({ firstReported: 'not-applicable', changeReported: 'pass' })
  })

  test('is not judged of a device that never stopped', () => {
    const written = { firstReportAt: undefined, whileOffAgain: [bindingRequest({ at: 35_000 })] }
    expect(verdicts(written)).toMatchObject({ firstReported: 'inconclusive' })
  })
})

describe('the report of a change', () => {
  test('that is missing or late fails', () => {
    expect(verdicts({ change: 'not at all' })).toMatchObject({ changeReported: 'fail', repeated: 'inconclusive' })
    expect(verdicts({ change: { at: 90_100, copiesAfterMs: [0, 100] } })).toMatchObject({ changeReported: 'fail' })
  })

  test('is looked at twice: a datagram may be lost', () => {
    const [lied, report] = [
      bindingRequest({ at: 91_200, answered: { ...lie, port: lie.port + 1 } }),
      bindingRequest({ at: 91_210, change: true, copiesAfterMs: [0, 100], answered: 'not at all' }),
    ]
    const again = (...lieAgain: Happening[]) => verdicts({ change: 'not at all', lieAgain })
    expect(again(lied, report)).toMatchObject({ changeReported: 'inconclusive', repeated: 'pass' })
    expect(again(lied)).toMatchObject({ changeReported: 'fail', repeated: 'inconclusive' })
  })

  test('of a change that was told only at the second time counts', () => {
    const lieAgain = [
      bindingRequest({ at: 91_200, answered: { ...lie, port: lie.port + 1 } }),
      bindingRequest({ at: 91_210, change: true, copiesAfterMs: [0, 100], answered: 'not at all' }),
    ]
    expect(verdicts({ lied: 'not at all', change: 'not at all', lieAgain })).toMatchObject({ changeReported: 'pass' })
  })

  test('is not judged where the change was not told', () => {
    expect(verdicts({ lied: 'not at all' })).toMatchObject({ changeReported: 'inconclusive' })
  })

  test('that is sent once is a warning', () => {
    expect(verdicts({ change: { copiesAfterMs: [0] } })).toMatchObject({ repeated: 'warning', changeReported: 'pass' })
  })
})

describe('the schedule', () => {
  test.each([[[0]], [[0, 3000, 6000, 9000]], [[0, 500, 1500, 3500, 7500]]])('%j is a warning', copiesAfterMs => {
    expect(verdicts({ unanswered: { copiesAfterMs } })).toMatchObject({ schedule: 'warning', repeated: 'pass' })
  })
})

describe('USERNAME', () => {
  test('may wait for a 401', () => {
    const bare = verdicts({ each: { username: undefined } as never })
    expect(bare).toMatchObject({ named: 'not-asked', padded: 'not-asked' })
  })

  test('of another name is a warning, as is one that comes and goes', () => {
    expect(verdicts({ first: { username: { text: 'someone-else' } } })).toMatchObject({ named: 'warning' })
    expect(verdicts({ unanswered: { username: undefined } as never })).toMatchObject({ named: 'warning' })
  })

  test('is filled up with NULs or spaces', () => {
    const hex = Buffer.from(username).toString('hex')
    for (const rest of ['00000000', '20202020'])
      expect(verdicts({ each: { username: { text: username, hex: hex + rest } } })).toMatchObject({ padded: 'pass' })
    for (const wrong of [`${hex}00`, hex.slice(0, -2), `${hex}2e2e2e2e`])
      expect(verdicts({ each: { username: { text: username, hex: wrong } } })).toMatchObject({ padded: 'fail' })
  })
})
