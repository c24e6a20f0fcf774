import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { durationText } from '../durations.ts'
import { shapeOf } from './failure-shape.ts'

describe('the shape of a failure', () => {
  test.each([
    ['53 bytes of body', '… bytes of body'],
    [
      'session 4 (6 CONNECTION REQUEST) with CommandKey "connreq"',
      'session … (6 CONNECTION REQUEST) with CommandKey "connreq"',
    ],
    [
      '3 sessions: session 15 (6 CONNECTION REQUEST), session 16 (6 CONNECTION REQUEST), session 17 (6 CONNECTION REQUEST)',
      '… sessions: session … (6 CONNECTION REQUEST), …',
    ],
    ['200 OK; 200 OK; 200 OK, then session 24 (2 PERIODIC)', '200 OK; …, then session … (2 PERIODIC)'],
    [
      'two sessions; the second came 31.2 s after the first had ended',
      'two sessions; the second came … after the first had ended',
    ],
    [
      'refused with 401; the same credentials without qop were accepted',
      'refused with 401; the same credentials without qop were accepted',
    ],
    [
      'fault 9003, PeriodicInformInterval changed from 3600 to 60',
      'fault 9003, PeriodicInformInterval changed from … to …',
    ],
    [
      'no session after a request from 192.0.2.11 port 40112; a firewall may be the reason',
      'no session after a request from … port …; a firewall may be the reason',
    ],
    ['bound as cpe-fabf5cd6@xmpp.connreq.test/connreq', 'bound as …'],
    ['one after 1 min 02 s', 'one after …'],
    ['http://192.0.2.77:30005/b7f3c1', 'http://…'],
    ['nonce "8f3a09c17be2" twice', 'nonce "…" twice'],
    ['20 bytes: 6a1fb003aa2f', '… bytes: …'],
    ['found in 0 of 12 requests', 'found in 0 of … requests'],
    ['RetryCount missing', 'RetryCount missing'],
    ['TLSv1.2 by SCRAM-SHA-256', 'TLSv1.2 by SCRAM-SHA-256'],
    ['[2001:db8::7]:7547 and ::1', '… and …'],
    ['"6 CONNECTION REQUEST" has the CommandKey "a 7"', '"6 CONNECTION REQUEST" has the CommandKey "…"'],
    ['a session came after: HTTP/1.0', 'a session came after: HTTP/1.0'],
    ['HTTP/1.1 200 Reply from port 3478', 'HTTP/1.1 200 Reply from port …'],
    ['', ''],
  ])('%j is %j', (seen, shape) => {
    expect(shapeOf(seen)).toBe(shape)
  })

  test('how often something is said makes no difference, but whether it is said more than once', () => {
    const sessions = (count: number) =>
      Array.from({ length: count }, (_, id) => `session ${id + 9} (2 PERIODIC)`).join(', ')
    expect(shapeOf(`3 sessions: ${sessions(3)}`)).toBe(shapeOf(`7 sessions: ${sessions(7)}`))
    expect(shapeOf(sessions(2))).toBe(shapeOf(sessions(5)))
    expect(shapeOf(sessions(2))).not.toBe(shapeOf(sessions(1)))
  })

  test('another kind of failure has another shape', () => {
    const kinds = [
      '200 OK, then session 4 (6 CONNECTION REQUEST)',
      '503 Service Unavailable, then session 4 (6 CONNECTION REQUEST)',
      '200 OK, then session 4 (2 PERIODIC)',
      '200 OK, then session 4 (6 CONNECTION REQUEST), session 5 (6 CONNECTION REQUEST)',
      '200 OK, then no session',
      '200 OK, then session 4 (6 CONNECTION REQUEST), session 5 (2 PERIODIC)',
      'session 4 (6 CONNECTION REQUEST)',
      'session 4 (6 CONNECTION REQUEST), session 5 (6 CONNECTION REQUEST)',
      'no answer',
      'refused with 401',
      'refused with 403',
      'fault 9003',
      'fault 9001',
      'HTTP/1.1 200 Reply',
      'HTTP/1.1 401 Reply',
      '0 of 3 requests',
      '1 of 3 requests',
      'CommandKey ""',
      'CommandKey "connreq"',
      'TLSv1.2',
      'TLSv1.3',
      'fault code: 9003',
      'fault code: 9001',
      'FaultCode 8002',
      'FaultCode 8003',
      'answered with 403',
      'answered with 400',
      'answered 503 after the session',
      'answered 500 after the session',
      'missing in all 4',
      'missing in 2 of 4',
    ]
    expect(new Set(kinds.map(shapeOf)).size).toBe(kinds.length)
  })
})

/** What a judge may say, made twice with other values. */
const number = fc.integer({ min: 1, max: 99_999 })
const values = {
  session: number.map(id => `session ${id} (6 CONNECTION REQUEST)`),
  time: fc.double({ min: 1, max: 9e6, noNaN: true }).map(durationText),
  address: fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 65_535 })).map(([ip, port]) => `${ip}:${port}`),
  ipv6: fc
    .ipV6()
    .filter(ip => !ip.includes('.') && ip !== '::')
    .map(ip => `[${ip}]`),
  port: number.map(port => `port ${port}`),
  url: fc
    .tuple(
      fc.ipV4(),
      fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: 4, maxLength: 40 }),
    )
    .map(([ip, path]) => `http://${ip}/${path}`),
  nonce: fc
    .uint8Array({ minLength: 12, maxLength: 24 })
    .map(bytes => Buffer.from(bytes).toString('hex'))
    .filter(hex => /\d/.test(hex))
    .map(hex => `"${hex}"`),
  moment: fc
    .date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true })
    .map(date => date.toISOString()),
  bytes: number.map(count => `${count} bytes`),
}

test('two runs of the same fault give the same shape', () => {
  const kinds = Object.keys(values) as (keyof typeof values)[]
  const template = fc.array(
    fc.tuple(fc.constantFrom('after ', 'from ', 'seen: ', 'which brought '), fc.constantFrom(...kinds)),
    { minLength: 1, maxLength: 5 },
  )
  const twoRuns = template.chain(parts => {
    const run = fc
      .tuple(...parts.map(([words, kind]) => values[kind].map(value => `${words}${value}`)))
      .map(said => said.join(' and '))
    return fc.tuple(run, run)
  })
  fc.assert(
    fc.property(twoRuns, ([one, other]) => {
      expect(shapeOf(one)).toBe(shapeOf(other))
    }),
  )
})

test('words are what tells failures apart', () => {
  const word = fc.string({
    unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'.split('')),
    minLength: 1,
    maxLength: 12,
  })
  const words = fc.array(word, { minLength: 1, maxLength: 6 }).map(all => all.join(' '))
  fc.assert(
    fc.property(words, words, (one, other) => {
      expect(shapeOf(one) === shapeOf(other)).toBe(one === other)
    }),
  )
})

test('the shape of a shape is itself, whatever a device sends', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc
      .array(
        fc.constantFrom(
          '…',
          '6 CONNECTION REQUEST',
          '200',
          ' OK',
          '; ',
          ', ',
          '"',
          '12',
          '0',
          ' s',
          '.',
          ':',
          '-',
          '@',
          'ab',
          '\u{e000}',
          '9003',
          'fault ',
          'with ',
          'a1b2c3',
          '2001:db8::',
        ),
        { maxLength: 40 },
      )
      .map(parts => parts.join('')),
  )
  fc.assert(
    fc.property(text, seen => {
      const shape = shapeOf(seen)
      expect(shapeOf(shape)).toBe(shape)
      expect(shape.length).toBeLessThanOrEqual(500)
    }),
    { numRuns: 2000 },
  )
})

test('a long hostile text takes no long time', () => {
  for (const piece of ['1.', '::', 'a@', '1 s ', '"1', 'ab:', 'x1-', '1-', '; ', '1.1.1.'])
    expect(shapeOf(piece.repeat(500_000)).length).toBeLessThanOrEqual(500)
})
