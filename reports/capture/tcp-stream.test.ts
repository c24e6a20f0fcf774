import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPacket } from './read-capture.ts'
import { segmentBytes, tcpFlags } from './tcp-packet.ts'
import { createTcpStream, type Side } from './tcp-stream.ts'

const { ack, fin, psh, rst, syn } = tcpFlags
const ways = {
  4: { from: { address: '192.0.2.77', port: 40001 }, to: { address: '::ffff:192.0.2.10', port: 7547 } },
  6: { from: { address: 'fe80::77%eth0', port: 40001 }, to: { address: '2001:db8::10', port: 7547 } },
}
const side = fc.constantFrom<Side>('client', 'server')

test('each side continues where it stood, acknowledges what came, and every checksum holds', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<4 | 6>(4, 6),
      fc.array(fc.record({ by: side, length: fc.nat(3 * segmentBytes) }), { maxLength: 6 }),
      fc.constantFrom(1, 0xffff_fffe),
      side,
      (version, messages, initial, closer) => {
        const stream = createTcpStream(ways[version], initial)
        const packets = [
          ...stream.connect(),
          ...stream.accept(),
          ...messages.flatMap(({ by, length }, index) => stream.send(by, Buffer.alloc(length, index + 1))),
          ...stream.close(closer),
        ].map(readPacket)
        const next = new Map<number, number>()
        const seen = new Map<number, Buffer[]>()
        for (const { tcp, data, sourcePort, destinationPort, checksumsHold, version: read } of packets) {
          expect(checksumsHold).toBe(true)
          expect(read).toBe(version)
          expect(data.length).toBeLessThanOrEqual(segmentBytes)
          expect(tcp?.sequence).toBe(next.get(sourcePort) ?? initial)
          const flags = tcp?.flags ?? 0
          expect(tcp?.acknowledgement).toBe((flags & ack) === 0 ? 0 : next.get(destinationPort))
          const counted = data.length + ((flags & (syn | fin)) === 0 ? 0 : 1)
          next.set(sourcePort, ((tcp?.sequence ?? 0) + counted) % 2 ** 32)
          seen.set(sourcePort, [...(seen.get(sourcePort) ?? []), data])
        }
        for (const [by, port] of [['client', 40001] as const, ['server', 7547] as const]) {
          const sent = messages.flatMap((m, index) => (m.by === by ? [Buffer.alloc(m.length, index + 1)] : []))
          expect(Buffer.concat(seen.get(port) ?? []).equals(Buffer.concat(sent))).toBe(true)
        }
        // Nothing is left unacknowledged.
        expect(packets.at(-1)?.tcp?.acknowledgement).toBe(next.get(packets.at(-1)?.destinationPort ?? 0))
      },
    ),
    { numRuns: 60 },
  )
})

const flagsOf = (packets: Buffer[]) => packets.map(packet => readPacket(packet).tcp?.flags)

test('the ways in which a connection begins and ends', () => {
  const stream = createTcpStream(ways[4], 7)
  expect(flagsOf(stream.connect())).toEqual([syn])
  expect(flagsOf(stream.refuse())).toEqual([rst | ack])
  const taken = createTcpStream(ways[4], 7)
  expect(flagsOf([...taken.connect(), ...taken.accept()])).toEqual([syn, syn | ack, ack])
  expect(flagsOf(taken.send('client', Buffer.alloc(segmentBytes + 1)))).toEqual([ack, ack | psh, ack])
  expect(flagsOf(taken.close('server'))).toEqual([fin | ack, fin | ack, ack])
  expect(flagsOf(taken.reset('client'))).toEqual([rst | ack])
})

test('far less than a window is under way without an acknowledgement', () => {
  const stream = createTcpStream(ways[4], 7)
  let underWay = 0
  for (const packet of stream.send('client', Buffer.alloc(256 * 1024))) {
    const { sourcePort, data } = readPacket(packet)
    underWay = sourcePort === 40001 ? underWay + data.length : 0
    expect(underWay).toBeLessThan(32 * 1024)
  }
  expect(underWay).toBe(0)
})
