import { describe, expect, test } from 'vitest'
import { oddRequests, smugglingForms, wrongRequests } from '../../fixtures/hostile-cpe/malformed-requests.ts'
import { openRaw } from '../../fixtures/hostile-cpe/raw-connection.ts'
import { xmlBombs } from '../../fixtures/hostile-cpe/xml-bombs.ts'
import { postText } from '../../harness/acs/device-stub.ts'
import { informText } from '../../harness/acs/stub-envelopes.ts'
import { openTestAcs, type TestAcs } from '../../harness/acs/test-acs.ts'

const attack = (bench: TestAcs) =>
  openRaw({ host: '127.0.0.1', port: bench.acs.port, watch: socket => bench.clock.watch(socket) })

/** Whatever came before, the next device is served. */
async function servesOn(bench: TestAcs): Promise<boolean> {
  const device = await bench.call()
  const answer = await device.post(informText({ serialNumber: 'NEXT' }))
  device.close()
  return answer.status === 200
}

describe('requests that could be read in two ways', () => {
  test.each(smugglingForms.map(({ id, write }) => [id, write] as const))('%s: 400, closed, told', async (_, write) => {
    await using bench = await openTestAcs()
    const connection = await attack(bench)
    connection.write(Buffer.from(write('/acs', informText()), 'latin1'))
    await connection.closed
    expect(connection.statuses()).toEqual([400])
    expect(bench.all('http-refused')).toHaveLength(1)
    expect(bench.all('session-opened')).toEqual([])
    expect(bench.all('connection-closed')).toMatchObject([{ by: 'acs' }])
    expect(await servesOn(bench)).toBe(true)
  })

  test('what is smuggled behind one is not looked at', async () => {
    await using bench = await openTestAcs()
    const connection = await attack(bench)
    const [both] = smugglingForms
    connection.write(`${both?.write('/acs', informText())}${postText(informText({ serialNumber: 'HIDDEN' }))}`)
    await connection.closed
    expect(bench.all('session-opened')).toEqual([])
  })
})

test.each(oddRequests.map(({ id, ...odd }) => [id, odd] as const))('%s is read, and told', async (_, odd) => {
  await using bench = await openTestAcs()
  const connection = await attack(bench)
  connection.write(Buffer.from(odd.write('/acs', informText()), 'latin1'))
  for (let waited = 0; connection.statuses().length === 0 && waited < 300; waited++) await bench.clock.sleep(1)
  expect(connection.statuses()).toEqual([200])
  expect(bench.all('http-refused')).toEqual([])
  const codes = bench.all('http-received').flatMap(({ problems }) => problems.map(({ code }) => code))
  const lineEnds = ['lf-line-ends'].filter(code => codes.includes(code))
  expect(codes).toEqual([...lineEnds, ...(odd.problem === undefined ? [] : [odd.problem])])
  connection.destroy()
})

describe('what is no proper HTTP', () => {
  test.each(wrongRequests.map(({ id, write }) => [id, write] as const))('%s is refused and told', async (_, write) => {
    await using bench = await openTestAcs()
    const connection = await attack(bench)
    connection.write(Buffer.from(write('/acs', informText()), 'latin1'))
    await connection.closed
    expect(connection.statuses().filter(status => status < 400)).toEqual([])
    expect(bench.all('http-refused')).toHaveLength(1)
    expect(await servesOn(bench)).toBe(true)
  })
})

describe('XML that is made to hurt', { timeout: 20_000 }, () => {
  test.each(xmlBombs.map(({ id, write }) => [id, write] as const))('%s is refused within bounds', async (_, write) => {
    await using bench = await openTestAcs()
    const body = write()
    const before = process.memoryUsage().rss
    const connection = await attack(bench)
    connection.write(postText(body))
    while (connection.statuses().length === 0) await bench.clock.sleep(1)
    expect(connection.statuses()).toEqual([500])
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024)
    expect(bench.all('http-refused')).toHaveLength(1)
    expect(await servesOn(bench)).toBe(true)
  })
})

describe('texts in other encodings', () => {
  const answered = async (bench: TestAcs, body: Buffer) => {
    const connection = await attack(bench)
    connection.write(Buffer.concat([Buffer.from(`POST /acs HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n`), body]))
    while (connection.statuses().length === 0) await bench.clock.sleep(1)
    return connection.statuses()
  }
  const inform = informText({ serialNumber: '\u00e9' })

  test.each([
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${inform}`)],
    ['UTF-16 with a mark', Buffer.from(`\uFEFF${inform}`, 'utf16le')],
    ['Latin 1 that is declared', Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${inform}`, 'latin1')],
  ])('%s is read', async (_, body) => {
    await using bench = await openTestAcs()
    expect(await answered(bench, body)).toEqual([200])
    expect(bench.all('session-opened')[0]?.inform.deviceId.serialNumber).toBe('\u00e9')
  })

  test.each([
    ['Latin 1 that is not declared', Buffer.from(inform, 'latin1'), 'not in utf-8'],
    ['an overlong form', Buffer.from(inform.replace('\u00e9', '\xc0\xaf'), 'latin1'), 'not in utf-8'],
    ['half a surrogate', Buffer.from(inform.replace('\u00e9', '\xed\xa0\x80'), 'latin1'), 'not in utf-8'],
    ['UTF-16 without a mark', Buffer.from(inform, 'utf16le'), 'not in utf-8'],
    [
      'an encoding that nobody knows',
      Buffer.from(`<?xml version="1.0" encoding="klingon"?>${inform}`),
      'not in klingon',
    ],
  ])('%s is refused', async (_, body, reason) => {
    await using bench = await openTestAcs()
    expect(await answered(bench, body)).toEqual([500])
    expect(bench.all('http-refused')[0]?.reason).toContain(reason)
  })
})
