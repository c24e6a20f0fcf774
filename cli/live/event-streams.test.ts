import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { type ReceivedEvent, readEvents } from './event-reader.ts'
import { createEventStreams } from './event-streams.ts'

const patienceMs = 10_000
let server: Server | undefined

afterEach(() => {
  server?.close()
  server?.closeAllConnections()
})

/** Streams of a number that grows, with much text around it, at a time that the test sets. */
async function growing() {
  let now = 0
  let version = 1
  const streams = createEventStreams({
    clock: { ...createRealClock(), now: () => now },
    patienceMs,
    changesAfter: told =>
      told >= version
        ? undefined
        : { version, text: `id: ${version}\ndata: ${JSON.stringify([version, 'x'.repeat(200_000)])}\n\n` },
  })
  const listening = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    streams.add(response, 0)
  })
  server = listening
  await new Promise<void>(resolve => listening.listen(0, '127.0.0.1', resolve))
  const { port } = listening.address() as AddressInfo
  return {
    streams,
    port,
    url: `http://127.0.0.1:${port}/`,
    grow: () => {
      version += 1
      streams.flush()
    },
    pass: (ms: number) => void (now += ms),
  }
}

const numberIn = ({ data }: ReceivedEvent) => (data as [number, string])[0]

test('who takes nothing is let go after a while, and the others miss nothing', async () => {
  const { streams, port, url, grow, pass } = await growing()
  const deaf = connect(port, '127.0.0.1')
  deaf.pause()
  deaf.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  const events = readEvents(url)
  const next = async () => {
    const { value } = await events.next()
    return numberIn(value as ReceivedEvent)
  }
  let seen = await next()
  while (streams.size < 2)
    seen = await Promise.race([next(), new Promise<number>(resolve => setImmediate(resolve, seen))])
  // Far more than the buffers between two sockets of this machine hold.
  for (let round = 0; round < 100; round++) {
    grow()
    const told = seen + 1
    while (seen < told) seen = await next()
  }
  streams.flush()
  expect(streams.size).toBe(2)
  pass(patienceMs)
  streams.flush()
  expect(streams.size).toBe(1)
  grow()
  expect(await next()).toBe(seen + 1)
  deaf.destroy()
})

test('who was slow gets the latest state, not every one before it', async () => {
  const { streams, port, grow } = await growing()
  const slow = connect(port, '127.0.0.1')
  slow.pause()
  slow.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  while (streams.size === 0) await new Promise(resolve => setImmediate(resolve))
  for (let round = 0; round < 100; round++) {
    grow()
    await new Promise(resolve => setImmediate(resolve))
  }
  let text = ''
  slow.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
  })
  slow.resume()
  while (!text.includes('\nid: 101\n')) {
    await new Promise(resolve => setImmediate(resolve))
    streams.flush()
  }
  expect([...text.matchAll(/\nid: (\d+)\n/g)].length).toBeLessThan(90)
  slow.destroy()
})

test('a quiet stream is spoken to now and then, so that a page that is gone is noticed', async () => {
  const { streams, port, pass } = await growing()
  const page = connect(port, '127.0.0.1')
  let text = ''
  page.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
  })
  page.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  while (!text.includes('id: 1\n')) await new Promise(resolve => setImmediate(resolve))
  pass(15_000)
  while (!text.includes(': still there')) {
    streams.flush()
    await new Promise(resolve => setImmediate(resolve))
  }
  page.destroy()
  while (streams.size > 0) await new Promise(resolve => setImmediate(resolve))
  expect(streams.size).toBe(0)
})
