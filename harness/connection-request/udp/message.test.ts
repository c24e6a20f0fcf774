import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type UdpDefects, type UdpParameter, udpMessage } from './message.ts'
import { udpSignature } from './signature.ts'

const values = { ts: '1120673700', id: '1234', un: 'CPE57689', cn: 'XTGRWIPC6D3IPXS3' }
const authority = '10.1.1.1:8080'
const password = 'password'
const right = { authority, password, values }
const rightSignature = 'F749EE6D9E3BC469FB709EAD2A75EE7535F58552'
const query = `ts=1120673700&id=1234&un=CPE57689&cn=XTGRWIPC6D3IPXS3&sig=${rightSignature}`

const textOf = (defects?: UdpDefects, of = right) => udpMessage(of, defects).datagram.toString('latin1')

describe('a right request', () => {
  test('is these very bytes: no path, no slash before the query', () => {
    expect(textOf()).toBe(`GET http://${authority}?${query} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`)
  })

  test('tells its values', () => {
    expect(udpMessage(right).values).toEqual(values)
  })

  test('has an IPv6 authority as it is given', () => {
    const text = textOf({}, { ...right, authority: '[2001:db8::1]:8080' })
    expect(text).toContain('GET http://[2001:db8::1]:8080?ts=')
    expect(text).toContain('\r\nHost: [2001:db8::1]:8080\r\n\r\n')
  })

  test('is written anew from the same values in the same way', () => {
    expect(udpMessage(right).datagram.equals(udpMessage({ ...right, values: { ...values } }).datagram)).toBe(true)
  })

  test('leaves what it was given as it was', () => {
    const given = structuredClone(right)
    const defects: UdpDefects = { without: 'id', empty: 'un', values: { ts: '5' } }
    udpMessage(given, defects)
    expect(given).toEqual(right)
    expect(defects).toEqual({ without: 'id', empty: 'un', values: { ts: '5' } })
  })
})

/** Method, URI without query, query by its parameters, version, and Host. */
function parts(text: string) {
  const [, method, uri, search, version, host] =
    /^(\S*) ([^?]*)\?(\S*) (\S*)\r\nHost: ([^\r]*)\r\n\r\n$/.exec(text) ?? []
  const parameters = search?.split('&').map(parameter => parameter.split('=', 2) as [string, string]) ?? []
  return { method, uri, parameters, version, host }
}
const whole = parts(textOf())

describe('a defect changes what it says and nothing else:', () => {
  test.each<[UdpDefects, Partial<typeof whole>]>([
    [{ method: 'POST' }, { method: 'POST' }],
    [{ version: 'HTTP/1.0' }, { version: 'HTTP/1.0' }],
    [{ scheme: 'https' }, { uri: `https://${authority}` }],
    [{ path: '/' }, { uri: `http://${authority}/` }],
    [{ further: '&x=1' }, { parameters: [...whole.parameters, ['x', '1']] }],
    [
      { sign: () => '0'.repeat(40) },
      { parameters: whole.parameters.map(([name, value]) => [name, name === 'sig' ? '0'.repeat(40) : value]) },
    ],
    [
      { sign: (key, signed) => udpSignature(key, signed).toLowerCase() },
      {
        parameters: whole.parameters.map(([name, value]) => [
          name,
          name === 'sig' ? rightSignature.toLowerCase() : value,
        ]),
      },
    ],
  ])('%j', (defects, changed) => {
    expect(parts(textOf(defects))).toEqual({ ...whole, ...changed })
    expect(udpMessage(right, defects).values).toEqual(values)
  })

  test.each(['ts', 'id', 'un', 'cn', 'sig'] as const)(
    'without %s, which its signature covers all the same',
    without => {
      const { values: told } = udpMessage(right, { without })
      expect(parts(textOf({ without }))).toEqual({
        ...whole,
        parameters: whole.parameters.filter(([name]) => name !== without),
      })
      expect(told).toEqual(Object.fromEntries(Object.entries(values).filter(([name]) => name !== without)))
    },
  )

  test.each(['ts', 'id', 'un', 'cn'] as const)('with an empty %s, which its signature covers', empty => {
    const sig = udpSignature(password, { ...values, [empty]: '' })
    expect(parts(textOf({ empty }))).toEqual({
      ...whole,
      parameters: whole.parameters.map(([name, value]) => [name, name === empty ? '' : name === 'sig' ? sig : value]),
    })
    expect(udpMessage(right, { empty }).values).toEqual({ ...values, [empty]: '' })
  })

  test('with an empty signature', () => {
    expect(parts(textOf({ empty: 'sig' })).parameters).toEqual([...whole.parameters.slice(0, 4), ['sig', '']])
    expect(udpMessage(right, { empty: 'sig' }).values).toEqual(values)
  })

  test('with other values, which its signature covers', () => {
    const other = { ...values, un: 'somebody', ts: '7' }
    expect(textOf({ values: { un: 'somebody', ts: '7' } })).toBe(textOf({}, { ...right, values: other }))
    expect(udpMessage(right, { values: { un: 'somebody', ts: '7' } }).values).toEqual(other)
  })

  test('with a signature of a wrong password, which is given the right one', () => {
    const given: string[] = []
    const sign = (key: string, signed: typeof values) => {
      given.push(key)
      return udpSignature('wrong', signed)
    }
    expect(parts(textOf({ sign })).parameters.at(-1)).toEqual(['sig', udpSignature('wrong', values)])
    expect(given).toEqual([password])
  })

  test('other bytes altogether tell no values', () => {
    const raw = Buffer.from([0, 1, 0xff])
    const message = udpMessage(right, { raw, method: 'POST' })
    expect(message).toEqual({ values: {}, datagram: raw })
  })

  test('nothing at all', () => {
    expect(udpMessage(right, { raw: Buffer.alloc(0) }).datagram).toHaveLength(0)
  })
})

const unreserved = fc.string({ unit: fc.constantFrom('a', 'Z', '0', '9', '-', '.', '_', '~'), minLength: 1 })
const anyValues = fc.record({ ts: unreserved, id: unreserved, un: unreserved, cn: unreserved })

test('any unreserved values stand as they are, and the signature is over what stands there', () => {
  fc.assert(
    fc.property(anyValues, fc.string(), (given, key) => {
      const { parameters } = parts(textOf({}, { authority, password: key, values: given }))
      const written = Object.fromEntries(parameters)
      expect(parameters.map(([name]) => name)).toEqual(['ts', 'id', 'un', 'cn', 'sig'])
      expect(written).toEqual({ ...given, sig: udpSignature(key, given) })
    }),
  )
})

test('whatever the values are, no character of them breaks the request line', () => {
  const wild = fc.string({ unit: fc.constantFrom('&', '=', ' ', '\r\n', '#', '?', '/', 'é', '😀', '%', 'a') })
  fc.assert(
    fc.property(fc.record({ ts: wild, id: wild, un: wild, cn: wild }), given => {
      const { parameters, ...rest } = parts(textOf({}, { ...right, values: given }))
      expect(rest).toEqual({ ...whole, parameters: undefined })
      expect(parameters.slice(0, 4).map(([name, value]) => [name, decodeURIComponent(value)])).toEqual(
        Object.entries(given),
      )
    }),
  )
})

test('whatever the defects are, the parameters that are there keep their order', () => {
  const name = fc.constantFrom<UdpParameter>('ts', 'id', 'un', 'cn', 'sig')
  const defects = fc.record({ without: name, empty: name, values: anyValues, path: unreserved }, { requiredKeys: [] })
  fc.assert(
    fc.property(defects, changed => {
      const { parameters } = parts(textOf(changed))
      const names = (['ts', 'id', 'un', 'cn', 'sig'] as const).filter(each => each !== changed.without)
      expect(parameters.map(([each]) => each)).toEqual(names)
      const told = Object.fromEntries(parameters.filter(([each]) => each !== 'sig'))
      expect(udpMessage(right, changed).values).toEqual(told)
      if (changed.empty !== undefined && changed.empty !== changed.without)
        expect(Object.fromEntries(parameters)[changed.empty]).toBe('')
    }),
  )
})
