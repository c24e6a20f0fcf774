import { describe, expect, test } from 'vitest'
import type { Entry, NewEntry } from '../../harness/timeline/entry.ts'
import { entryComment, entryInComment } from '../../harness/timeline/entry-comment.ts'
import { capturedPackets } from './captured-packets.ts'
import { packetBlock } from './pcapng.ts'
import { readCapture } from './read-capture.ts'
import { tcpFlags } from './tcp-packet.ts'

const start = { at: 100, wallTime: '2026-11-22T10:00:00.000Z' }
const startNs = BigInt(Date.parse(start.wallTime)) * 1_000_000n
const device = { address: '192.0.2.77', port: 40001 }
const acs = { address: '192.0.2.10', port: 7547 }
const { fin, rst, syn } = tcpFlags

/** Entries 10 ms after each other. */
const timeline = (...entries: NewEntry[]): Entry[] =>
  entries.map((entry, index) => ({ seq: index + 1, at: 110 + 10 * index, ...entry }))

const packetsOf = (...entries: NewEntry[]) =>
  readCapture(Buffer.concat([...capturedPackets(timeline(...entries), start)].map(packetBlock)))

const textOf = (packets: ReturnType<typeof packetsOf>, port: number) =>
  Buffer.concat(packets.flatMap(({ sourcePort, data }) => (sourcePort === port ? [data] : []))).toString('latin1')
const flagsOf = (packets: ReturnType<typeof packetsOf>) => packets.map(({ tcp }) => tcp?.flags ?? 0)
const commentsOf = (packets: ReturnType<typeof packetsOf>) => packets.flatMap(({ comments }) => comments)

const accepted: NewEntry = { type: 'connection-accepted', connection: 1, from: device, to: acs, tls: false }
const received = (
  body: { text: string; length: number; cut?: number },
  headers: [string, string][] = [],
): NewEntry => ({
  type: 'http-received',
  connection: 1,
  exchange: 1,
  firstByteAt: 115,
  method: 'POST',
  target: '/acs',
  httpVersion: '1.1',
  headers,
  body,
  problems: [],
})
const closed = (error?: string): NewEntry => ({
  type: 'connection-closed',
  connection: 1,
  by: 'device',
  ...(error === undefined ? {} : { error }),
  bytesRead: 0,
  bytesWritten: 0,
})

describe('a connection of the device', () => {
  test('carries request and answer at the times of the run, with what was going on', () => {
    const packets = packetsOf(
      { type: 'scenario-begun', scenario: 'http-request', title: 'One request', repetition: 1 },
      { type: 'step-begun', text: 'Ask' },
      accepted,
      received({ text: '<x/>', length: 4 }, [['Content-Length', '4']]),
      {
        type: 'http-sent',
        connection: 1,
        exchange: 1,
        status: 204,
        headers: [],
        body: { text: '', length: 0 },
        because: 'of a test',
      },
      closed(),
    )
    expect(textOf(packets, 40001)).toBe('POST /acs HTTP/1.1\r\nContent-Length: 4\r\n\r\n<x/>')
    expect(textOf(packets, 7547)).toBe('HTTP/1.1 204 No Content\r\n\r\n')
    expect(packets.every(({ checksumsHold }) => checksumsHold)).toBe(true)
    expect(packets[0]).toMatchObject({ source: 'c000024d', destination: 'c000020a', timeNs: startNs + 30_000_000n })
    expect(packets.at(-1)?.timeNs).toBe(startNs + 60_000_000n)
    const [forPeople, forPrograms] = [false, true].map(wanted =>
      packets[0]?.comments.filter(comment => comment.startsWith(entryComment) === wanted),
    )
    expect(forPeople).toEqual([
      'Entry 3: TCP connection 1 from 192.0.2.77:40001',
      'Scenario http-request: One request',
      'Step: Ask',
    ])
    const told = forPrograms?.map(entryInComment)
    expect(told?.map(entry => entry?.type)).toEqual(['scenario-begun', 'step-begun', 'connection-accepted'])
    expect(told?.[1]).toEqual({ seq: 2, at: 120, type: 'step-begun', text: 'Ask' })
    expect(commentsOf(packets).join('\n')).toContain('of a test')
    expect(commentsOf(packets)).toContain('Its first byte came 25 ms before it was complete.')
  })

  test('what was redacted or cut gets a Content-Length that fits, and says so', () => {
    const packets = packetsOf(accepted, received({ text: '[redacted]', length: 30 }, [['Content-length', '30']]))
    expect(textOf(packets, 40001)).toContain('Content-length: 10\r\n\r\n[redacted]')
    expect(commentsOf(packets)).toContain('Redacted: there were 30 bytes on the wire.')
    expect(commentsOf(packets)).toContain('Content-Length was 30; here it is 10, as long as the body that is shown.')
    const cut = packetsOf(accepted, received({ text: 'abc', length: 30, cut: 27 }, [['Content-Length', '30']]))
    expect(textOf(cut, 40001)).toContain('Content-Length: 3\r\n\r\nabc')
    expect(commentsOf(cut)).toContain('Cut: of 30 bytes the timeline keeps the first 3.')
  })

  test('a Content-Length that was wrong on the wire stays wrong', () => {
    const packets = packetsOf(accepted, received({ text: 'abc', length: 3 }, [['Content-Length', '5']]))
    expect(textOf(packets, 40001)).toContain('Content-Length: 5\r\n\r\nabc')
  })

  test('a chunked body is one chunk', () => {
    const packets = packetsOf(
      accepted,
      received({ text: 'abcdefghijkl', length: 12 }, [['Transfer-Encoding', 'chunked']]),
    )
    expect(textOf(packets, 40001)).toMatch(/\r\n\r\nc\r\nabcdefghijkl\r\n0\r\n\r\n$/)
  })

  test('what was refused is there once, and an error is a reset', () => {
    const refused: NewEntry = { type: 'http-refused', connection: 1, reason: 'no', raw: { text: 'abc', length: 3 } }
    expect(textOf(packetsOf(accepted, received({ text: 'abc', length: 3 }), refused), 40001).split('abc')).toHaveLength(
      2,
    )
    const packets = packetsOf(accepted, refused, closed('ECONNRESET'))
    expect(textOf(packets, 40001)).toBe('abc')
    expect(flagsOf(packets).filter(flags => flags & (rst | fin))).toEqual([rst | tcpFlags.ack])
  })
})

describe('a Connection Request by HTTP', () => {
  const own = { address: '192.0.2.10', port: 50000 }
  const there = { address: '192.0.2.77', port: 30005 }
  const connecting: NewEntry = { type: 'http-cr-connecting', request: 1, to: there, connection: 9 }
  const sent: NewEntry = {
    type: 'http-cr-sent',
    request: 1,
    connection: 9,
    label: 'ordinary',
    method: 'GET',
    target: '/x',
    headers: [],
    raw: { text: 'GET /x HTTP/1.1\r\n\r\n', length: 19 },
    credentials: 'none',
    socket: 'fresh',
    from: own,
    to: there,
    authorised: true,
  }
  const answered: NewEntry = {
    type: 'http-cr-answered',
    request: 1,
    connection: 9,
    status: 401,
    reason: 'Go away',
    httpVersion: '1.0',
    headers: [['Content-Length', '2']],
    body: { text: 'no', length: 2 },
    bodyEnd: 'content-length',
    sentAt: 120,
    firstByteAt: 121,
    lastByteAt: 124,
    connectMs: 1,
    problems: [{ code: 'lf-line-ends', text: 'Lines end with LF alone.' }],
  }

  test('begins when it was begun, from the port that is known later, and ends when its last byte came', () => {
    const packets = packetsOf(connecting, sent, answered, { type: 'http-cr-closed', connection: 9, by: 'device' })
    expect(packets[0]).toMatchObject({ timeNs: startNs + 10_000_000n, sourcePort: 50000, source: 'c000020a' })
    expect(textOf(packets, 50000)).toBe('GET /x HTTP/1.1\r\n\r\n')
    expect(textOf(packets, 30005)).toBe('HTTP/1.0 401 Go away\r\nContent-Length: 2\r\n\r\nno')
    expect(packets.find(({ data }) => data.includes('Go away'))?.timeNs).toBe(startNs + 24_000_000n)
    expect(commentsOf(packets)).toContain('On the wire: Lines end with LF alone.')
    const [closing] = packets.filter(({ tcp }) => ((tcp?.flags ?? 0) & fin) !== 0)
    expect(closing?.sourcePort).toBe(30005)
  })

  test('that is refused is a SYN and a RST; the made-up port is named as such', () => {
    const packets = packetsOf(connecting, {
      type: 'http-cr-unanswered',
      request: 1,
      connection: 9,
      reason: 'refused',
      detail: 'ECONNREFUSED',
    })
    expect(flagsOf(packets)).toEqual([syn, rst | tcpFlags.ack])
    expect(commentsOf(packets).some(text => text.includes(`${packets[0]?.sourcePort} is made up`))).toBe(true)
  })

  test('what came of a broken answer is shown', () => {
    const packets = packetsOf(connecting, sent, {
      type: 'http-cr-unanswered',
      request: 1,
      connection: 9,
      reason: 'reset',
      detail: 'ECONNRESET',
      received: { text: 'HTT', length: 3 },
    })
    expect(textOf(packets, 30005)).toBe('HTT')
    expect(packets.at(-1)).toMatchObject({ sourcePort: 30005, tcp: { flags: rst | tcpFlags.ack } })
  })

  test('a connection whose fate is open does not hold everything back', () => {
    let pulled = 0
    function* endless(): Generator<Entry> {
      yield* timeline(connecting, accepted)
      for (;;) yield { seq: ++pulled + 2, at: 200, ...received({ text: 'abc', length: 3 }) }
    }
    const { value } = capturedPackets(endless(), start).next()
    expect(value).toBeDefined()
    expect(pulled).toBeLessThan(1000)
  })
})

describe('datagrams', () => {
  test('go both ways, with the real address of a listener for all of them', () => {
    const any = { address: '0.0.0.0', port: 3478 }
    const message = { code: 1, name: 'Binding Request' as const, transaction: '', magicCookie: false, attributes: [] }
    const raw = { base64: 'AAEAAA==', length: 4 }
    const packets = packetsOf(
      accepted,
      { type: 'stun-received', from: device, to: any, message, raw, problems: [], ofDeviceUnderTest: true },
      { type: 'stun-sent', to: device, answers: 2, message, raw },
      {
        type: 'udp-cr-sent',
        request: 1,
        label: 'ordinary',
        copy: 1,
        copies: 1,
        authorised: true,
        from: any,
        to: device,
        raw: { text: 'GET http://192.0.2.77?sig=[redacted] HTTP/1.1\r\n\r\n', length: 79 },
      },
    ).filter(({ tcp }) => tcp === undefined)
    expect(packets.map(({ sourcePort, source }) => [sourcePort, source])).toEqual([
      [40001, 'c000024d'],
      [3478, 'c000020a'],
      [3478, 'c000020a'],
    ])
    expect(packets.every(({ checksumsHold }) => checksumsHold)).toBe(true)
    expect(packets[0]?.data).toEqual(Buffer.from([0, 1, 0, 0]))
    expect(packets[2]?.data.toString()).toContain('sig=[redacted]')
    expect(packets[2]?.comments).toContain('Redacted: there were 79 bytes on the wire.')
  })
})

describe('a connection to the XMPP server', () => {
  const begun = (handling: 'served' | 'reset'): NewEntry => ({
    type: 'xmpp-connection-accepted',
    connection: 1,
    for: 'clients',
    from: { address: '2001:db8::77', port: 40002 },
    to: { address: '2001:db8::10', port: 5222 },
    handling,
  })
  const ended: NewEntry = { type: 'xmpp-connection-closed', connection: 1, by: 'server', bytesRead: 0, bytesWritten: 0 }

  test('carries its stanzas in clear', () => {
    const traffic = { connection: 1, tls: true, what: 'stanza' as const }
    const packets = packetsOf(
      begun('served'),
      { type: 'xmpp-received', ...traffic, raw: { text: '<iq/>', length: 5 } },
      { type: 'xmpp-sent', ...traffic, raw: { text: '<iq>é</iq>', length: 11 } },
      ended,
    )
    expect(packets.every(({ checksumsHold, version }) => checksumsHold && version === 6)).toBe(true)
    expect(textOf(packets, 40002)).toBe('<iq/>')
    expect(Buffer.from(textOf(packets, 5222), 'latin1').toString()).toBe('<iq>é</iq>')
    expect(commentsOf(packets)).toContain('It was inside TLS on the wire.')
  })

  test('that the server resets ends so', () => {
    expect(flagsOf(packetsOf(begun('reset'), ended)).at(-1)).toBe(rst | tcpFlags.ack)
  })
})

test('times never go back, and what belongs to no known connection is left out', () => {
  const late = timeline(accepted, closed()).map((entry, index) => ({ ...entry, at: 150 - index }))
  const times = [...capturedPackets(late, start)].map(({ timeNs }) => timeNs)
  expect(times).toEqual(times.toSorted((a, b) => Number(a - b)))
  expect(times.length).toBeGreaterThan(3)
  expect(packetsOf(received({ text: 'abc', length: 3 }), closed())).toEqual([])
})
