import { describe, expect, test } from 'vitest'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { type Happening, judged, mark, plain, session } from '../written-timeline.ts'
import { redirect } from './redirect.ts'

const inform = { deviceId: {}, events: [], parameters: [] }

interface Target {
  method?: string
  /** Why the Inform is there again; `false` when it is not. */
  why?: EntryOf<'inform-repeated'>['why'] | false
}

const redirected = (status: number, at: number, target: Target | undefined = {}): Happening[] => [
  session({ at, id: status }),
  mark(`redirect-${status}`, at + 4, { session: status }),
  ...(target === undefined ? [] : [posted(`/acs/redirected-${status}`, at + 20, target.method)]),
  ...(target === undefined || target.why === false
    ? []
    : [
        plain(at + 21, {
          ...{ type: 'inform-repeated', session: status, connection: 1, exchange: 1, inform, cookies: [] },
          why: target.why ?? 'redirect',
        }),
      ]),
  mark(`redirect-${status}-over`, at + 1000),
]

const posted =
  (target: string, at: number, method = 'POST', exchange = 900): Happening =>
  () => [
    {
      at,
      entry: {
        ...{ type: 'http-received', connection: 1, exchange, firstByteAt: at, method, target },
        ...{ httpVersion: '1.1', headers: [], body: { length: 9 }, problems: [] },
      },
    },
  ]

/** The session after the redirects, begun at that path; the other requests of the timeline have other numbers. */
const next = (target: string): Happening[] => [
  mark('redirects-over', 20_000),
  posted(target, 20_500, 'POST', 777),
  session({ at: 20_490, opened: { exchange: 777 } }),
]

const verdicts = (first?: Target, after = next('/acs')) =>
  judged(redirect, ...redirected(302, 1000, first), ...redirected(307, 10_000), ...after)

test('both followed with a POST of the Inform, and not kept: passes', () => {
  expect(verdicts()).toEqual({ found: 'pass', temporary: 'pass', notKept: 'pass' })
})

describe('a redirect', () => {
  test('followed with a GET fails', () => {
    expect(verdicts({ method: 'GET', why: false })).toMatchObject({ found: 'fail', temporary: 'pass' })
  })

  test('followed without the Inform fails', () => {
    expect(verdicts({ why: false })).toMatchObject({ found: 'fail' })
  })

  test('that is not followed fails', () => {
    const outcome = judged(
      redirect,
      session({ at: 1000, id: 302 }),
      mark('redirect-302', 1004, { session: 302 }),
      mark('redirect-302-over', 9000),
      ...redirected(307, 10_000),
      ...next('/acs'),
    )
    expect(outcome).toEqual({ found: 'fail', temporary: 'pass', notKept: 'pass' })
  })
})

test('a redirect that is kept for the next session fails', () => {
  expect(verdicts({}, next('/acs/redirected-307'))).toMatchObject({ notKept: 'fail' })
})

test('whether it is kept is unknown when no session follows', () => {
  expect(verdicts({}, [mark('redirects-over', 20_000)])).toMatchObject({ notKept: 'inconclusive' })
})
