import { type Socket, createSocket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import type { Clock } from '../clock/clock.ts'
import { createRealClock } from '../clock/real-clock.ts'
import { createVirtualClock } from '../clock/virtual-clock.ts'
import { ListenError } from '../listening/listen-error.ts'
import type { Endpoint } from '../timeline/entry.ts'
import { TimelineRecorder } from '../timeline/recorder.ts'
import { keepSecrets } from '../timeline/redactor.ts'
import { entriesOf } from '../timeline/timeline.ts'
import { openStunServer } from './open-stun-server.ts'
import { bindingRequest, primary, said } from './test-handler.ts'

const hasIPv6 = Object.values(networkInterfaces()).some(list => list?.some(({ address }) => address === '::1'))

async function open(address = '127.0.0.1', clock: Clock = createRealClock()) {
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const server = await openStunServer({
    clock,
    timeline,
    listen: { address, port: 0 },
    isOfDeviceUnderTest: request => request.primary,
  })
  onTestFinished(() => server[Symbol.asyncDispose]())
  return { server, timeline, clock }
}

async function client(address: string, clock: Clock): Promise<{ socket: Socket; own: Endpoint }> {
  const socket = clock.watchDatagrams(createSocket(address.includes(':') ? 'udp6' : 'udp4'))
  socket.bind(0, address)
  await once(socket, 'listening')
  onTestFinished(() => void socket.close())
  return { socket, own: { address, port: socket.address().port } }
}

async function ask(socket: Socket, port: number, address: string) {
  const answered = once(socket, 'message') as Promise<[Buffer, { port: number }]>
  socket.send(bindingRequest([primary]), port, address)
  const [datagram, from] = await answered
  expect(from.port).toBe(port)
  return said(datagram)
}

test('IPv4', async () => {
  const { server, timeline, clock } = await open()
  const { socket, own } = await client('127.0.0.1', clock)
  expect(await ask(socket, server.endpoint.port, '127.0.0.1')).toMatchObject({ code: 0x0101, mapped: own })
  expect(timeline.entries).toMatchObject([
    { type: 'stun-listening', listen: server.endpoint },
    { type: 'stun-received', from: own, to: server.endpoint, ofDeviceUnderTest: true },
    { type: 'stun-sent', to: own, truthful: true },
  ])
})

test.skipIf(!hasIPv6)('IPv6', async () => {
  const { server, clock } = await open('::1')
  const { socket, own } = await client('::1', clock)
  expect(await ask(socket, server.endpoint.port, '::1')).toMatchObject({ mapped: own })
})

test.skipIf(!hasIPv6)('both at one port, IPv4 shown as such', async () => {
  const { server, timeline, clock } = await open('::')
  for (const address of ['127.0.0.1', '::1']) {
    const { socket, own } = await client(address, clock)
    expect(await ask(socket, server.endpoint.port, address)).toMatchObject({ mapped: own })
    expect(entriesOf(timeline, 'stun-received').at(-1)?.from).toEqual(own)
    const received = once(socket, 'message')
    await server.send(Buffer.from('GET http://a?ts=1 HTTP/1.1\r\n\r\n'), own)
    expect(String((await received)[0])).toContain('GET http')
  }
})

test('what is sent comes from the port of the server', async () => {
  const { server, clock } = await open()
  const { socket, own } = await client('127.0.0.1', clock)
  const received = once(socket, 'message') as Promise<[Buffer, { port: number }]>
  await server.send(Buffer.from('GET'), own)
  const [datagram, from] = await received
  expect([String(datagram), from.port]).toEqual(['GET', server.endpoint.port])
})

test('what cannot be sent is refused with the code of the system, and the server serves on', async () => {
  const { server, clock } = await open()
  await expect(server.send(Buffer.alloc(70_000), { address: '127.0.0.1', port: 9 })).rejects.toMatchObject({
    code: 'EMSGSIZE',
  })
  await expect(server.send(Buffer.alloc(1), { address: '127.0.0.1', port: 0 })).rejects.toThrow('Port')
  const gone = createSocket('udp4').bind(0, '127.0.0.1')
  await once(gone, 'listening')
  const { port } = gone.address()
  gone.close()
  await server.send(Buffer.from('nobody is there'), { address: '127.0.0.1', port })
  const { socket, own } = await client('127.0.0.1', clock)
  expect(await ask(socket, server.endpoint.port, '127.0.0.1')).toMatchObject({ mapped: own })
})

test('a taken port is told with the setting that chooses another', async () => {
  const { server } = await open()
  const again = openStunServer({
    clock: createRealClock(),
    timeline: { add: entry => entry as never },
    listen: server.endpoint,
    isOfDeviceUnderTest: () => true,
  })
  await expect(again).rejects.toThrow(ListenError)
  await expect(again).rejects.toMatchObject({
    code: 'CONNREQ_PORT_TAKEN',
    message: `Port ${server.endpoint.port} is taken by another program; choose another with stun.listen.`,
  })
})

test('closing it twice is closing it; then the port is free', async () => {
  const { server, clock } = await open()
  await server[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
  await expect(server.send(Buffer.alloc(1), { address: '127.0.0.1', port: 9 })).rejects.toThrow('Not running')
  const { socket } = await client('127.0.0.1', clock)
  const other = clock.watchDatagrams(createSocket('udp4'))
  other.bind(server.endpoint.port, '127.0.0.1')
  await once(other, 'listening')
  other.close()
  expect(socket.address().port).not.toBe(server.endpoint.port)
})

test('virtual time does not jump while a request or its answer is under way', async () => {
  const clock = createVirtualClock()
  const { server, timeline } = await open('127.0.0.1', clock)
  const { socket } = await client('127.0.0.1', clock)
  for (const second of [0, 25, 50]) {
    const answer = ask(socket, server.endpoint.port, '127.0.0.1')
    const sleep = clock.sleep(25_000)
    expect(await answer).toMatchObject({ code: 0x0101 })
    await sleep
    expect(entriesOf(timeline, 'stun-sent').at(-1)?.at).toBe(second * 1000)
  }
})
