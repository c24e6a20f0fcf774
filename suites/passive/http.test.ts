import { describe, expect, test } from 'vitest'
import { bareConnection, plain, request, session } from '../written-timeline.ts'
import { capture, outcomeIn, periodic, verdictIn } from './written-capture.ts'

const asked = (at: number, more: Partial<Parameters<typeof request>[1]> = {}) =>
  request('captured', { at, answered: 204, ...more })
const minutes = (count: number) => count * 60_000
const control = (at: number) => [asked(at), session({ at: at + 500 })]

describe('an accepted request at rest', () => {
  test.each([
    ['a session at once', 'pass', [asked(5000), session({ at: 6000 })]],
    ['an attempt without an Inform', 'pass', [asked(5000), bareConnection(9000), periodic(70_000)]],
    ['one after 40 s', 'fail', [asked(5000), session({ at: 45_000 })]],
    ['none, and later another one', 'fail', [asked(5000), periodic(90_000)]],
    [
      'none, and the capture ends',
      'inconclusive',
      [asked(5000), plain(90_000, { type: 'capture-remark', text: 'Not judged: x' })],
    ],
    ['none until a restart', 'inconclusive', [asked(5000), periodic(90_000, { events: ['1 BOOT'] })]],
    ['none until it reached the ACS again', 'inconclusive', [asked(5000), periodic(90_000, { retryCount: '2' })]],
    [
      'none, and bytes are missing',
      'inconclusive',
      [asked(5000), periodic(90_000), plain(95_000, { type: 'capture-remark', text: 'In 1 place bytes are missing.' })],
    ],
    ['no request at all', 'not-asked', []],
    ['a request that was refused', 'not-asked', [asked(5000, { answered: 401 }), periodic(90_000)]],
    ['a request in a session', 'not-asked', [session({ at: 4000, tookMs: 60_000 }), asked(5000), periodic(120_000)]],
  ])('%s: %s', (_, verdict, happenings) => {
    expect(verdictIn('http-request.inTime', ...happenings)).toBe(verdict)
  })

  test('many are told as one, with their number', () => {
    const happenings = Array.from({ length: 20 }, (_, n) => control(minutes(n + 1))).flat()
    expect(outcomeIn(capture(...happenings), 'http-request.inTime')).toMatchObject({
      verdict: 'pass',
      actual: expect.stringContaining('so 20 times of 20'),
    })
  })

  test('one that is wrong among many is found, with its evidence', () => {
    const late = [asked(minutes(9)), session({ at: minutes(9) + 40_000 })]
    const happenings = [...control(minutes(1)), ...late, ...control(minutes(12))]
    const outcome = outcomeIn(capture(...happenings), 'http-request.inTime')
    expect(outcome).toMatchObject({ verdict: 'fail', measured: expect.closeTo(39_990, -1) })
    expect(outcome.actual).toContain('1 times of 3')
  })

  test.each([
    ['event 6', 'pass', [...control(5000)]],
    [
      'event 6 with a CommandKey',
      'fail',
      [asked(5000), session({ at: 6000, events: [{ eventCode: '6 CONNECTION REQUEST', commandKey: 'x' }] })],
    ],
    ['another event only', 'fail', [asked(5000), periodic(6000), periodic(120_000)]],
    [
      'another event, and soon another request',
      'inconclusive',
      [asked(5000), periodic(6000), ...control(30_000), periodic(120_000)],
    ],
  ])('the session after it has %s: %s', (_, verdict, happenings) => {
    expect(verdictIn('http-request.event', ...happenings)).toBe(verdict)
  })

  test.each([
    ['before the session', 'pass', [...control(5000)]],
    ['after the attempt, once', 'inconclusive', [asked(5000, { tookMs: 600 }), session({ at: 5300 })]],
    [
      'after the attempt, each time',
      'fail',
      [5000, minutes(3)].flatMap(at => [asked(at, { tookMs: 600 }), session({ at: at + 300 })]),
    ],
    ['only after 7 s', 'warning', [asked(5000, { tookMs: 7000 }), session({ at: 12_500 })]],
  ])('the reply comes %s: %s', (_, verdict, happenings) => {
    expect(verdictIn('http-request.replyFirst', ...happenings)).toBe(verdict)
  })

  test.each([
    [204, 'pass'],
    [202, 'fail'],
    [404, 'not-asked'],
  ])('%i is %s', (answered, verdict) => {
    expect(verdictIn('http-request.status', asked(5000, { answered }), session({ at: 6000 }))).toBe(verdict)
  })

  test.each([
    [0, 'pass'],
    [2, 'fail'],
  ])('%i bytes of body are %s', (bodyLength, verdict) => {
    expect(verdictIn('http-request.empty', asked(5000, { bodyLength }), session({ at: 6000 }))).toBe(verdict)
  })
})

describe('several requests before one session', () => {
  const twice = [asked(5000), asked(5200), session({ at: 6000 })]

  test.each([
    ['and no other', 'pass', [...twice, ...control(minutes(3))]],
    ['and another one', 'fail', [...twice, session({ at: 9000 }), ...control(minutes(3))]],
    ['and the capture ends', 'inconclusive', twice],
    ['and nothing proves that a later one would have been seen', 'inconclusive', [...twice, periodic(minutes(3))]],
    ['and another request follows', 'inconclusive', [...twice, ...control(20_000)]],
    [
      'and a failed one',
      'inconclusive',
      [
        asked(5000),
        asked(5200),
        session({ at: 6000, ended: 'failed-by-acs' }),
        session({ at: 12_000, retryCount: '1' }),
      ],
    ],
  ])('%s: %s', (_, verdict, happenings) => {
    expect(verdictIn('http-duplicates.onlyOne', ...happenings)).toBe(verdict)
  })

  test('another one is no breach where Connection Requests reach the device unseen', () => {
    const unseen = session({ at: minutes(20) })
    expect(verdictIn('http-duplicates.onlyOne', ...twice, session({ at: 9000 }), ...control(minutes(3)), unseen)).toBe(
      'inconclusive',
    )
  })

  test('a periodic session does not count', () => {
    expect(verdictIn('http-duplicates.onlyOne', ...twice, periodic(9000), ...control(minutes(3)))).toBe('pass')
  })

  test.each([
    [{ answered: 204 }, 'pass'],
    [{ answered: 503 }, 'pass'],
    [{ answered: 401 }, 'inconclusive'],
    [{ unanswered: 'reset' as const }, 'inconclusive'],
  ])('the second one, %o, is %s', (second, verdict) => {
    const happenings = [asked(5000), request('captured', { at: 5200, ...second }), session({ at: 6000 })]
    expect(verdictIn('http-duplicates.answered', ...happenings)).toBe(verdict)
  })
})

describe('a request that is turned away', () => {
  const refused = asked(minutes(3), { answered: 401 })

  test.each([
    ['and nothing comes', 'pass', [...control(5000), refused, ...control(minutes(6))]],
    [
      'and a session comes',
      'fail',
      [...control(5000), refused, session({ at: minutes(3) + 2000 }), ...control(minutes(6))],
    ],
    ['and the capture ends', 'not-asked', [...control(5000), refused]],
    ['and the right one follows', 'not-asked', [...control(5000), refused, ...control(minutes(3) + 200)]],
  ])('%s: %s', (_, verdict, happenings) => {
    expect(verdictIn('http-rejected.noSession', ...happenings)).toBe(verdict)
  })

  test('without a challenge breaks a rule, with another status none', () => {
    const challenge: [string, string][] = [['WWW-Authenticate', 'Digest realm="a", nonce="b", qop="auth"']]
    expect(verdictIn('http-rejected.challenged', asked(5000, { answered: 401, headers: challenge }))).toBe('pass')
    expect(verdictIn('http-rejected.challenged', asked(5000, { answered: 401 }))).toBe('fail')
    expect(verdictIn('http-rejected.challenged', asked(5000, { answered: 403 }))).toBe('inconclusive')
  })

  test('none without credentials is accepted', () => {
    expect(verdictIn('http-rejected.digestOnly', ...control(5000))).toBe('pass')
    expect(verdictIn('http-rejected.digestOnly', asked(5000, { credentials: 'none' }), session({ at: 6000 }))).toBe(
      'fail',
    )
  })
})

describe('a request during a session', () => {
  const held = (more: Parameters<typeof asked>[1]) => [session({ at: 5000, tookMs: 2000 }), asked(6000, more)]

  test.each([
    ['is refused', 'pass', [...held({ answered: 503 }), ...control(minutes(3))]],
    [
      'is refused, and a session comes',
      'fail',
      [...held({ answered: 503 }), session({ at: 8000 }), ...control(minutes(3))],
    ],
    ['is accepted, and one session comes', 'pass', [...held({}), session({ at: 8000 }), ...control(minutes(3))]],
    [
      'is accepted, and two come',
      'fail',
      [...held({}), session({ at: 8000 }), session({ at: 9000 }), ...control(minutes(3))],
    ],
    ['is accepted, and none comes', 'fail', [...held({}), ...control(minutes(3))]],
    ['is accepted, and the capture ends', 'inconclusive', held({})],
  ])('%s: %s', (_, verdict, happenings) => {
    expect(verdictIn('http-in-session.followUp', ...happenings)).toBe(verdict)
  })

  test.each([
    ['503', { answered: 503 }, 'pass'],
    ['404, once', { answered: 404 }, 'inconclusive'],
    ['401', { answered: 401 }, 'not-asked'],
  ])('is answered by %s: %s', (_, more, verdict) => {
    expect(verdictIn('http-in-session.answer', ...held(more))).toBe(verdict)
  })

  test('the session after it comes at once', () => {
    expect(verdictIn('http-in-session.prompt', ...held({}), session({ at: 8000 }))).toBe('pass')
    expect(verdictIn('http-in-session.prompt', ...held({}), session({ at: 52_000 }))).toBe('warning')
  })
})

test('a challenge is looked at wherever one is', () => {
  expect(verdictIn('http-challenge.challenged', ...control(5000))).toBe('pass')
  const basic = { credentials: 'none' as const, answered: 401, headers: [['WWW-Authenticate', 'Basic realm="a"']] }
  expect(verdictIn('http-challenge.challenged', asked(5000, basic as Parameters<typeof asked>[1]))).toBe('fail')
})

test('the URL is looked at in each Inform', () => {
  expect(verdictIn('http-url.form')).toBe('pass')
  const parameters = [{ name: 'Device.ManagementServer.ConnectionRequestURL', value: 'https://[::1/x' }]
  expect(verdictIn('http-url.form', periodic(9000, { parameters }))).toBe('fail')
})

test('429 is no answer of a rate limit, Retry-After no part of a 503', () => {
  expect(verdictIn('http-flood.refusal', asked(5000, { answered: 429 }))).toBe('fail')
  expect(verdictIn('http-flood.noRetryAfter', asked(5000, { answered: 503 }))).toBe('pass')
  const headers: [string, string][] = [['Retry-After', '60']]
  expect(verdictIn('http-flood.noRetryAfter', asked(5000, { answered: 503, headers }))).toBe('warning')
})
