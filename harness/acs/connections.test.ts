import { describe, expect, test } from 'vitest'
import { createRealClock } from '../clock/real-clock.ts'
import { SessionLost } from './session-plan.ts'
import { postText } from './device-stub.ts'
import { envelopeText, idIn, informText } from './stub-envelopes.ts'
import { openTestAcs } from './test-acs.ts'

describe('sessions and connections', () => {
  test.each(['with cookies', 'without cookies'])('a new connection for each POST, %s', async how => {
    await using bench = await openTestAcs()
    const planned = bench.acs.plan({
      name: 'read',
      script: async session => void (await session.call('GetRPCMethods', {})),
    })
    let cookies = ''
    const post = async (text: string) => {
      const device = await bench.call()
      const answer = await device.post(text, how === 'with cookies' && cookies !== '' ? { Cookie: cookies } : {})
      cookies = answer.cookies || cookies
      device.close()
      await device.closed
      return answer
    }
    await post(informText())
    const rpc = await post('')
    const methods =
      '<cwmp:GetRPCMethodsResponse><MethodList soapenc:arrayType="xsd:string[1]"><string>Reboot</string>' +
      '</MethodList></cwmp:GetRPCMethodsResponse>'
    expect((await post(envelopeText(methods, { id: idIn(rpc.body) }))).status).toBe(204)
    await planned.done
    expect(bench.endings()).toEqual(['completed'])
    expect(bench.all('connection-accepted')).toHaveLength(3)
  })

  test('two sessions on one connection: the second attempt is the first byte of its Inform', async () => {
    await using bench = await openTestAcs()
    const device = await bench.call()
    await bench.clock.sleep(1000)
    await device.post(informText())
    await device.post('')
    await bench.clock.sleep(5000)
    const text = postText(informText({ events: ['6 CONNECTION REQUEST'] }))
    device.write(text.slice(0, 10))
    await bench.clock.sleep(50)
    device.write(text.slice(10))
    await device.answer()
    expect(bench.all('session-opened')).toMatchObject([
      { session: 1, at: 1000, attemptAt: 0, attemptBasis: 'connection' },
      { session: 2, at: 6050, attemptAt: 6000, attemptBasis: 'inform-first-byte' },
    ])
  })

  test('an Inform inside a session supersedes it', async () => {
    await using bench = await openTestAcs()
    const planned = bench.acs.plan({ name: 'hold', script: session => bench.clock.sleep(60_000, session.signal) })
    const device = await bench.call()
    await device.post(informText())
    const held = device.post('')
    const other = await bench.call()
    await other.post(informText({ events: ['1 BOOT'] }))
    expect((await held).status).toBe(204)
    expect(bench.all('session-opened')[1]).toMatchObject({ session: 2, insideSession: 1 })
    await expect(planned.done).rejects.toBeInstanceOf(SessionLost)
    expect(bench.endings()).toEqual(['superseded'])
    expect(bench.acs.openSessions()).toBe(1)
  })

  test('a device that leaves while it waits for an answer breaks the session off', async () => {
    await using bench = await openTestAcs()
    const planned = bench.acs.plan({ name: 'hold', script: session => bench.clock.sleep(60_000, session.signal) })
    const device = await bench.call()
    await device.post(informText())
    device.post('').catch(() => undefined)
    await bench.clock.sleep(1000)
    device.close()
    await expect(planned.done).rejects.toBeInstanceOf(SessionLost)
    expect(bench.all('session-ended')).toMatchObject([{ how: 'broken-off-by-device', at: 1000 }])
  })

  test('a device that leaves between two POSTs has broken off after a while', async () => {
    await using bench = await openTestAcs()
    const planned = bench.acs.plan({
      name: 'read',
      script: async session => void (await session.call('GetRPCMethods', {})),
    })
    const device = await bench.call()
    await device.post(informText())
    await device.post('')
    device.close()
    await expect(planned.done).rejects.toBeInstanceOf(SessionLost)
    expect(bench.all('session-ended')).toMatchObject([{ how: 'broken-off-by-device', at: 35_000 }])
  })

  test('silence on an open connection times out later', async () => {
    await using bench = await openTestAcs()
    const device = await bench.call()
    const planned = bench.acs.plan({ name: 'none' })
    await device.post(informText())
    await planned.done
    expect(bench.all('session-ended')).toMatchObject([{ how: 'timed-out', at: 120_000 }])
  })

  test('pipelined requests are answered in order and told', async () => {
    await using bench = await openTestAcs()
    bench.acs.plan({ name: 'late', onInform: () => ({ respondAfterMs: 100 }) })
    const device = await bench.call()
    device.write(postText(informText()) + postText(''))
    expect((await device.answer()).body).toContain('InformResponse')
    expect((await device.answer()).status).toBe(204)
    expect(bench.all('http-received').map(entry => entry.pipelined)).toEqual([undefined, true])
    expect(bench.endings()).toEqual(['completed'])
  })

  test('refused connections, and the same port again', async () => {
    await using bench = await openTestAcs()
    const before = await bench.call()
    await before.post(informText())
    await before.post('')
    const allow = await bench.acs.refuseConnections()
    await before.closed
    await expect(bench.call()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await allow()
    const device = await bench.call()
    expect((await device.post(informText())).status).toBe(200)
  })

  test('an open session keeps its connection while others are refused', async () => {
    await using bench = await openTestAcs()
    const device = await bench.call()
    await device.post(informText())
    await bench.acs.refuseConnections()
    await expect(bench.call()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    expect((await device.post('')).status).toBe(204)
    expect(bench.endings()).toEqual(['completed'])
  })

  test('a device that writes nonsense instead of waiting has left once it is silent', async () => {
    await using bench = await openTestAcs()
    const planned = bench.acs.plan({ name: 'hold', script: session => bench.clock.sleep(300_000, session.signal) })
    const device = await bench.call()
    await device.post(informText())
    device.post('').catch(() => undefined)
    await bench.clock.sleep(10)
    device.write('nonsense\r\n\r\n')
    await expect(planned.done).rejects.toBeInstanceOf(SessionLost)
    expect(bench.all('http-refused')).toHaveLength(1)
    expect(bench.endings()).toEqual(['broken-off-by-device'])
  })

  test('other paths and methods', async () => {
    await using bench = await openTestAcs()
    bench.acs.serveStatus('/firmware.bin', 404)
    const device = await bench.call()
    const get = (path: string) => {
      device.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
      return device.answer()
    }
    expect((await get('/firmware.bin?x=1')).status).toBe(404)
    expect((await get('/acs')).status).toBe(405)
    expect((await get('/other')).status).toBe(404)
    expect(bench.all('http-received').map(entry => entry.target)).toEqual(['/firmware.bin?x=1', '/acs', '/other'])
  })

  test('closing the ACS ends what is open, also in real time', async () => {
    const bench = await openTestAcs({ clock: createRealClock() })
    const planned = bench.acs.plan({ name: 'hold', script: session => bench.clock.sleep(60_000, session.signal) })
    const device = await bench.call()
    await device.post(informText())
    device.post('').catch(() => undefined)
    await bench.timeline.waitFor('empty-post', () => true, { timeoutMs: 2000, what: 'the POST', after: 0 })
    await bench[Symbol.asyncDispose]()
    await device.closed
    await expect(planned.done).rejects.toBeInstanceOf(SessionLost)
    expect(bench.endings()).toEqual(['stopped'])
    expect(bench.all('connection-closed')).toMatchObject([{ by: 'acs' }])
  })

  test('a port that is taken, and an address that is not local, are named with what to do', async () => {
    await using bench = await openTestAcs()
    await expect(openTestAcs({ listen: { address: '127.0.0.1', port: bench.acs.port } })).rejects.toMatchObject({
      code: 'CONNREQ_PORT_TAKEN',
      message: `Port ${bench.acs.port} is taken by another program; choose another with acs.listen.`,
    })
    await expect(openTestAcs({ listen: { address: '192.0.2.77', port: 0 } })).rejects.toMatchObject({
      code: 'CONNREQ_ADDRESS_NOT_LOCAL',
    })
  })
})
