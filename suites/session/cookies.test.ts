import { expect, test } from 'vitest'
import type { HeaderList } from '../../harness/timeline/entry.ts'
import { type Happening, judged, mark, session } from '../written-timeline.ts'
import { cookies } from './cookies.ts'

/** A later request of session 7, on another connection when `again`. */
const later =
  (at: number, headers: HeaderList, again = false): Happening =>
  next => {
    const exchange = 900 + next('exchange')
    const received = { connection: again ? 99 : 1, exchange, firstByteAt: at, method: 'POST', target: '/' }
    return [
      {
        at,
        entry: { type: 'http-received', ...received, httpVersion: '1.1', headers, body: { length: 0 }, problems: [] },
      },
      { at, entry: { type: 'empty-post', session: 7, connection: received.connection, exchange } },
    ]
  }

const verdicts = (...requests: Happening[]) =>
  judged(cookies, session({ at: 1000, id: 7 }), mark('cookie-set', 1004, { session: 7 }), ...requests)

const cookie = (value: string): HeaderList => [['Cookie', value]]
const kept = cookie('connreq-kept=yes')

test.each([
  ['alone', kept],
  ['beside others', cookie('a=b; connreq-kept=yes; c=d')],
  ['in a header in lower case', [['cookie', 'connreq-kept=yes']] as HeaderList],
  ['as RFC 2965 writes it', cookie('$Version="1"; connreq-kept="yes"; $Path="/"')],
])('a cookie that comes back %s passes', (_, headers) => {
  expect(verdicts(later(1020, headers), later(1040, headers, true))).toEqual({
    returned: 'pass',
    onNewConnection: 'pass',
  })
})

test('a cookie that is lost with its connection fails', () => {
  expect(verdicts(later(1020, kept), later(1040, [], true))).toEqual({ returned: 'fail', onNewConnection: 'fail' })
})

test.each([[[] as HeaderList], [cookie('connreq-kept=no')], [cookie('other=yes')]])('%j fails', headers => {
  expect(verdicts(later(1020, headers))).toEqual({ returned: 'fail', onNewConnection: 'inconclusive' })
})

test('nothing is known without a later request', () => {
  expect(verdicts()).toEqual({ returned: 'inconclusive', onNewConnection: 'inconclusive' })
})
