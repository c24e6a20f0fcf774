import { describe, expect, test } from 'vitest'
import { informText, type InformText } from '../../harness/acs/stub-envelopes.ts'
import { callAcs, postText } from '../../harness/acs/device-stub.ts'
import { openTestAcs, type TestAcs } from '../../harness/acs/test-acs.ts'
import { openRaw } from '../../fixtures/hostile-cpe/raw-connection.ts'
import { otherDevices, withoutOtherDevices } from '../../harness/timeline/other-devices.ts'

const requested: InformText = { events: ['6 CONNECTION REQUEST'] }

/** The device under test, in a session that a script holds. */
async function heldSession(bench: TestAcs) {
  const planned = bench.acs.plan({ name: 'hold', script: session => bench.clock.sleep(20_000, session.signal) })
  const device = await bench.call()
  const { cookies } = await device.post(informText())
  const held = device.post('')
  await bench.clock.sleep(1)
  return { planned, device, cookies, held }
}

/** What one request from another address is answered with. */
async function fromElsewhere(bench: TestAcs, text: string): Promise<number | undefined> {
  const connection = await openRaw({
    host: '127.0.0.1',
    port: bench.acs.port,
    from: '127.0.0.66',
    watch: socket => bench.clock.watch(socket),
  })
  connection.write(text)
  for (let waits = 0; connection.statuses().length === 0 && waits < 50; waits++) await bench.clock.sleep(1)
  connection.destroy()
  return connection.statuses()[0]
}

describe('another device at the same ACS', () => {
  test('is answered, recorded as another, and takes no plan', async () => {
    await using bench = await openTestAcs()
    const device = await bench.call()
    await device.post(informText())
    await device.post('')
    const armed = bench.acs.plan({
      name: 'armed',
      when: ({ events }) => events.some(({ eventCode }) => eventCode.startsWith('6')),
      onInform: () => ({ status: 503 }),
    })
    expect(await fromElsewhere(bench, postText(informText({ ...requested, serialNumber: 'S2' })))).toBe(200)
    const other = await bench.call()
    expect((await other.post(informText({ ...requested, serialNumber: 'S3' }))).status).toBe(200)
    expect((await device.post(informText(requested))).status).toBe(503)
    await armed.done
    expect(bench.all('session-opened').map(entry => entry.ofDeviceUnderTest)).toEqual([true, false, false, true])
  })

  test('does not count as an open session, however long it stays', async () => {
    await using bench = await openTestAcs()
    const device = await bench.call()
    await device.post(informText())
    await device.post('')
    const other = await bench.call()
    await other.post(informText({ serialNumber: 'S2' }))
    expect(bench.acs.openSessions()).toBe(0)
  })

  test.each([
    ['an empty POST', ''],
    ['a response', informText({ id: '1-1' }).replaceAll('Inform>', 'RebootResponse>')],
    ['an Inform', informText({ serialNumber: 'S2' })],
  ])('cannot go on with a session by its cookie: %s', async (_, body) => {
    await using bench = await openTestAcs()
    const { planned, cookies, held } = await heldSession(bench)
    await fromElsewhere(bench, postText(body, { Cookie: cookies }))
    expect(bench.endings()).toEqual([])
    expect((await held).status).toBe(204)
    await planned.done
    expect(bench.all('session-ended')[0]).toMatchObject({ session: 1, how: 'completed' })
  })

  test('cannot go on with a session from the same address, once it has given its own name', async () => {
    await using bench = await openTestAcs()
    const { planned, cookies, held } = await heldSession(bench)
    const other = await bench.call()
    await other.post(informText({ serialNumber: 'S2' }))
    expect((await other.post('', { Cookie: cookies })).status).toBe(204)
    expect((await held).status).toBe(204)
    await planned.done
    expect(bench.all('session-ended').map(({ session, how }) => [session, how])).toEqual([
      [2, 'completed'],
      [1, 'completed'],
    ])
  })

  test('cannot begin so many sessions that they are kept without end', async () => {
    await using bench = await openTestAcs()
    const device = await bench.call()
    await device.post(informText())
    for (let n = 0; n < 60; n++) {
      const other = await callAcs(bench.clock, bench.acs.port)
      await other.post(informText({ serialNumber: `OTHER-${n}` }))
      other.close()
    }
    expect(bench.all('session-ended').filter(({ how }) => how === 'stopped')).toHaveLength(10)
    expect((await device.post('')).status).toBe(204)
  })
})

describe('a device that changes its identity', () => {
  test('on its connection ends its session, is noted, and is another from then on', async () => {
    await using bench = await openTestAcs()
    const device = await bench.call()
    await device.post(informText())
    await device.post(informText({ serialNumber: 'S2' }))
    expect(bench.all('session-ended')).toMatchObject([
      { session: 1, how: 'superseded', reason: 'The device 00D09E-S2 began a session on its connection.' },
    ])
    expect(bench.all('session-opened')[1]).toMatchObject({ ofDeviceUnderTest: false, insideSession: 1 })
  })

  test('may go on with its session from another address, when it has left its connection', async () => {
    await using bench = await openTestAcs()
    const planned = bench.acs.plan({
      name: 'one',
      script: async session => void (await session.call('GetRPCMethods', {})),
    })
    const device = await bench.call()
    const { cookies } = await device.post(informText())
    device.close()
    await device.closed
    await bench.clock.sleep(1)
    expect(await fromElsewhere(bench, postText('', { Cookie: cookies }))).toBe(200)
    planned.done.catch(() => undefined)
    expect(bench.all('rpc-sent')).toHaveLength(1)
  })
})

test('what others do is not among what is judged', async () => {
  await using bench = await openTestAcs()
  const device = await bench.call()
  await device.post(informText())
  await device.post('')
  const own = bench.timeline.entries.length
  await fromElsewhere(bench, postText(informText({ serialNumber: 'S2' })))
  await fromElsewhere(bench, 'nonsense\r\n\r\n')
  await bench.clock.sleep(100_000)
  const { entries } = withoutOtherDevices(bench.timeline.entries, bench.timeline.entries)
  expect(bench.timeline.entries.length).toBeGreaterThan(own + 8)
  expect(entries).toHaveLength(own)
  expect(otherDevices(bench.timeline.entries).any).toBe(true)
})
