import { describe, expect, test } from 'vitest'
import type { EntryOf, NewEntry } from '../../harness/timeline/entry.ts'
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
import { faults } from './faults.ts'

const again = (events: string[], why: EntryOf<'inform-repeated'>['why'] = 'retry-request'): Happening =>
  plain(1100, {
    ...{ type: 'inform-repeated', session: 5, connection: 1, exchange: 2, why, cookies: [] },
    inform: { deviceId: {}, events: events.map(eventCode => ({ eventCode, commandKey: '' })), parameters: [] },
  })

const emptyPost: NewEntry = { type: 'empty-post', session: 2, connection: 1, exchange: 9 }

const after8005 = (...repeated: Happening[]) => [
  session({ at: 1000, id: 5 }),
  mark('8005', 1004, { session: 5 }),
  ...repeated,
  mark('8005-over', 3000),
]
const after8002 = (...following: Happening[]) => [
  session({ at: 5000, id: 2, ended: 'failed-by-acs' }),
  mark('8002', 5004, { session: 2 }),
  ...following,
]
const over = mark('8002-over', 26_000)

const verdicts = (repeated: Happening[], following: Happening[]) =>
  judged(faults, ...after8005(...repeated), ...after8002(...following), over, ...control(30_000))

const resent = [again(['6 CONNECTION REQUEST'])]

test('the Inform again after 8005, and silence after 8002, pass', () => {
  expect(verdicts(resent, [])).toEqual({ resent: 'pass', ended: 'pass' })
})

describe('after 8005', () => {
  test('no Inform in the session fails', () => {
    expect(verdicts([], [])).toMatchObject({ resent: 'fail' })
  })

  test('another Inform fails', () => {
    expect(verdicts([again(['2 PERIODIC'])], [])).toMatchObject({ resent: 'fail' })
  })

  test('an Inform that came again for another reason does not count', () => {
    expect(verdicts([again(['6 CONNECTION REQUEST'], 'authentication')], [])).toMatchObject({ resent: 'fail' })
  })
})

describe('after 8002', () => {
  test.each([[['2 PERIODIC']], [[]]])('a retry with the events %j passes', events => {
    expect(verdicts(resent, [session({ at: 12_000, events })])).toMatchObject({ ended: 'pass' })
  })

  test('going on in the session fails', () => {
    expect(verdicts(resent, [plain(5100, emptyPost)])).toMatchObject({ ended: 'fail' })
    const rpc: NewEntry = {
      type: 'device-rpc',
      session: 2,
      exchange: 9,
      method: 'X',
      known: false,
      holdRequests: false,
    }
    expect(verdicts(resent, [plain(5100, rpc)])).toMatchObject({ ended: 'fail' })
  })

  test('nothing is known yet where the run was stopped at once', () => {
    const cut = playing(faults, [...after8005(...resent), ...after8002()], 'interrupted')
    expect(verdictsOf(outcomeOf(faults, cut))).toEqual({ resent: 'inconclusive', ended: 'inconclusive' })
  })

  test('silence proves nothing when the device does not call afterwards either', () => {
    const silent = control(30_000, { silent: true })
    expect(judged(faults, ...after8005(...resent), ...after8002(), over, ...silent)).toMatchObject({
      ended: 'inconclusive',
    })
  })
})
