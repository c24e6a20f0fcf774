import { describe, expect, test } from 'vitest'
import type { DeviceAuthentication } from '../../harness/timeline/entry.ts'
import { type Happening, judged, mark } from '../written-timeline.ts'
import { session } from '../written-timeline.ts'
import { authentication } from './authentication.ts'

const right = (algorithm: string): DeviceAuthentication => ({ scheme: 'digest', ok: true, algorithm })
const wrong = (algorithm: string): DeviceAuthentication => ({
  ...right(algorithm),
  ok: false,
  problem: 'wrong response',
})
const none: DeviceAuthentication = { scheme: 'none', ok: false }

/** A challenged session whose answers to the challenge are these, each with the cnonce of its connection. */
const challenged = (name: string, at: number, answers: DeviceAuthentication[], cnonce = `${at}`): Happening[] => [
  mark(name, at),
  session({ at: at + 1000 }),
  next => {
    const [connection, exchange] = [next('connection'), next('exchange')]
    const received = { connection, exchange, firstByteAt: 0, method: 'POST', target: '/', httpVersion: '1.1' }
    return [
      { at: at + 1010, entry: { type: 'http-received', ...received, headers: [], body: { length: 9 }, problems: [] } },
      ...answers.map(answer => ({
        at: at + 1020,
        entry: {
          type: 'device-authenticated' as const,
          session: 1,
          exchange,
          authentication: answer.scheme === 'digest' ? { ...answer, cnonce } : answer,
        },
      })),
    ]
  },
  mark(`${name} over`, at + 5000),
]

const verdicts = (...happenings: Happening[][]) => judged(authentication, ...happenings.flat())

test('right answers to every scheme pass', () => {
  const outcome = verdicts(
    challenged('Digest MD5', 1000, [none, right('MD5')]),
    challenged('Digest MD5-sess', 10_000, [none, right('MD5-sess')]),
    challenged('Basic over TLS', 20_000, [none, { scheme: 'basic', ok: true }]),
  )
  expect(outcome).toEqual({ digest: 'pass', md5Sess: 'pass', basic: 'pass', newCnonce: 'pass' })
})

test('an answer sent before it was asked for passes', () => {
  const outcome = verdicts(
    challenged('Digest MD5', 1000, [right('MD5')]),
    challenged('Digest MD5-sess', 10_000, [right('MD5')]),
  )
  expect(outcome).toMatchObject({ digest: 'pass', md5Sess: 'pass' })
})

test('without TLS Basic does not apply', () => {
  expect(verdicts(challenged('Digest MD5', 1000, [right('MD5')]))).toMatchObject({ basic: 'not-applicable' })
})

describe('a wrong answer', () => {
  test('to one scheme only fails', () => {
    const outcome = verdicts(
      challenged('Digest MD5', 1000, [right('MD5')]),
      challenged('Digest MD5-sess', 10_000, [wrong('MD5-sess')]),
    )
    expect(outcome).toMatchObject({ digest: 'pass', md5Sess: 'fail' })
  })

  test('to every scheme may come from a wrong password in the profile', () => {
    const outcome = verdicts(
      challenged('Digest MD5', 1000, [wrong('MD5')]),
      challenged('Digest MD5-sess', 10_000, [wrong('MD5-sess')]),
    )
    expect(outcome).toMatchObject({ digest: 'inconclusive', md5Sess: 'inconclusive' })
  })

  test('of another scheme, or none at all, fails', () => {
    expect(verdicts(challenged('Digest MD5', 1000, [{ scheme: 'basic', ok: false }]))).toMatchObject({ digest: 'fail' })
    expect(verdicts(challenged('Digest MD5', 1000, [none]))).toMatchObject({ digest: 'fail' })
  })
})

test('nothing is known when no session came', () => {
  const [begun, , , over] = challenged('Digest MD5', 1000, [])
  expect(judged(authentication, begun!, over!)).toMatchObject({ digest: 'inconclusive', newCnonce: 'not-asked' })
})

describe('the cnonce', () => {
  const both = (first: string, second: string) =>
    verdicts(
      challenged('Digest MD5', 1000, [right('MD5')], first),
      challenged('Digest MD5-sess', 10_000, [right('MD5-sess')], second),
    )['newCnonce']

  test('that is the same on two connections is a warning', () => {
    expect(both('a', 'a')).toBe('warning')
    expect(both('a', 'b')).toBe('pass')
  })

  test('may stay the same on one connection', () => {
    const again = challenged('Digest MD5', 1000, [right('MD5'), right('MD5')])
    expect(verdicts(again)).toMatchObject({ newCnonce: 'not-asked' })
  })
})
