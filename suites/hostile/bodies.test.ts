import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { brokenPackings, packedBombs } from '../../fixtures/hostile-cpe/packed-bodies.ts'
import { openRaw } from '../../fixtures/hostile-cpe/raw-connection.ts'
import { SessionLost } from '../../harness/acs/session-plan.ts'
import { informText } from '../../harness/acs/stub-envelopes.ts'
import { openTestAcs, type TestAcs } from '../../harness/acs/test-acs.ts'

const megabyte = 1024 * 1024
const target = (bench: TestAcs) => ({
  host: '127.0.0.1',
  port: bench.acs.port,
  watch: <S extends Parameters<TestAcs['clock']['watch']>[0]>(socket: S) => bench.clock.watch(socket),
})
const head = (...fields: string[]) => `POST /acs HTTP/1.1\r\n${['Host: acs', ...fields].join('\r\n')}\r\n\r\n`
const packed = (body: Buffer, coding: string) =>
  Buffer.concat([Buffer.from(head(`Content-Encoding: ${coding}`, `Content-Length: ${body.length}`)), body])

async function answered(bench: TestAcs, bytes: Uint8Array | string): Promise<number[]> {
  const connection = await openRaw(target(bench))
  connection.write(bytes)
  while (connection.statuses().length === 0) await bench.clock.sleep(1)
  connection.destroy()
  return connection.statuses()
}

describe('packed bodies', { timeout: 20_000 }, () => {
  test.each([
    ['gzip', gzipSync],
    ['GZIP', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['identity', (text: string) => Buffer.from(text)],
  ])('an Inform as %s (%o) is read', async (coding, pack) => {
    await using bench = await openTestAcs()
    expect(await answered(bench, packed(pack(informText({ serialNumber: 'PACKED' })), coding))).toEqual([200])
    expect(bench.all('session-opened')).toMatchObject([{ inform: { deviceId: { serialNumber: 'PACKED' } } }])
    const [received] = bench.all('http-received')
    expect(received?.body.text).toContain('PACKED')
    expect(received?.coding?.name).toBe(coding === 'identity' ? undefined : coding)
  })

  test.each(packedBombs.map(({ id, ...bomb }) => [id, bomb] as const))(
    '%s is refused',
    async (_, { coding, write }) => {
      await using bench = await openTestAcs()
      const body = write()
      const before = process.memoryUsage().rss
      expect(await answered(bench, packed(body, coding))).toEqual([413])
      expect(process.memoryUsage().rss - before).toBeLessThan(60 * megabyte)
      expect(bench.all('http-refused')[0]?.reason).toContain('unpacks to more than 4194304 bytes')
    },
  )

  test.each(brokenPackings.map(({ id, ...broken }) => [id, broken] as const))(
    '%s is refused',
    async (_, { coding, write }) => {
      await using bench = await openTestAcs()
      const [status] = await answered(bench, packed(write(informText()), coding))
      expect(status).toBe(coding.includes(',') ? 415 : 400)
      expect(bench.all('http-refused')).toHaveLength(1)
    },
  )
})

describe('bodies without end', { timeout: 20_000 }, () => {
  test.each([
    ['with a length', head(`Content-Length: ${10 ** 12}`), 'x'.repeat(megabyte)],
    ['in chunks', head('Transfer-Encoding: chunked'), `100000\r\n${'x'.repeat(megabyte)}\r\n`],
  ])('%s are given up, in bounded memory', async (_, start, more) => {
    await using bench = await openTestAcs()
    const before = process.memoryUsage().rss
    const connection = await openRaw(target(bench))
    connection.write(start)
    let sent = 0
    for (; !connection.isClosed() && sent < 200; sent++) {
      connection.write(more)
      await bench.clock.sleep(1)
    }
    expect(sent).toBeLessThan(30)
    expect(process.memoryUsage().rss - before).toBeLessThan(120 * megabyte)
    expect(bench.all('http-refused')).toMatchObject([{ reason: expect.stringContaining('at most 4194304 are read') }])
    expect(bench.all('connection-closed')).toMatchObject([{ by: 'acs' }])
  })

  test('are refused before they are sent, where the device asks', async () => {
    await using bench = await openTestAcs()
    expect(await answered(bench, head('Expect: 100-continue', `Content-Length: ${10 ** 12}`))).toEqual([413])
  })

  test('in single bytes cost no more than their bytes', async () => {
    await using bench = await openTestAcs()
    const before = process.memoryUsage().rss
    const connection = await openRaw(target(bench))
    connection.write(head('Content-Length: 4000000'))
    for (let sent = 0; sent < 20_000; sent++) {
      connection.write('x')
      if (sent % 200 === 0) await bench.clock.sleep(0)
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(60 * megabyte)
    connection.destroy()
  })
})

describe('Expect: 100-continue', () => {
  test('is answered, and then the request', async () => {
    await using bench = await openTestAcs()
    const connection = await openRaw(target(bench))
    const text = informText()
    connection.write(head('Expect: 100-continue', `Content-Length: ${text.length}`))
    while (connection.statuses().length === 0) await bench.clock.sleep(1)
    expect(connection.statuses()).toEqual([100])
    connection.write(text)
    while (connection.statuses().length < 2) await bench.clock.sleep(1)
    expect(connection.statuses()).toEqual([100, 200])
  })
})

describe('requests that dribble', { timeout: 20_000 }, () => {
  const dribble = async (bench: TestAcs, text: string, everyMs: number) => {
    const connection = await openRaw(target(bench))
    for (const byte of text) {
      if (connection.isClosed()) break
      connection.write(byte)
      await bench.clock.sleep(everyMs)
    }
    return connection
  }

  test('within two minutes are read', async () => {
    await using bench = await openTestAcs()
    const text = informText()
    const connection = await dribble(bench, `${head(`Content-Length: ${text.length}`)}${text}`, 50)
    while (connection.statuses().length === 0) await bench.clock.sleep(1)
    expect(connection.statuses()).toEqual([200])
  })

  test.each([
    ['head', 'POST /acs HTTP/1.1\r\nX: '.padEnd(500, 'x'), 408],
    ['body', `${head('Content-Length: 10000')}${'x'.repeat(500)}`, undefined],
    ['chunks', `${head('Transfer-Encoding: chunked')}${'1\r\nx\r\n'.repeat(100)}`, undefined],
  ])('longer are given up: the %s', async (_, text, status) => {
    await using bench = await openTestAcs()
    const connection = await dribble(bench, text, 1000)
    expect(connection.statuses()[0]).toBe(status)
    expect(bench.all('http-refused')).toMatchObject([{ reason: expect.stringContaining('not complete 120 s after') }])
    expect(bench.all('connection-closed')).toMatchObject([{ by: 'acs' }])
  })

  test('by an empty line behind a request are no request', async () => {
    await using bench = await openTestAcs()
    const device = await bench.call()
    await device.post(informText())
    device.write('\r\n')
    await bench.clock.sleep(119_000)
    expect((await device.post('')).status).toBe(204)
    await bench.clock.sleep(200_000)
    expect(bench.all('connection-closed')).toEqual([])
  })

  test('within a session end it as silence does, and what was planned is told', async () => {
    await using bench = await openTestAcs()
    const planned = bench.acs.plan({
      name: 'read',
      script: async session => void (await session.call('GetRPCMethods', {})),
    })
    const device = await bench.call()
    await device.post(informText())
    for (const byte of head('Content-Length: 300').padEnd(400, 'x')) {
      device.write(byte)
      await bench.clock.sleep(1000)
    }
    await expect(planned.done).rejects.toBeInstanceOf(SessionLost)
    expect(bench.all('session-ended')).toMatchObject([{ how: 'timed-out' }])
    expect(bench.acs.openSessions()).toBe(0)
  })
})
