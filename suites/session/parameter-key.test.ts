import { expect, test } from 'vitest'
import { judged, mark, outcomeOf, playing, verdictsOf } from '../written-timeline.ts'
import { parameterKey } from './parameter-key.ts'

const set = (status = 0) => mark('set', 1000, { status })
const success = (read: string, informed = read) => mark('after-success', 2000, { read, informed })
const refusal = mark('refused', 2500)
const after = (read: string, informed = read) => mark('after-refusal', 3000, { read, informed })
const verdicts = (...happenings: Parameters<typeof judged>[1][]) => judged(parameterKey, ...happenings)

test('the key that came with the values, and no other, passes', () => {
  expect(verdicts(set(), success('connreq-taken'), refusal, after('connreq-taken'))).toEqual({
    taken: 'pass',
    kept: 'pass',
  })
})

test.each([['before'], ['']])('another key after a success fails: %j', key => {
  expect(verdicts(set(), success(key), refusal, after(key))).toEqual({ taken: 'fail', kept: 'pass' })
})

test('an Inform that says something else than GetParameterValues fails', () => {
  const told = success('connreq-taken', 'before')
  expect(verdicts(set(), told, refusal, after('connreq-taken'))).toMatchObject({ taken: 'fail' })
})

test('values that are stored for later leave the moment open', () => {
  expect(verdicts(set(1), success('before'), refusal, after('before'))).toMatchObject({ taken: 'inconclusive' })
  expect(verdicts(set(1), success('connreq-taken'), refusal, after('connreq-taken'))).toMatchObject({ taken: 'pass' })
  // It comes late, but it is not that of the refusal.
  expect(verdicts(set(1), success('before'), refusal, after('connreq-taken'))).toMatchObject({ kept: 'pass' })
})

test('the key of a refused request fails, and so does one that is gone', () => {
  const before = [set(), success('connreq-taken'), refusal]
  expect(verdicts(...before, after('connreq-refused'))).toMatchObject({ kept: 'fail' })
  expect(verdicts(...before, after('connreq-taken', 'connreq-refused'))).toMatchObject({ kept: 'fail' })
  expect(verdicts(...before, after(''))).toMatchObject({ kept: 'fail' })
})

test('a device that takes a parameter that there is not cannot be judged', () => {
  const taken = [set(), success('connreq-taken'), mark('not-refused', 2500), after('connreq-refused')]
  expect(verdicts(...taken)).toEqual({ taken: 'pass', kept: 'inconclusive' })
})

test('sessions that did not come leave it undecided', () => {
  const cut = playing(parameterKey, [set()], 'broken-off')
  expect(verdictsOf(outcomeOf(parameterKey, cut))).toEqual({ taken: 'inconclusive', kept: 'inconclusive' })
})
