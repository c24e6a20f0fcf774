import { expect, test } from 'vitest'
import { openRaw, type RawConnection, type Target } from '../../fixtures/hostile-cpe/raw-connection.ts'
import { connectionsTurnedAway } from '../../harness/acs/admission.ts'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { postText } from '../../harness/acs/device-stub.ts'
import { informText } from '../../harness/acs/stub-envelopes.ts'
import { openTestAcs, type TestAcs } from '../../harness/acs/test-acs.ts'

const target = (bench: TestAcs, from: string): Target => ({
  host: '127.0.0.1',
  port: bench.acs.port,
  from,
  watch: socket => bench.clock.watch(socket),
})

async function flood(bench: TestAcs, from: string, count: number): Promise<RawConnection[]> {
  const opened: RawConnection[] = []
  for (let n = 0; n < count; n++) {
    const connection = await openRaw(target(bench, from)).catch(() => undefined)
    if (connection) opened.push(connection)
  }
  return opened
}

const openNow = (bench: TestAcs) => bench.all('connection-accepted').length - bench.all('connection-closed').length

test('of too many connections from one address the oldest idle ones are closed', async () => {
  await using bench = await openTestAcs({ limits: { altogether: 100, fromOneAddress: 10, ofOthers: 1000 } })
  const device = await bench.call()
  await device.post(informText())
  await flood(bench, '127.0.0.1', 30)
  await bench.clock.sleep(1)
  expect(openNow(bench)).toBe(10)
  expect(bench.all('http-refused')[0]?.reason).toContain('127.0.0.1 has 10 connections open')
  // The device under test is in its session, and is not idle.
  expect((await device.post('')).status).toBe(204)
})

test('others do not take the places of the device under test', async () => {
  await using bench = await openTestAcs({ limits: { altogether: 20, fromOneAddress: 10, ofOthers: 1000 } })
  const device = await bench.call()
  await device.post(informText())
  await device.post('')
  for (const last of [2, 3, 4, 5]) await flood(bench, `127.0.0.${last}`, 30)
  await bench.clock.sleep(1)
  expect(openNow(bench)).toBeLessThanOrEqual(20)
  expect((await device.post(informText({ events: ['6 CONNECTION REQUEST'] }))).status).toBe(200)
})

test('a device at a new address is let in, however often others have called', async () => {
  const limits = { altogether: 50, fromOneAddress: 20, ofOthers: 40 }
  await using bench = await openTestAcs({ limits })
  const device = await bench.call()
  await device.post(informText())
  await device.post('')
  for (let last = 60; last < 70; last++)
    for (const connection of await flood(bench, `127.0.0.${last}`, 45)) connection.destroy()
  await bench.clock.sleep(1)
  const moved = await openRaw(target(bench, '127.0.0.2'))
  moved.write(postText(informText({ events: ['1 BOOT'] })))
  for (let waited = 0; moved.statuses().length === 0 && waited < 300; waited++) await bench.clock.sleep(1)
  expect(moved.statuses()).toEqual([200])
})

test('what one address has used up comes back with time', async () => {
  const limits = { altogether: 50, fromOneAddress: 20, ofOthers: 60 }
  await using bench = await openTestAcs({ limits })
  await (await bench.call()).post(informText())
  const accepted = async (count: number) => {
    const before = bench.all('connection-accepted').length
    for (const connection of await flood(bench, '127.0.0.9', count)) connection.destroy()
    await bench.clock.sleep(1)
    return bench.all('connection-accepted').length - before
  }
  expect(await accepted(80)).toBe(60)
  await bench.clock.sleep(600_000)
  expect(await accepted(80)).toBe(10)
})

test('thousands of connections of others end on the timeline as a number', { timeout: 20_000 }, async () => {
  const limits = { altogether: 50, fromOneAddress: 20, ofOthers: 100 }
  await using bench = await openTestAcs({ limits, clock: createRealClock() })
  const device = await bench.call()
  await device.post(informText())
  const before = process.memoryUsage().rss
  await flood(bench, '127.0.0.9', 3000)
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024)
  expect(bench.timeline.entries.length).toBeLessThan(500)
  expect((await device.post('')).status).toBe(204)
  await bench.acs[Symbol.asyncDispose]()
  const marks = bench.all('mark').filter(({ name }) => name === connectionsTurnedAway)
  expect(marks.at(-1)?.data).toEqual({ connections: 2900, byAddress: { '127.0.0.9': 2900 } })
})
