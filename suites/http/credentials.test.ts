import { describe, expect, test } from 'vitest'
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
} from '../written-timeline.ts'
import { credentials } from './credentials.ts'

interface Conversation {
  status?: number
  withNew?: Partial<WrittenRequest>
  withOld?: Partial<WrittenRequest>
  passwordLength?: number
  later?: string
  atomicity?: Record<string, unknown>
}

const happenings = ({
  status = 0,
  withNew = { answered: 204 },
  withOld = { answered: 401 },
  passwordLength = 0,
  later = 'CONNREQ.SPV',
  atomicity = { before: '300', after: '300', fault: '9003' },
}: Conversation): Happening[] => [
  mark('credentials-set', 100, { status }),
  mark('read-back', 110, { usernameAsSet: true, passwordLength }),
  request('with the new credentials', { at: 3000, ...withNew }),
  ...(withNew.answered === 204 ? [session({ at: 3500 })] : []),
  request('with the old credentials', { at: 7000, authorised: false, ...withOld }),
  mark('read-later', 9000, { expected: 'CONNREQ.SPV', value: later }),
  mark('atomicity', 9100, atomicity),
]

const verdicts = (conversation: Conversation = {}) => judged(credentials, ...happenings(conversation))

test('the new pair in force, the old one not: passes everywhere', () => {
  expect([...new Set(Object.values(verdicts()))]).toEqual(['pass'])
})

test('status 1 and both values in force all the same passes too', () => {
  expect([...new Set(Object.values(verdicts({ status: 1 })))]).toEqual(['pass'])
})

describe('status 1 says that values are applied later', () => {
  test.each([
    ['the new pair is refused', { withNew: { answered: 401 }, withOld: { answered: 204 } }],
    ['the old pair is still accepted', { withOld: { answered: 204 } }],
  ])('so that nothing is known when %s', (_, conversation) => {
    const outcome = verdicts({ status: 1, ...conversation })
    for (const name of ['newAccepted', 'oldRefused', 'appliedAtOnce', 'notRejected'])
      expect(outcome[name]).toBe('inconclusive')
  })

  test('also when only the parameter beside the credentials has its old value yet', () => {
    expect(verdicts({ status: 1, later: 'before' })['appliedAtOnce']).toBe('inconclusive')
  })
})

describe('status 0 says that they are in force', () => {
  test('the old pair instead of the new one fails, as a warning where the text was not at hand', () => {
    expect(verdicts({ withNew: { answered: 401 }, withOld: { answered: 204 } })).toMatchObject({
      newAccepted: 'warning',
      oldRefused: 'warning',
      appliedAtOnce: 'fail',
      notRejected: 'inconclusive',
    })
  })

  test('both pairs accepted is a warning', () => {
    expect(verdicts({ withOld: { answered: 204 } })).toMatchObject({ oldRefused: 'warning', appliedAtOnce: 'pass' })
  })

  test('neither accepted does not show which is in force', () => {
    expect(verdicts({ withNew: { answered: 401 } })).toMatchObject({ appliedAtOnce: 'inconclusive' })
  })

  test('the parameter beside them with its old value fails', () => {
    expect(verdicts({ later: 'before' })).toMatchObject({ appliedAtOnce: 'fail', newAccepted: 'pass' })
  })
})

describe('the request with the new pair', () => {
  test.each([403, 404, 500])('refused with %d fails', answered => {
    expect(verdicts({ withNew: { answered } })).toMatchObject({ notRejected: 'fail', newAccepted: 'warning' })
  })

  test('without an answer says nothing of a refusal', () => {
    expect(verdicts({ withNew: { unanswered: 'timeout' } })).toMatchObject({
      notRejected: 'inconclusive',
      appliedAtOnce: 'inconclusive',
    })
  })

  test('refused with 503 once says nothing when the run was stopped in the rest that followed', () => {
    const cut = happenings({ withNew: { answered: 503 } }).slice(0, 3)
    const outcome = verdictsOf(outcomeOf(credentials, playing(credentials, cut, 'interrupted')))
    expect(outcome).toMatchObject({ newAccepted: 'inconclusive', notRejected: 'inconclusive' })
  })

  test('that did not even get a challenge is no error of ours', () => {
    const outcome = verdicts({ withNew: { unanswered: 'reset', credentials: 'none' } })
    expect(Object.values(outcome)).not.toContain('error')
    expect(verdicts({ withNew: { answered: 404, credentials: 'none' } })).toMatchObject({ notRejected: 'inconclusive' })
  })
})

describe('the request with the old pair', () => {
  test('refused by a rate limit does not show that the pair is no longer in force', () => {
    expect(verdicts({ withOld: { answered: 503 } })).toMatchObject({ oldRefused: 'inconclusive' })
    expect(verdicts({ withOld: { answered: 503, credentials: 'none' } })).toMatchObject({ oldRefused: 'inconclusive' })
  })

  test('without an answer does not show it either', () => {
    expect(verdicts({ withOld: { unanswered: 'timeout' } })).toMatchObject({ oldRefused: 'inconclusive' })
  })
})

test('a password that can be read fails', () => {
  expect(verdicts({ passwordLength: 12 })).toMatchObject({ hidden: 'fail' })
})

test.each([
  [{ before: '300', after: '360', fault: '9003' }, 'fail'],
  [{ before: '300', after: '300' }, 'fail'],
  [{ before: '300', after: '360' }, 'fail'],
  [{ before: '300', after: '300', fault: '9005' }, 'pass'],
])('a write with one bad parameter: %j: %s', (atomicity, verdict) => {
  expect(verdicts({ atomicity })).toMatchObject({ atomic: verdict })
})
