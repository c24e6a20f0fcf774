import { once } from 'node:events'
import net from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withTimeout } from './clock.ts'
import { createTimerHeap } from './timer-heap.ts'
import { createVirtualClock } from './virtual-clock.ts'

describe('virtual clock', () => {
  test('an hour passes at once, and exactly', async () => {
    const clock = createVirtualClock()
    await clock.sleep(3_600_000)
    expect(clock.now()).toBe(3_600_000)
  })

  test('sleepers wake in the order of their times, equal ones in the order they were set', async () => {
    const clock = createVirtualClock()
    const woken: string[] = []
    await Promise.all([
      clock.sleep(20).then(() => woken.push('c')),
      clock.sleep(10).then(() => woken.push('a')),
      clock.sleep(10).then(() => woken.push('b')),
    ])
    expect(woken).toEqual(['a', 'b', 'c'])
  })

  test('an aborted sleeper rejects with the reason and holds nobody up', async () => {
    const clock = createVirtualClock()
    const stop = new AbortController()
    const sleeping = clock.sleep(1000, stop.signal)
    stop.abort(new Error('enough'))
    await expect(sleeping).rejects.toThrow('enough')
    await clock.sleep(1)
    expect(clock.now()).toBe(1)
  })

  test('time never jumps while a byte is under way, on many connections and message sizes', async () => {
    const clock = createVirtualClock()
    await using server = await echoAfter(30_000, clock)
    for (const size of [1, 1000, 300_000]) {
      const startedAt = clock.now()
      const socket = clock.watch(net.connect(server.port, '127.0.0.1'))
      socket.setNoDelay(true)
      await once(socket, 'connect')
      socket.end(Buffer.alloc(size, 'x'))
      let received = 0
      socket.on('data', chunk => {
        received += chunk.length
      })
      const answer = once(socket, 'end')
      await withTimeout(clock, 30_001, answer, () => new Error(`late for ${size} bytes`))
      expect(received).toBe(size)
      expect(clock.now() - startedAt).toBe(30_000)
    }
  })

  test('a close is seen at the time it happens', async () => {
    const clock = createVirtualClock()
    const server = net.createServer(socket => {
      clock.watch(socket)
      void clock.sleep(5000).then(() => socket.destroy())
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const socket = clock.watch(net.connect((server.address() as net.AddressInfo).port, '127.0.0.1'))
    socket.resume()
    let closedAt = -1
    socket.once('close', () => {
      closedAt = clock.now()
    })
    await clock.sleep(60_000)
    server.close()
    expect(closedAt).toBe(5000)
  })

  test('counted work holds time', async () => {
    const clock = createVirtualClock()
    let done = false
    void clock.busy(async () => {
      for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve))
      done = true
    })
    await clock.sleep(1)
    expect(done).toBe(true)
  })
})

test('the timer heap gives timers in order, whatever order they came in', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ at: fc.nat(50), cancel: fc.boolean() })), timers => {
      const heap = createTimerHeap()
      for (const { at, cancel } of timers) heap.add(at, () => undefined).cancelled = cancel
      const given = []
      for (let timer = heap.next(); timer; timer = heap.next()) given.push(timer)
      const expected = timers
        .map((timer, order) => ({ ...timer, order }))
        .filter(timer => !timer.cancel)
        .sort((a, b) => a.at - b.at || a.order - b.order)
      expect(given.map(timer => timer.order)).toEqual(expected.map(timer => timer.order))
    }),
  )
})

async function echoAfter(ms: number, clock: ReturnType<typeof createVirtualClock>) {
  const server = net.createServer({ allowHalfOpen: true }, socket => {
    clock.watch(socket)
    const chunks: Buffer[] = []
    socket.on('data', chunk => chunks.push(chunk))
    socket.on('end', () => void clock.sleep(ms).then(() => socket.end(Buffer.concat(chunks))))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as net.AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close()
    },
  }
}
