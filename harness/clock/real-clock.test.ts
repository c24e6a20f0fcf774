import net from 'node:net'
import { expect, test } from 'vitest'
import { createRealClock } from './real-clock.ts'

test('starts near zero and never goes back', () => {
  const clock = createRealClock()
  const times = Array.from({ length: 1000 }, () => clock.now())
  expect(times[0]).toBeGreaterThanOrEqual(0)
  expect(times[0]).toBeLessThan(1000)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
})

test('wall-clock time is that of the machine', () => {
  const before = new Date().getTime()
  const wallTime = createRealClock().wallTime().getTime()
  expect(wallTime).toBeGreaterThanOrEqual(before)
  expect(wallTime).toBeLessThanOrEqual(new Date().getTime())
})

test('a sleep is never shorter than asked for, not by a fraction of a millisecond', async () => {
  const clock = createRealClock()
  const asked = [0, 0.3, 1, 1.5, 2.9, 5, -1]
  const slept = await Promise.all(
    Array.from({ length: 20 }).flatMap(() =>
      asked.map(async ms => {
        const begun = clock.now()
        await clock.sleep(ms)
        return clock.now() - begun - ms
      }),
    ),
  )
  expect(Math.min(...slept)).toBeGreaterThanOrEqual(0)
})

test('a sleep longer than a Node timer takes does not end at once', async () => {
  const stop = new AbortController()
  const clock = createRealClock()
  const sleeping = clock.sleep(2 ** 32, stop.signal)
  const first = await Promise.race([sleeping.then(() => 'month'), clock.sleep(5).then(() => 'moment')])
  stop.abort(new Error('enough'))
  expect(first).toBe('moment')
  await expect(sleeping).rejects.toThrow('enough')
})

test('an aborted sleep ends at once with the reason, one aborted before does not begin', async () => {
  const clock = createRealClock()
  const stop = new AbortController()
  const sleeping = clock.sleep(3_600_000, stop.signal)
  stop.abort(new Error('enough'))
  await expect(sleeping).rejects.toThrow('enough')
  await expect(clock.sleep(3_600_000, stop.signal)).rejects.toThrow('enough')
})

test('an abort after the end changes nothing', async () => {
  const stop = new AbortController()
  const sleeping = createRealClock().sleep(1, stop.signal)
  await sleeping
  stop.abort(new Error('late'))
  await expect(sleeping).resolves.toBeUndefined()
})

test('sockets are given back as they are, and work is done as it is', async () => {
  const clock = createRealClock()
  const socket = new net.Socket()
  expect(clock.watch(socket)).toBe(socket)
  expect(await clock.busy(async () => 7)).toBe(7)
  await expect(clock.busy(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
})
