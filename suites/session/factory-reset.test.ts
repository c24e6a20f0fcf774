import { describe, expect, test } from 'vitest'
import type { EventStruct } from '../../harness/timeline/entry.ts'
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
import { factoryReset } from './factory-reset.ts'

const old: (string | EventStruct)[] = ['3 SCHEDULED', { eventCode: 'M ScheduleInform', commandKey: 'connreq' }]
const anew = ['0 BOOTSTRAP', '1 BOOT']
const pending = session({ at: 500, events: old, ended: 'failed-by-acs' })
const resetting = (byRpc = false) => mark('resetting', 1000, { byRpc })
const first = (more: Partial<WrittenSession> = {}) =>
  session({ at: 40_000, events: anew, ended: 'failed-by-acs', ...more })
const retry = (more: Partial<WrittenSession> = {}) => session({ at: 47_000, events: anew, retryCount: '1', ...more })
const settings = (kept: boolean) => mark('settings', 47_050, { kept })
const verdicts = (...happenings: Happening[]) => judged(factoryReset, ...happenings)

test('a device that begins anew until it is heard, and has forgotten what was, passes', () => {
  expect(verdicts(pending, resetting(), first(), retry(), settings(false))).toEqual({
    bootstrap: 'pass',
    forgotten: 'pass',
  })
})

test('by RPC nothing can be undelivered before', () => {
  const ordering = session({ at: 2000 })
  expect(verdicts(resetting(true), ordering, first(), retry(), settings(false))).toEqual({
    bootstrap: 'pass',
    forgotten: 'not-applicable',
  })
})

describe('"0 BOOTSTRAP"', () => {
  test('that is missing fails where the device has lost its settings', () => {
    const without = [pending, resetting(), first({ events: ['1 BOOT'] }), retry({ events: ['1 BOOT'] })]
    expect(verdicts(...without, settings(false))).toMatchObject({ bootstrap: 'fail' })
    expect(verdicts(...without, settings(true))).toMatchObject({ bootstrap: 'inconclusive', forgotten: 'inconclusive' })
    expect(verdicts(...without)).toMatchObject({ bootstrap: 'inconclusive', forgotten: 'inconclusive' })
  })

  test('that is missing in the retry alone, or in the first session alone, fails', () => {
    expect(verdicts(pending, resetting(), first(), retry({ events: ['1 BOOT'] }), settings(true))).toMatchObject({
      bootstrap: 'fail',
    })
    expect(verdicts(pending, resetting(), first({ events: ['1 BOOT'] }), retry(), settings(false))).toMatchObject({
      bootstrap: 'fail',
    })
  })

  test('is not due in sessions before the reset, nor after it was delivered', () => {
    const earlier = session({ at: 8000, events: old, ended: 'failed-by-acs', retryCount: '1' })
    const later = session({ at: 90_000, events: ['2 PERIODIC'] })
    expect(verdicts(pending, resetting(), earlier, first(), retry(), settings(false), later)).toEqual({
      bootstrap: 'pass',
      forgotten: 'pass',
    })
  })

  test('of which no repetition was seen is undecided', () => {
    expect(verdicts(pending, resetting(), first())).toEqual({ bootstrap: 'inconclusive', forgotten: 'inconclusive' })
  })
})

test('an old event in any session after the reset fails', () => {
  const carried = [...anew, ...old]
  expect(verdicts(pending, resetting(), first({ events: carried }), retry(), settings(false))).toMatchObject({
    forgotten: 'fail',
  })
  const late = session({ at: 60_000, events: old })
  expect(verdicts(pending, resetting(), first(), retry(), settings(false), late)).toMatchObject({ forgotten: 'fail' })
})

test('an event that was delivered before the reset shows nothing', () => {
  const delivered = session({ at: 800, events: old })
  expect(verdicts(pending, delivered, resetting(), first(), retry(), settings(false))).toMatchObject({
    forgotten: 'inconclusive',
  })
})

describe('a device that does not come back', () => {
  test('may have lost the URL of the ACS: no verdict', () => {
    const outcome = outcomeOf(factoryReset, playing(factoryReset, [pending, resetting()], 'broken-off'))
    expect(verdictsOf(outcome)).toEqual({ bootstrap: 'inconclusive', forgotten: 'inconclusive' })
    expect(outcome.metrics[0]?.reason).toContain('lost the URL of the ACS')
  })

  test('because nobody reset it is the person’s matter', () => {
    const problem = 'A person was asked, but nothing came.'
    const late = plain(900_000, { type: 'control', action: 'factoryReset', how: 'person', problem })
    const outcome = outcomeOf(factoryReset, playing(factoryReset, [pending, resetting(), late], 'broken-off'))
    expect(verdictsOf(outcome)).toEqual({ bootstrap: 'inconclusive', forgotten: 'inconclusive' })
    expect(outcome.metrics[0]?.reason).toBe(problem)
  })
})
