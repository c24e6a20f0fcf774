import { describe, expect, test } from 'vitest'
import { type Happening, judged, mark, request, session, type WrittenRequest } from '../written-timeline.ts'
import { disabled } from './disabled.ts'

const refused: Partial<WrittenRequest> = { unanswered: 'refused', unsent: true }
const urlIn = (value: string) => [{ name: 'Device.ManagementServer.ConnectionRequestURL', value }]

interface Conversation {
  whileOff?: Partial<WrittenRequest>[]
  read?: string
  informed?: string
  afterwards?: Partial<WrittenRequest>[]
}

const verdicts = ({
  whileOff = [refused],
  read = '',
  informed = '',
  afterwards = [{ answered: 204 }],
}: Conversation = {}) =>
  judged(
    disabled,
    mark('switched-off', 1000),
    ...whileOff.map((options, index) =>
      request('while HTTP Connection Requests are off', {
        at: 3000 + 10_000 * index,
        authorised: false,
        credentials: 'none',
        ...options,
      }),
    ),
    session({ at: 30_000, id: 9, events: ['2 PERIODIC'], parameters: urlIn(informed) }),
    mark('url-while-off', 30_020, { url: read, session: 9 }),
    mark('url-back', 30_040, { url: 'http://192.0.2.2:7547/q7x2' }),
    ...afterwards.map(
      (options, index): Happening => request('after they are on again', { at: 40_000 + 10_000 * index, ...options }),
    ),
    session({ at: 70_000 }),
  )

test('an empty URL, a closed port and a return pass', () => {
  expect(verdicts()).toEqual({ urlEmpty: 'pass', portClosed: 'pass', comesBack: 'pass' })
})

describe('the URL', () => {
  test.each([{ read: 'http://192.0.2.2:7547/q7x2' }, { informed: 'http://192.0.2.2:7547/q7x2' }])(
    'that is kept fails: %j',
    kept => {
      expect(verdicts(kept)).toMatchObject({ urlEmpty: 'fail', portClosed: 'pass' })
    },
  )
})

describe('the port', () => {
  test('may close some time after the session', () => {
    expect(verdicts({ whileOff: [{ answered: 401 }, refused] })).toMatchObject({ portClosed: 'pass' })
  })

  test.each([{ answered: 401 }, { answered: 204 }, { unanswered: 'timeout' as const }])(
    'that stays open fails: %j',
    open => {
      expect(verdicts({ whileOff: [open, open] })).toMatchObject({ portClosed: 'fail' })
    },
  )

  test('that stays open fails even if it is closed for a moment when it is switched on again', () => {
    const outcome = verdicts({
      whileOff: [{ answered: 401 }, { answered: 401 }],
      afterwards: [refused, { answered: 204 }],
    })
    expect(outcome).toMatchObject({ portClosed: 'fail', comesBack: 'pass' })
  })

  test('that gives no answer at all may be closed or filtered', () => {
    expect(verdicts({ whileOff: [{ unanswered: 'timeout', unsent: true }] })).toMatchObject({
      portClosed: 'inconclusive',
    })
  })
})

describe('the return', () => {
  test('may take a second attempt', () => {
    expect(verdicts({ afterwards: [refused, { answered: 200 }] })).toMatchObject({ comesBack: 'pass' })
  })

  test.each([{ answered: 404 }, { unanswered: 'timeout' as const }, refused])('fails with %j', options => {
    expect(verdicts({ afterwards: [options] })).toMatchObject({ comesBack: 'fail' })
  })

  test('is not known when no request was made', () => {
    expect(verdicts({ afterwards: [] })).toMatchObject({ comesBack: 'inconclusive' })
  })
})
