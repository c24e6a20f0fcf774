import { describe, expect, test } from 'vitest'
import type { EventStruct } from '../../harness/timeline/entry.ts'
import {
  type Happening,
  judged,
  mark,
  outcomeOf,
  playing,
  request,
  session,
  verdictsOf,
  type WrittenRequest,
  type WrittenSession,
} from '../written-timeline.ts'
import { reboot } from './reboot.ts'

const scheduled: (string | EventStruct)[] = ['3 SCHEDULED', { eventCode: 'M ScheduleInform', commandKey: 'connreq' }]
const rebooted = (at: number): Happening => mark('rebooted', at)

/** The first session after the boot fails, its retry is delivered. */
const booted = (first: Partial<WrittenSession> = {}, retry: Partial<WrittenSession> & { waitMs?: number } = {}) => [
  session({ at: 40_000, events: ['1 BOOT'], ended: 'failed-by-acs', ...first }),
  session({ at: 40_004 + (retry.waitMs ?? 7000), events: ['1 BOOT'], retryCount: '1', ...retry }),
  mark('booted', 100_000),
]
const asked = (options: Partial<WrittenRequest> = { answered: 204 }) => [
  request('first request after a boot', { at: 101_000, ...options }),
]

const fromOutside = [mark('reboot', 1000, { outside: true }), rebooted(1001)]
const verdicts = (...happenings: Happening[][]) => judged(reboot, ...happenings.flat())

test('a boot that is reported until it is delivered, and a request after it, pass', () => {
  expect(verdicts(fromOutside, booted(), asked())).toEqual({ boot: 'pass', restarted: 'pass', notRejected: 'pass' })
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
