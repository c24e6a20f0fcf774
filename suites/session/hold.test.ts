import { describe, expect, test } from 'vitest'
import type { NewEntry } from '../../harness/timeline/entry.ts'
import {
  type Happening,
  judged,
  mark,
  outcomeOf,
  plain,
  playing,
  session,
  verdictsOf,
  type WrittenSession,
} from '../written-timeline.ts'
import { hold } from './hold.ts'

const endsAt = 27_000
const patient = (options: Partial<WrittenSession> = {}, heardAgain = true): Happening[] => [
  session({ at: 1000, id: 3, tookMs: endsAt - 1000, rpcsAt: [1100, 26_500], ...options }),
  mark('silent', 1050, { session: 3 }),
  ...(heardAgain ? [mark('heard-again', 26_600, { session: 3 })] : []),
]
const watched = [mark('ended', endsAt), mark('end-watched', endsAt + 5000)]
const post = (at: number): Happening => plain(at, { type: 'empty-post', session: 3, connection: 1, exchange: 5 })

const ownRequest = (at: number, holdRequests: boolean): Happening => {
  const entry: NewEntry = {
    type: 'device-rpc',
    session: 4,
    exchange: 8,
    method: 'TransferComplete',
    known: true,
    holdRequests,
  }
  return plain(at, entry)
}
const held = (...own: Happening[]) => [
  session({ at: 40_000, id: 4, events: ['7 TRANSFER COMPLETE'] }),
  mark('held', 40_010, { session: 4 }),
  ...own,
  mark('hold-over', 40_050, { session: 4 }),
]

const verdicts = (...happenings: Happening[][]) => judged(hold, ...happenings.flat())

test('patience, an end, and a request after the hold pass', () => {
  const outcome = verdicts(patient(), watched, held(ownRequest(40_060, false)))
  expect(outcome).toEqual({ patient: 'pass', ends: 'pass', holdHonoured: 'pass' })
})

describe('the silence', () => {
  test('in which the device gives up is a warning, because the text was not at hand', () => {
    const gaveUp = patient({ ended: 'broken-off-by-device', tookMs: 11_000 }, false)
    expect(verdicts(gaveUp)).toMatchObject({ patient: 'warning', ends: 'inconclusive' })
  })

  test('in which the run was stopped proves nothing', () => {
    const stopped = patient({ ended: false }, false)
    expect(verdictsOf(outcomeOf(hold, playing(hold, stopped, 'interrupted')))).toMatchObject({
      patient: 'inconclusive',
    })
  })
})

describe('the end', () => {
  test('after which the device goes on posting fails', () => {
    expect(verdicts(patient(), [post(endsAt + 10)], watched)).toMatchObject({ ends: 'fail' })
  })

  test('may be followed by what comes after the window, and preceded by the empty POST', () => {
    expect(verdicts(patient(), [post(endsAt - 10), post(endsAt + 6000)], watched)).toMatchObject({ ends: 'pass' })
  })

  test('is unknown where the run was stopped before the window was over', () => {
    const stopped = playing(hold, [...patient(), mark('ended', endsAt)], 'interrupted')
    expect(verdictsOf(outcomeOf(hold, stopped))).toMatchObject({ ends: 'inconclusive' })
  })
})

describe('the hold', () => {
  test('in which the device sends a request of its own fails', () => {
    const own = [ownRequest(40_020, true), ownRequest(40_060, false)]
    expect(verdicts(patient(), watched, held(...own))).toMatchObject({ holdHonoured: 'fail' })
  })

  test('does not apply to a device that takes no Download', () => {
    expect(verdicts(patient(), watched)).toMatchObject({ holdHonoured: 'not-applicable' })
  })

  test('shows nothing when the device has no request of its own, neither then nor later', () => {
    expect(verdicts(patient(), watched, held())).toMatchObject({ holdHonoured: 'inconclusive' })
  })
})
