import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRealClock } from '../clock/real-clock.ts'
import { bodyOf } from './body.ts'
import type { HeaderList, NewEntry } from './entry.ts'
import { createRedactor, keepSecrets, redacted } from './redactor.ts'

const secret = 'a<b&c>"d"-0123'
const base64Of = (text: string) => Buffer.from(text).toString('base64')
const xmlOf = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

function knowing(...secrets: string[]) {
  const redactor = createRedactor()
  for (const each of secrets) redactor.learn(each)
  return redactor
}

const received = (headers: HeaderList, body: Uint8Array): NewEntry => ({
  type: 'http-received',
  connection: 1,
  exchange: 1,
  firstByteAt: 0,
  method: 'POST',
  target: '/acs',
  httpVersion: '1.1',
  headers,
  body: bodyOf(body),
  problems: [],
})

describe('by value', () => {
  test.each([
    ['as it is', secret],
    ['in base64', base64Of(secret)],
    ['in base64 without its padding', base64Of(secret).replace(/=+$/, '')],
    ['escaped for XML', xmlOf(secret)],
    ['in hexadecimal digits', Buffer.from(secret).toString('hex')],
    ['in capital hexadecimal digits', Buffer.from(secret).toString('hex').toUpperCase()],
    ['twice', `${secret} and ${secret}`],
  ])('a learned secret is replaced %s', (_, text) => {
    const clean = knowing(secret).redact(`before ${text} after`)
    expect(clean).toMatch(/^before \[redacted\].* after$/)
    expect(clean).not.toMatch(/0123|30313233/)
  })

  test('a learned secret is replaced inside bytes that are kept as base64', () => {
    const { body } = knowing(secret).redact({ body: bodyOf(Buffer.from(`\xff${secret}\xff`, 'latin1')) })
    expect(Buffer.from(body.base64 ?? '', 'base64').toString('latin1')).toBe(`\xff${redacted}\xff`)
  })

  test('bytes without a secret stay as they were', () => {
    const body = bodyOf(Buffer.from([0xff, 0, 0xfe]))
    expect(knowing(secret).redact(body)).toEqual(body)
  })

  test('a secret of less than 8 characters is replaced by position only, so that ordinary words stay', () => {
    const redactor = knowing('session')
    expect(redactor.redact({ text: 'the session ended', password: 'session' })).toEqual({
      text: 'the session ended',
      password: redacted,
    })
  })
})

describe('by position', () => {
  const redactor = createRedactor()

  test('Basic credentials go, the scheme stays', () => {
    const headers: HeaderList = [['authorization', `Basic ${base64Of('me:short')}`]]
    expect(redactor.redact({ headers })).toEqual({ headers: [['authorization', `Basic ${redacted}`]] })
    expect(redactor.redact(`GET / HTTP/1.1\r\nAuthorization: Basic ${base64Of('me:short')}\r\n\r\n`)).toBe(
      `GET / HTTP/1.1\r\nAuthorization: Basic ${redacted}\r\n\r\n`,
    )
  })

  test('of Digest credentials the response goes and the rest stays', () => {
    const digest = (response: string) => `Digest username="u", nonce="n", response="${response}", qop=auth, nc=00000001`
    const response = '0123456789abcdef0123456789abcdef'
    const headers: HeaderList = [
      ['Proxy-Authorization', digest(response)],
      ['X-Response', response],
    ]
    expect(redactor.redact({ headers })).toEqual({
      headers: [
        ['Proxy-Authorization', digest(redacted)],
        ['X-Response', response],
      ],
    })
    expect(redactor.redact(`Authorization: ${digest(response)}\r\n`)).toBe(`Authorization: ${digest(redacted)}\r\n`)
  })

  test('values of password parameters go from the XML of SetParameterValues, other values stay', () => {
    const xml = (username: string, password: string) =>
      `<ParameterValueStruct><Name>Device.ManagementServer.ConnectionRequestUsername</Name>\n <Value xsi:type="xsd:string">${username}</Value></ParameterValueStruct>` +
      `<ParameterValueStruct><Name>Device.ManagementServer.ConnectionRequestPassword</Name>\n <Value xsi:type="xsd:string">${password}</Value></ParameterValueStruct>`
    expect(redactor.redact(xml('cpe', 'abc'))).toBe(xml('cpe', redacted))
  })

  test('the Password element of an RPC or a Connection Request by XMPP goes', () => {
    expect(redactor.redact('<username>u</username><password>abc</password>')).toBe(
      `<username>u</username><password>${redacted}</password>`,
    )
    expect(redactor.redact('<x:Password xsi:type="y">abc</x:Password>')).toBe(
      `<x:Password xsi:type="y">${redacted}</x:Password>`,
    )
  })

  test('in structured data the values of secret names go; empty ones show that they are empty', () => {
    const data = {
      parameters: [
        { name: 'Device.ManagementServer.ConnectionRequestPassword', value: 'abc', type: 'string' },
        { name: 'Device.ManagementServer.Password', value: '' },
        { name: 'Device.ManagementServer.Username', value: 'u' },
      ],
      profile: { acs: { password: 'abc' }, xmpp: { component: { host: 'h', port: 1, secret: 'abc' } } },
    }
    expect(redactor.redact(data)).toEqual({
      parameters: [
        { name: 'Device.ManagementServer.ConnectionRequestPassword', value: redacted, type: 'string' },
        { name: 'Device.ManagementServer.Password', value: '' },
        { name: 'Device.ManagementServer.Username', value: 'u' },
      ],
      profile: { acs: { password: redacted }, xmpp: { component: { host: 'h', port: 1, secret: redacted } } },
    })
  })

  test('what is no text stays', () => {
    const data = { at: 1.5, ok: true, nothing: null, missing: undefined, list: [1, 'a'] }
    expect(redactor.redact(data)).toEqual(data)
  })
})

test('a passphrase or secret goes from XML that has no password in it', () => {
  const xml = (value: string) => `<Name>Device.WiFi.AccessPoint.1.Security.KeyPassphrase</Name><Value>${value}</Value>`
  expect(createRedactor().redact(xml('abc'))).toBe(xml(redacted))
})

test('a learned secret goes from every part of an Authorization header', () => {
  expect(knowing(secret).redact({ headers: [['Authorization', `Bearer ${secret}`]] })).toEqual({
    headers: [['Authorization', `Bearer ${redacted}`]],
  })
})

test('of two secrets, one inside the other, nothing of the longer one is left', () => {
  expect(knowing('12345678', 'prefix-12345678').redact('x prefix-12345678 y')).toBe(`x ${redacted} y`)
})

test('a secret outside ASCII goes from bytes that are kept as base64', () => {
  const bytes = Buffer.concat([Buffer.from([0xff]), Buffer.from('schlüsselwörter')])
  const { body } = knowing('schlüsselwörter').redact({ body: bodyOf(bytes) })
  expect(Buffer.from(body.base64 ?? '', 'base64').toString()).not.toContain('schlüsselwörter')
})

test('kept secrets are left as they are', () => {
  const entry = { password: secret }
  keepSecrets.learn(secret)
  expect(keepSecrets.redact(entry)).toBe(entry)
})

test('no learned secret of at least 8 characters survives in any entry', () => {
  const aSecret = fc.string({ minLength: 8, maxLength: 40 }).filter(text => !redacted.includes(text))
  const form = fc.constantFrom(
    (text: string) => text,
    xmlOf,
    base64Of,
    (text: string) => `Authorization: Basic ${base64Of(`user:${text}`)}\r\n`,
  )
  const place = fc.constantFrom<(text: string) => NewEntry>(
    text => received([['X-Any', text]], new Uint8Array()),
    text => received([['Authorization', `Basic ${base64Of(`user:${text}`)}`]], new Uint8Array()),
    text => received([], Buffer.from(text)),
    text => received([], Buffer.concat([Buffer.from([0xff]), Buffer.from(text)])),
    text => ({ type: 'mark', name: text, data: { deep: [{ list: [text, text] }] } }),
    text => ({ type: 'harness-error', message: text, stack: `Error: ${text}\n at` }),
    text => ({ type: 'rpc-sent', session: 1, exchange: 1, id: '1', method: 'X', summary: text, arguments: [text] }),
  )
  fc.assert(
    fc.property(aSecret, form, place, fc.string(), fc.string(), (learned, write, entry, before, after) => {
      // A secret that is a piece of our own field names is none that could be hidden.
      fc.pre(!JSON.stringify(entry('')).includes(learned))
      const clean = knowing(learned).redact(entry(before + write(learned) + after))
      const body = clean.type === 'http-received' ? (clean.body.base64 ?? '') : ''
      const written = `${JSON.stringify(clean)}${Buffer.from(body, 'base64').toString('latin1')}`
      for (const survivor of [learned, xmlOf(learned), base64Of(learned), base64Of(`user:${learned}`)])
        expect(written).not.toContain(survivor)
    }),
  )
})

test('a password in a CDATA section goes too', () => {
  const xml = (value: string) => `<Name>Device.ManagementServer.Password</Name><Value>${value}</Value>`
  expect(createRedactor().redact(xml('<![CDATA[a&b]]>'))).toBe(xml(redacted))
  expect(createRedactor().redact('<Password><![CDATA[a&b]]></Password>')).toBe(`<Password>${redacted}</Password>`)
})

describe('a password inside base64, wherever it begins in it', () => {
  test.each([
    ['PLAIN', '\0cpe\0', ''],
    ['PLAIN, another user', '\0cpe1\0', ''],
    ['PLAIN, a third user', '\0cpe12\0', ''],
    ['with more after it', 'a:', ' and more'],
    ['with more after it, one byte on', 'ab:', ' and more'],
    ['with more after it, two bytes on', 'abc:', ' and more'],
  ])('%s', (_, before, after) => {
    const text = base64Of(`${before}${secret}${after}`)
    const clean = knowing(secret).redact(`<a>${text}</a>`)
    expect(clean).toContain(redacted)
    const rest = clean.split(redacted).map(part => Buffer.from(part.replace(/<\/?a>/g, ''), 'base64').toString())
    for (const part of rest) expect(part).not.toMatch(/b&c|"d"|012/)
  })
})

test('parameters by their names: the value of a secret one goes, the rest stays', () => {
  const parameters = (value: string) => ({
    'Device.ManagementServer.Password': { value, writable: true, type: 'string' },
    'Device.ManagementServer.Username': { value: 'cpe', writable: true },
    'Device.XMPP.Connection.1.Password': { value: '', writable: true },
  })
  expect(createRedactor().redact({ facts: { parameters: parameters('short') } })).toEqual({
    facts: { parameters: parameters(redacted) },
  })
})

test('of several Digest responses on one line none is left, however far behind', () => {
  const line = (response: string) =>
    `Authorization: Digest nonce="${'n'.repeat(5000)}", response="${response}", x=1, response=${response}\r\n`
  const after = 'response="abc"'
  expect(createRedactor().redact(line('0123abcd') + after)).toBe(line(redacted) + after)
})

describe('the signature of a UDP Connection Request', () => {
  const signature = 'F749EE6D9E3BC469FB709EAD2A75EE7535F58552'
  const request = (sig: string) =>
    `GET http://192.0.2.7:3000?ts=1&id=2&un=cpe&cn=5&sig=${sig} HTTP/1.1\r\nHost: 192.0.2.7:3000\r\n\r\n`
  const redactor = createRedactor()

  test('goes, and all else stays', () => {
    expect(redactor.redact(request(signature))).toBe(request(redacted))
    expect(redactor.redact(request(signature.toLowerCase()))).toBe(request(redacted))
  })

  test.each([
    ['the first parameter', (sig: string) => `http://h?sig=${sig}&ts=1`],
    ['written otherwise', (sig: string) => `http://h?ts=1&SIG=${sig}`],
    ['there twice', (sig: string) => `http://h?sig=${sig}&ts=1&sig=${sig}`],
    ['escaped for XML', (sig: string) => `<a>http://h?ts=1&amp;sig=${sig}</a>`],
  ])('goes where it is %s', (_where, text) => {
    expect(redactor.redact({ deep: [text(signature)] })).toEqual({ deep: [text(redacted)] })
  })

  test('goes from bytes that are kept as base64', () => {
    const bytes = (sig: string) =>
      Buffer.concat([Buffer.from([0xff, 0]), Buffer.from(request(sig)), Buffer.from([0xfe])])
    const { raw } = redactor.redact({ raw: bodyOf(bytes(signature)) })
    expect(Buffer.from(raw.base64 ?? '', 'base64').equals(bytes(redacted))).toBe(true)
  })

  test('goes from the entry of a request, whose values stay', () => {
    const bytes = Buffer.from(request(signature))
    const entry: NewEntry = {
      type: 'udp-cr-sent',
      ...{ request: 1, label: 'ordinary', copy: 1, copies: 3, authorised: true, ts: '1', id: '2', un: 'cpe', cn: '5' },
      ...{ from: { address: '192.0.2.1', port: 3478 }, to: { address: '192.0.2.7', port: 3000 }, raw: bodyOf(bytes) },
    }
    expect(redactor.redact(entry)).toEqual({ ...entry, raw: { text: request(redacted), length: bytes.length } })
  })

  test.each(['http://h?signal=0123', 'sig=0123', 'http://h?xsig=0123', 'http://h?ts=1&sig=&un=0123'])(
    'is not what stands in %s',
    text => {
      expect(redactor.redact(text)).toBe(text)
    },
  )
})

test('the time to redact grows with the length only', () => {
  const clock = createRealClock()
  const redactor = knowing(secret, 'aaaaaaaa')
  const piece = fc.constantFrom(
    ...['<Name ', '<Name>', '</Name>', '<Name>x', '<Value ', '<Value>', '</Value>', '<Password', '<x:Password', '<a:'],
    ...['Password', 'password ', 'secret', '>', '<', ' ', '\t', '"', 'a', 'wwww', ':', '=', '/', '[redacted]'],
    ...[
      'authorization',
      'authorization: ',
      'authorization: digest ',
      'authorization: basic ',
      'response=',
      'response ',
    ],
    ...['&sig=', '?sig=', 'sig', '&', 'F7'],
  )
  const flood = (pieces: string[]) => pieces.join('').repeat(Math.ceil(65_536 / pieces.join('').length))
  const timed = (text: string) => {
    const from = clock.now()
    redactor.redact({ text, base64: Buffer.from(text).toString('base64') })
    return clock.now() - from
  }
  for (const pieces of [
    ['<Name '],
    ['<Password'],
    ['authorization: digest '],
    ['<Name>', 'Password'],
    ['Password', ' '],
    ['&sig='],
    ['&sig=', 'F'],
    ['?sig=F'],
    ['&sig=F', 'F'.repeat(1000)],
  ])
    expect(timed(`password ${flood(pieces)}`)).toBeLessThan(1000)
  fc.assert(
    fc.property(
      fc.array(piece, { minLength: 1, maxLength: 4 }),
      fc.array(piece, { maxLength: 3 }),
      (pieces, before) => {
        expect(timed(`password${before.join('')}${flood(pieces)}`)).toBeLessThan(1000)
      },
    ),
    { numRuns: 60 },
  )
})
