import { describe, expect, test } from 'vitest'
import type { EventStruct } from '../../harness/timeline/entry.ts'
import {
  type Happening,
  judged,
  mark,
  outcomeOf,
  plain,
  playing,
  request,
  session,
  verdictsOf,
  type WrittenRequest,
  type WrittenSession,
} from '../written-timeline.ts'
import { powerCycle, reboot } from './reboot.ts'

const scheduled: (string | EventStruct)[] = ['3 SCHEDULED', { eventCode: 'M ScheduleInform', commandKey: 'connreq' }]
const rebooted = (at: number): Happening => mark('rebooted', at)

const withBoot = ['1 BOOT', ...scheduled]

/** The first session after the boot fails, its retry is delivered. */
const booted = (first: Partial<WrittenSession> = {}, retry: Partial<WrittenSession> & { waitMs?: number } = {}) => [
  session({ at: 40_000, events: withBoot, ended: 'failed-by-acs', ...first }),
  session({ at: 40_004 + (retry.waitMs ?? 7000), events: withBoot, retryCount: '1', ...retry }),
  mark('booted', 100_000),
]
const asked = (options: Partial<WrittenRequest> = { answered: 204 }) => [
  request('first request after a boot', { at: 101_000, ...options }),
]

const lost = (at: number, more: Partial<WrittenSession> = {}) =>
  session({ at, events: scheduled, ended: 'failed-by-acs', ...more })
const fromOutside = [lost(400), lost(600), mark('reboot', 1000, { outside: true }), rebooted(1001)]
const verdicts = (...happenings: Happening[][]) => judged(reboot, ...happenings.flat())

test('a boot that is reported until it is delivered, and a request after it, pass', () => {
  expect(verdicts(fromOutside, booted(), asked())).toEqual({
    ...{ boot: 'pass', restarted: 'pass', kept: 'pass', notRejected: 'pass' },
  })
})

describe('the event', () => {
  test.each([[['0 BOOTSTRAP', '1 BOOT']], [[...scheduled, '1 BOOT', '4 VALUE CHANGE']]])('may stand in %j', events => {
    expect(verdicts(fromOutside, booted({ events }, { events }), asked())).toMatchObject({ boot: 'pass' })
  })

  test('with M Reboot passes, also when the reboot was ordered in a session that we opened', () => {
    // The Reboot RPC needs a session: it follows the mark, before the device boots.
    const ordering = [mark('reboot', 1000, { outside: false }), session({ at: 2000 }), rebooted(3000)]
    const events = ['1 BOOT', { eventCode: 'M Reboot', commandKey: 'connreq' }]
    expect(verdicts(ordering, booted({ events }, { events }), asked())).toEqual({
      boot: 'pass',
      restarted: 'not-applicable',
      kept: 'not-applicable',
      notRejected: 'pass',
    })
  })

  test('is not due in a retry that comes before a person or a command has carried out the reboot', () => {
    const slow = [
      mark('reboot', 1000, { outside: true }),
      session({ at: 15_000, events: scheduled, retryCount: '2' }),
      rebooted(30_000),
    ]
    expect(verdicts(slow, booted(), asked())).toMatchObject({ boot: 'pass' })
  })

  test('that is missing in the first session or in its retry fails', () => {
    expect(verdicts(fromOutside, booted({ events: ['2 PERIODIC'] }), asked())).toMatchObject({ boot: 'fail' })
    expect(verdicts(fromOutside, booted({}, { events: ['2 PERIODIC'] }), asked())).toMatchObject({ boot: 'fail' })
  })

  test('is unknown when the device did not call', () => {
    expect(verdicts(fromOutside, [mark('booted', 100_000)], asked())).toMatchObject({
      boot: 'inconclusive',
      restarted: 'inconclusive',
    })
  })
})

test('a first retry wait that goes on from the failures before fails', () => {
  expect(verdicts(fromOutside, booted({}, { waitMs: 30_000 }), asked())).toMatchObject({ restarted: 'fail' })
})

describe('events from before', () => {
  const after = (...more: Happening[][]) => verdicts(fromOutside, ...more, asked())
  const control = session({ at: 175_000 })
  const withoutThem = booted({}, { events: ['1 BOOT'] })

  test('that come no more fail once the window is over and another session has come', () => {
    const window = mark('kept-window-over', 170_000)
    expect(after(withoutThem, [window, control])).toMatchObject({ kept: 'fail' })
    expect(after(withoutThem, [window])).toMatchObject({ kept: 'inconclusive' })
    expect(after(withoutThem, [control])).toMatchObject({ kept: 'inconclusive' })
  })

  test('may come in a session of their own', () => {
    expect(after(withoutThem, [session({ at: 120_000, events: scheduled })])).toMatchObject({ kept: 'pass' })
  })

  test('of which one is missing fail', () => {
    const only = booted({}, { events: ['1 BOOT', '3 SCHEDULED'] })
    expect(after(only, [mark('kept-window-over', 170_000), control])).toMatchObject({ kept: 'fail' })
  })

  test('are no matter where a session delivered them before the device went down', () => {
    const delivered = [...fromOutside, session({ at: 20_000, events: scheduled, retryCount: '2' })]
    expect(verdicts(delivered, withoutThem, asked())).toMatchObject({ kept: 'inconclusive' })
  })

  test('are rightly forgotten by a device that begins anew', () => {
    const anew = booted({ events: ['0 BOOTSTRAP', '1 BOOT'] }, { events: ['0 BOOTSTRAP', '1 BOOT'] })
    expect(after(anew)).toMatchObject({ kept: 'inconclusive', boot: 'pass' })
  })
})

describe('a person', () => {
  test('who takes long does not make the waits of the device long', () => {
    const asking = [
      lost(400),
      lost(600),
      mark('reboot', 1000, { outside: true }),
      ...[lost(8000, { retryCount: '2' }), lost(35_000, { retryCount: '3' })],
    ]
    expect(verdicts(asking, booted(), [rebooted(41_000)], asked())).toEqual({
      ...{ boot: 'pass', restarted: 'pass', kept: 'pass', notRejected: 'pass' },
    })
  })

  test('who does not act leaves everything undecided, with the reason', () => {
    const problem = 'A person was asked, but nothing came.'
    const late = plain(900_000, { type: 'control', action: 'power', how: 'person', problem })
    const asking = [
      lost(600),
      mark('reboot', 1000, { outside: true }),
      session({ at: 9000, events: ['2 PERIODIC'] }),
      late,
    ]
    const outcome = outcomeOf(powerCycle, playing(powerCycle, asking, 'broken-off'))
    expect(verdictsOf(outcome)).toEqual({
      ...{ boot: 'inconclusive', restarted: 'inconclusive', kept: 'inconclusive', notRejected: 'inconclusive' },
    })
    expect(outcome.metrics.find(({ name }) => name === 'boot')?.reason).toBe(problem)
  })
})

describe('the first request', () => {
  test.each([403, 404, 500])('refused with %d fails', answered => {
    expect(verdicts(fromOutside, booted(), asked({ answered }))).toMatchObject({ notRejected: 'fail' })
  })

  test.each([{ answered: 401 }, { unanswered: 'timeout' as const }])('with %j may have other reasons', options => {
    expect(verdicts(fromOutside, booted(), asked(options))).toMatchObject({ notRejected: 'inconclusive' })
  })

  test('refused with 503 once says nothing when the run was stopped in the rest that followed', () => {
    const cut = playing(reboot, [...fromOutside, ...booted(), ...asked({ answered: 503 })], 'interrupted')
    expect(verdictsOf(outcomeOf(reboot, cut))).toMatchObject({
      notRejected: 'inconclusive',
      boot: 'inconclusive',
    })
  })

  test('that could not even be sent is no error of ours', () => {
    const unsent = asked({ unanswered: 'refused', unsent: true })
    expect(verdicts(fromOutside, booted(), unsent)).toMatchObject({ notRejected: 'inconclusive' })
  })
})
