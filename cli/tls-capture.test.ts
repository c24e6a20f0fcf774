import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, connect as connectPlainly, createServer as createPlainServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { connect, createServer } from 'node:tls'
import { beforeAll, describe, expect, test } from 'vitest'
import { informText } from '../harness/acs/stub-envelopes.ts'
import { readCapture } from '../harness/capture/read-capture.ts'
import { createVirtualClock } from '../harness/clock/virtual-clock.ts'
import { buildInformResponse } from '../harness/cwmp/acs-response.ts'
import { isInstalled } from '../harness/stun-server/interop/programs.ts'
import { entriesOf, timelineOf } from '../harness/timeline/timeline.ts'
import { createAuthority } from '../harness/tls/authority.ts'
import { interfaceBlock, packetBlock, sectionHeaderBlock } from '../reports/capture/pcapng.ts'
import { createTcpStream, type Side } from '../reports/capture/tcp-stream.ts'
import { temporaryDirectory } from './testing/connreq-process.ts'

const hasTshark = isInstalled('tshark', '/usr/bin/tshark')
const tool = { version: '0.0.0' }
let capture = ''
let keyLog = ''

/** What passed between a device and its ACS, in pieces as the network had them. */
interface Passed {
  by: Side
  bytes: Buffer
}

const post = (body: string) =>
  `POST /acs HTTP/1.1\r\nHost: acs.example\r\nContent-Length: ${body.length}\r\n\r\n${body}`
const answers = [buildInformResponse({ cwmp: 'urn:dslforum-org:cwmp-1-0', id: '1' }), ''].map(body =>
  body === ''
    ? 'HTTP/1.1 204 No Content\r\n\r\n'
    : `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
)

/** A session over TLS, through a middleman who sees the bytes. */
async function playSession(): Promise<{ passed: Passed[]; keys: string }> {
  using authority = createAuthority(createVirtualClock())
  const identity = await authority.issue(['127.0.0.1'])
  const passed: Passed[] = []
  let keys = ''
  const acs = createServer({ ...identity }, socket => {
    const left = [...answers]
    socket.on('data', () => socket.write(left.shift() ?? ''))
  })
  const middleman = createPlainServer(socket => {
    const onwards = connectPlainly((acs.address() as AddressInfo).port, '127.0.0.1')
    pass('client', socket, onwards)
    pass('server', onwards, socket)
  })
  const pass = (by: Side, from: Socket, to: Socket) =>
    from.on('data', bytes => {
      passed.push({ by, bytes })
      to.write(bytes)
    })
  await once(acs.listen(0, '127.0.0.1'), 'listening')
  await once(middleman.listen(0, '127.0.0.1'), 'listening')
  const port = (middleman.address() as AddressInfo).port
  const device = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  device.on('keylog', (line: Buffer) => {
    keys += line.toString()
  })
  await once(device, 'secureConnect')
  for (const body of [informText(), '']) {
    device.write(post(body))
    await once(device, 'data')
  }
  device.destroy()
  acs.close()
  middleman.close()
  return { passed, keys }
}

beforeAll(async () => {
  const { passed, keys } = await playSession()
  const directory = temporaryDirectory()
  capture = join(directory, 'tls.pcapng')
  keyLog = join(directory, 'keys')
  const way = { from: { address: '192.0.2.77', port: 40_001 }, to: { address: '192.0.2.10', port: 7548 } }
  const stream = createTcpStream(way, 1)
  const packets = [
    ...stream.connect(),
    ...stream.accept(),
    ...passed.flatMap(({ by, bytes }) => stream.send(by, bytes)),
  ]
  const blocks = [...packets, ...stream.close('client')].map((bytes, index) =>
    packetBlock({ timeNs: 1_795_361_656_000_000_000n + BigInt(index) * 1_000_000n, bytes, comments: [] }),
  )
  writeFileSync(capture, Buffer.concat([sectionHeaderBlock('any', []), interfaceBlock('any', ''), ...blocks]))
  writeFileSync(keyLog, keys)
})

describe.skipIf(!hasTshark)('a session over TLS', () => {
  test('is read with the keys', { timeout: 20_000 }, async () => {
    const { entries, remarks } = await readCapture({ path: capture, tool, keyLog })
    const timeline = timelineOf(entries)
    expect(remarks).toEqual([])
    expect(entriesOf(timeline, 'connection-accepted')).toMatchObject([{ tls: true }])
    expect(entriesOf(timeline, 'session-opened')).toMatchObject([{ inform: { events: [{ eventCode: '2 PERIODIC' }] } }])
    expect(entriesOf(timeline, 'session-ended')).toMatchObject([{ how: 'completed' }])
  })

  test('is counted without them', { timeout: 20_000 }, async () => {
    await expect(readCapture({ path: capture, tool })).rejects.toThrow('--keylog')
    const { entries } = await readCapture({ path: capture, tool, device: '192.0.2.77' })
    expect(entriesOf(timelineOf(entries), 'capture-remark')).toMatchObject([
      { text: '1 TLS connection could not be read; give tshark a key log with --keylog FILE.' },
    ])
  })
})
