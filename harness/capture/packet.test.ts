import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLineSplitter } from './line-splitter.ts'
import { packetFields, readPacket, valueSeparator } from './packet.ts'

const plain = { decrypted: false, comments: false }
const all = { decrypted: true, comments: true }
type Fields = Partial<Record<(typeof packetFields)[number], string>>

const line = (fields: Fields, ...more: string[]) =>
  [...packetFields.map(name => fields[name] ?? ''), ...more].join('\t')
const tcp: Fields = {
  'frame.number': '7',
  'frame.time_epoch': '1795361656.477000001',
  'ip.src': '192.0.2.77',
  'ip.dst': '192.0.2.10',
  'tcp.stream': '3',
  'tcp.srcport': '40001',
  'tcp.dstport': '7547',
  'tcp.flags': '0x0018',
  'tcp.seq': '1',
  'tcp.len': '3',
  'tcp.payload': '616263',
}

describe('a line of tshark', () => {
  test('is a segment', () => {
    expect(readPacket(line(tcp), plain)).toEqual({
      frame: 7,
      time: { seconds: 1_795_361_656, nanoseconds: 477_000_001 },
      from: { address: '192.0.2.77', port: 40_001 },
      to: { address: '192.0.2.10', port: 7547 },
      tcp: { stream: 3, flags: 0x18, sequence: 1, length: 3, bytes: Buffer.from('abc') },
      decrypted: [],
      comments: [],
    })
  })

  test('of a tunnel is the innermost packet', () => {
    const both = (outer: string, inner: string) => `${outer}${valueSeparator}${inner}`
    const tunnelled = { ...tcp, 'ip.src': both('10.0.0.1', '192.0.2.77'), 'ip.dst': both('10.0.0.2', '192.0.2.10') }
    expect(readPacket(line(tunnelled), plain)).toEqual(readPacket(line(tcp), plain))
  })

  test('has what was inside TLS, and comments in any script', () => {
    const comments = Buffer.from(`Gerät${valueSeparator}two`).toString('latin1')
    const packet = readPacket(line(tcp, `6162${valueSeparator}63`, comments), all)
    expect(packet?.decrypted).toEqual([Buffer.from('ab'), Buffer.from('c')])
    expect(packet?.comments).toEqual(['Gerät', 'two'])
  })

  test('is read with a date as newer versions write it, and with colons as older ones do', () => {
    const other = { ...tcp, 'frame.time_epoch': '2026-11-22T15:34:16.477000001Z', 'tcp.payload': '61:62:63' }
    expect(readPacket(line(other), plain)).toEqual(readPacket(line(tcp), plain))
  })

  test('of an ICMP error names the datagram that came back', () => {
    const returned = line({
      ...tcp,
      'tcp.stream': '',
      'tcp.srcport': '',
      'udp.srcport': '1',
      'udp.dstport': '2',
      'icmp.type': '3',
    })
    expect(readPacket(returned, plain)).toMatchObject({ returned: true, to: { port: 2 } })
  })

  test('that is anything else is none, and never an exception', () => {
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom(...Object.values(tcp), '', '-1', '1e99', '99999', valueSeparator),
    )
    fc.assert(
      fc.property(fc.array(value, { maxLength: 26 }), fc.boolean(), fc.boolean(), (values, decrypted, comments) => {
        const packet = readPacket(values.join('\t'), { decrypted, comments })
        if (packet === undefined) return
        expect(packet.frame).toBeGreaterThan(0)
        expect([packet.from.port, packet.to.port].every(port => port >= 0 && port < 65_536)).toBe(true)
        if (packet.tcp) expect(packet.tcp.length).toBeGreaterThanOrEqual(packet.tcp.bytes.length)
      }),
    )
  })
})

test('lines are the same however their bytes are divided, and long ones are left out', () => {
  const bytes = fc.string({ unit: fc.constantFrom('a', 'b', '\n') })
  fc.assert(
    fc.property(bytes, fc.array(fc.nat({ max: 30 })), (text, cuts) => {
      const lines: string[] = []
      const splitter = createLineSplitter(5, each => lines.push(each))
      const places = [0, ...cuts.map(cut => Math.min(cut, text.length)).toSorted((a, b) => a - b), text.length]
      for (const [index, begin] of places.entries()) splitter.push(Buffer.from(text.slice(begin, places[index + 1])))
      splitter.end()
      const wanted = text.split('\n').filter(each => each !== '')
      expect(lines).toEqual(wanted.filter(each => each.length <= 5))
      expect(splitter.leftOut).toBe(wanted.filter(each => each.length > 5).length)
    }),
  )
})
