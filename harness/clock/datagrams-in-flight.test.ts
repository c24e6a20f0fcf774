import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Clock } from './clock.ts'
import { createRealClock } from './real-clock.ts'
import { createVirtualClock } from './virtual-clock.ts'

const hour = 3_600_000
const message = Buffer.from('GET')

/** A bound socket on the loopback that the clock knows; closed with the test. */
async function bound(clock: Clock, { address = '127.0.0.1', port = 0, watched = true } = {}) {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  if (watched) expect(clock.watchDatagrams(socket)).toBe(socket)
  socket.bind({ address, port })
  await once(socket, 'listening')
  let open = true
  socket.once('close', () => {
    open = false
  })
  const close = () => {
    if (open) socket.close()
    open = false
  }
  onTestFinished(close)
  return Object.assign(socket, { port: socket.address().port, closeOnce: close })
}

/** What arrives at a socket, and when. */
function arrivals(socket: Socket, clock: Clock) {
  const seen: { text: string; at: number; from: number }[] = []
  socket.on('message', (datagram, from) => seen.push({ text: datagram.toString(), at: clock.now(), from: from.port }))
  return seen
}

/** A datagram that is waited for in vain stops time for 20 s of the real clock: this much tells it earlier. */
async function passes(clock: Clock): Promise<boolean> {
  const patience = new AbortController()
  const late = createRealClock()
    .sleep(500, patience.signal)
    .then(
      () => false,
      () => true,
    )
  const passed = await Promise.race([clock.sleep(hour).then(() => true), late])
  patience.abort()
  return passed
}

describe('time never jumps while a datagram is on its way', () => {
  test.each(['127.0.0.1', '::1'])('to %s', async address => {
    const clock = createVirtualClock()
    const [one, other] = [await bound(clock, { address }), await bound(clock, { address })]
    const seen = arrivals(other, clock)
    for (let times = 0; times < 50; times++) {
      one.send(message, other.port, address)
      await clock.sleep(1000)
      expect(seen).toHaveLength(times + 1)
    }
    expect(seen.map(({ at }) => at)).toEqual(seen.map((_, index) => index * 1000))
  })

  test('many of them, in both directions, in any order', async () => {
    const flights = fc.array(
      fc.record({ at: fc.nat(3), forth: fc.boolean(), copies: fc.integer({ min: 1, max: 9 }) }),
      {
        maxLength: 15,
      },
    )
    await fc.assert(
      fc.asyncProperty(flights, async planned => {
        const clock = createVirtualClock()
        const [one, other] = [await bound(clock), await bound(clock)]
        const seen = [...[one, other].map(socket => arrivals(socket, clock))]
        for (const { at, forth, copies } of planned) {
          const [from, to] = forth ? [one, other] : [other, one]
          void clock.sleep(at).then(() => {
            for (let copy = 0; copy < copies; copy++) from.send(String(at), to.port, '127.0.0.1')
          })
        }
        await clock.sleep(hour)
        const all = seen.flat()
        expect(all).toHaveLength(planned.reduce((sum, { copies }) => sum + copies, 0))
        for (const { text, at } of all) expect(at).toBe(Number(text))
        for (const socket of [one, other]) socket.closeOnce()
      }),
      { numRuns: 40 },
    )
  })

  test('a conversation takes the time that its ends wait, and no more', async () => {
    const clock = createVirtualClock()
    const [client, server] = [await bound(clock), await bound(clock)]
    server.on('message', (datagram, from) => {
      void clock.sleep(30_000).then(() => server.send(datagram, from.port, from.address))
    })
    const seen = arrivals(client, clock)
    client.send('early', server.port, '127.0.0.1')
    await clock.sleep(10)
    client.send('late', server.port, '127.0.0.1')
    await clock.sleep(hour)
    expect(seen.map(({ text, at }) => [text, at])).toEqual([
      ['early', 30_000],
      ['late', 30_010],
    ])
  })

  test('to a socket that reads for everyone', async () => {
    const clock = createVirtualClock()
    const [one, everyone] = [await bound(clock), await bound(clock, { address: '0.0.0.0' })]
    const seen = arrivals(everyone, clock)
    one.send(message, everyone.port, '127.0.0.1')
    await clock.sleep(1)
    expect(seen).toMatchObject([{ at: 0, from: one.port }])
  })

  test('to oneself', async () => {
    const clock = createVirtualClock()
    const one = await bound(clock)
    const seen = arrivals(one, clock)
    one.send(message, one.port, '127.0.0.1')
    await clock.sleep(1)
    expect(seen).toMatchObject([{ at: 0, from: one.port }])
  })

  test('where the address is left out', async () => {
    const clock = createVirtualClock()
    const [one, other] = [await bound(clock), await bound(clock)]
    const seen = arrivals(other, clock)
    one.send(message, other.port)
    await clock.sleep(1)
    expect(seen).toMatchObject([{ at: 0 }])
  })

  test('where the receiver has a listener before that of the clock', async () => {
    const clock = createVirtualClock()
    const [one, other] = [await bound(clock), await bound(clock)]
    const seen: number[] = []
    other.prependListener('message', () => seen.push(clock.now()))
    other.once('message', () => void clock.sleep(5).then(() => other.send('answer', one.port, '127.0.0.1')))
    const answers = arrivals(one, clock)
    one.send(message, other.port, '127.0.0.1')
    await clock.sleep(hour)
    expect(seen).toEqual([0])
    expect(answers).toMatchObject([{ at: 5 }])
  })

  test.each([
    ['0.0.0.0', '127.0.0.1', '127.0.0.1'],
    ['::', '127.0.0.1', '127.0.0.1'],
    ['::', '::1', '::1'],
    ['::', '::', '::ffff:127.0.0.1'],
    ['127.0.0.1', '127.0.0.1', '0.0.0.0'],
    ['127.0.0.1', '127.0.0.1', 'localhost'],
  ])('to a socket at %s from one at %s by the address %s', async (there, here, address) => {
    const clock = createVirtualClock()
    const [one, other] = [await bound(clock, { address: here }), await bound(clock, { address: there })]
    const seen = arrivals(other, clock)
    for (let times = 0; times < 20; times++) {
      const sent = new Promise<Error | null>(resolve => one.send(message, other.port, address, resolve))
      if (address === 'localhost') expect(await clock.busy(() => sent)).toBeNull()
      await clock.sleep(1)
      expect(seen).toHaveLength(times + 1)
    }
  })

  test('from a socket that has been closed since', async () => {
    const clock = createVirtualClock()
    const [one, other] = [await bound(clock), await bound(clock)]
    const seen = arrivals(other, clock)
    one.send(message, other.port, '127.0.0.1', () => one.closeOnce())
    await clock.sleep(hour)
    expect(seen).toMatchObject([{ at: 0 }])
  })
})

describe('both forms of send', () => {
  test.each([
    ['the whole', (from: Socket, port: number, done?: () => void) => from.send('GET / HTTP', port, '127.0.0.1', done)],
    [
      'a part',
      (from: Socket, port: number, done?: () => void) =>
        from.send(Buffer.from('-GET / HTTP-'), 1, 10, port, '127.0.0.1', done),
    ],
    [
      'a list of parts',
      (from: Socket, port: number, done?: () => void) =>
        from.send([Buffer.from('GET '), '/ HTTP'], port, '127.0.0.1', done),
    ],
  ])('send %s of a message, with and without a callback', async (_which, send) => {
    const clock = createVirtualClock()
    const [one, other] = [await bound(clock), await bound(clock)]
    const seen = arrivals(other, clock)
    let called = 0
    send(one, other.port, () => called++)
    send(one, other.port)
    await clock.sleep(hour)
    expect(seen).toMatchObject([
      { text: 'GET / HTTP', at: 0 },
      { text: 'GET / HTTP', at: 0 },
    ])
    expect(called).toBe(1)
  })
})

describe('nothing is held up by a datagram', () => {
  test('to a port where nobody is', async () => {
    const clock = createVirtualClock()
    const [one, gone] = [await bound(clock), await bound(clock)]
    gone.closeOnce()
    await once(gone, 'close')
    one.send(message, gone.port, '127.0.0.1')
    expect(await passes(clock)).toBe(true)
  })

  test('to a socket that the clock does not know', async () => {
    const clock = createVirtualClock()
    const [one, unknown] = [await bound(clock), await bound(clock, { watched: false })]
    one.send(message, unknown.port, '127.0.0.1')
    expect(await passes(clock)).toBe(true)
  })

  test('from a socket that the clock does not know', async () => {
    const clock = createVirtualClock()
    const [unknown, other] = [await bound(clock, { watched: false }), await bound(clock)]
    const arrived = once(other, 'message')
    unknown.send(message, other.port, '127.0.0.1')
    await arrived
    expect(await passes(clock)).toBe(true)
    other.send(message, other.port, '127.0.0.1')
    const seen = arrivals(other, clock)
    await clock.sleep(1)
    expect(seen).toMatchObject([{ at: hour }])
  })

  test('to a socket that closes before it has read it', async () => {
    const clock = createVirtualClock()
    const [one, other] = [await bound(clock), await bound(clock)]
    one.send(message, other.port, '127.0.0.1')
    await new Promise(resolve => process.nextTick(resolve))
    other.closeOnce()
    expect(await passes(clock)).toBe(true)
  })

  test('of a socket that closes before it has left', async () => {
    const clock = createVirtualClock()
    const [one, other] = [await bound(clock), await bound(clock)]
    const seen = arrivals(other, clock)
    one.send(message, other.port, '127.0.0.1')
    one.closeOnce()
    expect(await passes(clock)).toBe(true)
    expect(seen).toEqual([])
  })

  test('to another host that only has the port in common with a watched socket', async () => {
    const clock = createVirtualClock()
    const [one, other] = [await bound(clock), await bound(clock)]
    one.send(message, other.port, '127.0.0.77', () => undefined)
    expect(await passes(clock)).toBe(true)
  })

  test('to one of two sockets with the same port that closes before it has read it', async () => {
    const clock = createVirtualClock()
    const [one, other] = [await bound(clock), await bound(clock)]
    const sibling = await bound(clock, { address: '127.0.0.2', port: other.port })
    const seen = arrivals(sibling, clock)
    one.send(message, other.port, '127.0.0.1')
    one.send('for the other', other.port, '127.0.0.2')
    await new Promise(resolve => process.nextTick(resolve))
    other.closeOnce()
    expect(await passes(clock)).toBe(true)
    expect(seen).toMatchObject([{ text: 'for the other', at: 0 }])
  })
})

describe('a datagram that cannot be sent', () => {
  const tooLong = Buffer.alloc(70_000)

  test('is told to the callback, and holds nothing up', async () => {
    const clock = createVirtualClock()
    const [one, other] = [await bound(clock), await bound(clock)]
    const error = await new Promise<Error | null>(resolve => one.send(tooLong, other.port, '127.0.0.1', resolve))
    expect(error).toMatchObject({ code: 'EMSGSIZE' })
    expect(await passes(clock)).toBe(true)
  })

  test('is lost without a word where there is no callback, as without a clock', async () => {
    const clock = createVirtualClock()
    const [one, other] = [await bound(clock), await bound(clock)]
    const errors: Error[] = []
    one.on('error', error => errors.push(error))
    one.send(tooLong, other.port, '127.0.0.1')
    expect(await passes(clock)).toBe(true)
    expect(errors).toEqual([])
  })

  test('to a name that is none is told, as without a clock', async () => {
    const clock = createVirtualClock()
    const lookup = (name: string, _options: unknown, done: (error: Error | null, address: string) => void) =>
      process.nextTick(done, name === 'nowhere.test' ? new Error('no such name') : null, name)
    const one = clock.watchDatagrams(createSocket({ type: 'udp4', lookup: lookup as never }))
    onTestFinished(() => void one.close())
    one.bind(0, '127.0.0.1')
    await once(one, 'listening')
    const { port } = one.address()
    const told = new Promise(resolve => one.send(message, port, 'nowhere.test', resolve))
    expect(await told).toMatchObject({ message: 'no such name' })
    const emitted = once(one, 'error')
    one.send(message, port, 'nowhere.test')
    expect(await emitted).toMatchObject([{ message: 'no such name' }])
    expect(await passes(clock)).toBe(true)
  })

  test('because the port is none throws at once, and holds nothing up', async () => {
    const clock = createVirtualClock()
    const one = await bound(clock)
    expect(() => one.send(message, 70_000, '127.0.0.1')).toThrow(RangeError)
    expect(() => one.send(message, 0, '127.0.0.1')).toThrow(RangeError)
    expect(await passes(clock)).toBe(true)
  })

  test('because the socket is closed throws at once, and holds nothing up', async () => {
    const clock = createVirtualClock()
    const [one, other] = [await bound(clock), await bound(clock)]
    one.closeOnce()
    await once(one, 'close')
    expect(() => one.send(message, other.port, '127.0.0.1')).toThrow('Not running')
    expect(await passes(clock)).toBe(true)
  })
})

test('the real clock leaves a socket as it is', () => {
  const socket = createSocket('udp4')
  expect(createRealClock().watchDatagrams(socket)).toBe(socket)
  expect(Object.hasOwn(socket, 'send')).toBe(false)
  expect(socket.listenerCount('message')).toBe(0)
  socket.close()
})
