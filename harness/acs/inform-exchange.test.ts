import { describe, expect, test } from 'vitest'
import { envelopeText, informText } from './stub-envelopes.ts'
import { openTestAcs } from './test-acs.ts'

describe('answers to an Inform', () => {
  test('a status fails the session', async () => {
    await using bench = await openTestAcs()
    bench.acs.plan({ name: 'server error', onInform: () => ({ status: 500 }) })
    const device = await bench.call()
    expect((await device.post(informText())).status).toBe(500)
    expect(bench.all('http-sent')[0]?.because).toBe('server error')
    expect(bench.endings()).toEqual(['failed-by-acs'])
  })

  test('after fault 8005 the same Inform continues the session', async () => {
    await using bench = await openTestAcs()
    bench.acs.plan({ name: 'retry', onInform: (_, nth) => (nth === 0 ? { fault: 8005 } : 'respond') })
    const device = await bench.call()
    const fault = await device.post(informText({ id: '5' }))
    expect(fault.status).toBe(200)
    expect(fault.body).toContain('<FaultCode>8005</FaultCode><FaultString>Retry request</FaultString>')
    const again = await device.post(informText({ id: '5' }), { Cookie: fault.cookies })
    expect(again.body).toContain('InformResponse')
    await device.post('')
    expect(bench.all('inform-repeated')).toMatchObject([{ session: 1, why: 'retry-request', cookies: [fault.cookies] }])
    expect(bench.endings()).toEqual(['completed'])
  })

  test('any other fault fails the session', async () => {
    await using bench = await openTestAcs()
    bench.acs.plan({ name: 'internal error', onInform: () => ({ fault: 8002 }) })
    const device = await bench.call()
    expect((await device.post(informText())).body).toContain('<FaultCode>8002</FaultCode>')
    expect(bench.endings()).toEqual(['failed-by-acs'])
    expect((await device.post('')).status).toBe(204)
    expect(bench.all('empty-post')).toMatchObject([{ session: 1 }])
  })

  test('a device that goes on after 8005 without its Inform has failed', async () => {
    await using bench = await openTestAcs()
    bench.acs.plan({ name: 'retry', onInform: () => ({ fault: 8005 }) })
    const device = await bench.call()
    await device.post(informText())
    expect((await device.post('')).status).toBe(204)
    expect(bench.endings()).toEqual(['failed-by-acs'])
  })

  test.each([302, 307] as const)('a redirect by %i continues on another connection', async status => {
    await using bench = await openTestAcs()
    const redirect = `${bench.acs.url}/elsewhere`
    bench.acs.plan({ name: 'redirect', onInform: (_, nth) => (nth === 0 ? { redirect, status } : 'respond') })
    const device = await bench.call()
    const answer = await device.post(informText())
    expect([answer.status, answer.header('location')]).toEqual([status, redirect])
    device.close()
    const other = await bench.call()
    other.write(
      `POST /acs/elsewhere HTTP/1.1\r\nHost: x\r\nContent-Length: ${informText().length}\r\n\r\n${informText()}`,
    )
    expect((await other.answer()).body).toContain('InformResponse')
    expect(bench.all('inform-repeated')).toMatchObject([{ session: 1, why: 'redirect', cookies: [] }])
    expect(bench.all('session-opened')).toHaveLength(1)
  })

  test('an Inform of a later attempt is another session', async () => {
    await using bench = await openTestAcs()
    bench.acs.plan({ name: 'retry', onInform: () => ({ fault: 8005 }) })
    const device = await bench.call()
    await device.post(informText())
    device.close()
    await device.closed
    const later = await bench.call()
    await later.post(informText({ retryCount: 1 }))
    expect(bench.endings()).toEqual(['broken-off-by-device'])
    expect(bench.all('session-opened')).toHaveLength(2)
    expect(bench.all('session-opened')[1]?.insideSession).toBeUndefined()
  })

  test('a reset is one', async () => {
    await using bench = await openTestAcs()
    bench.acs.plan({ name: 'reset', onInform: () => 'reset' })
    const device = await bench.call()
    device.post(informText()).catch(() => undefined)
    expect(await device.closed).toBe('reset')
    expect(bench.endings()).toEqual(['failed-by-acs'])
  })

  test('an answer can be late', async () => {
    await using bench = await openTestAcs()
    bench.acs.plan({ name: 'late', onInform: () => ({ respondAfterMs: 25_000 }) })
    const device = await bench.call()
    expect((await device.post(informText())).body).toContain('InformResponse')
    expect(bench.clock.now()).toBe(25_000)
  })

  test('an answer that the device does not wait for is not given', async () => {
    await using bench = await openTestAcs()
    bench.acs.plan({ name: 'late', onInform: () => ({ respondAfterMs: 25_000 }) })
    const device = await bench.call()
    device.post(informText()).catch(() => undefined)
    const ended = bench.timeline.waitFor('session-ended', () => true, { timeoutMs: 30_000, what: 'the end' })
    await bench.clock.sleep(10_000)
    device.close()
    expect(await ended).toMatchObject({ how: 'broken-off-by-device', at: 10_000 })
    expect(bench.all('http-sent')).toEqual([])
  })

  test('silence ends in a close', async () => {
    await using bench = await openTestAcs()
    bench.acs.plan({ name: 'silent', onInform: () => ({ silentMs: 60_000 }) })
    const device = await bench.call()
    device.post(informText()).catch(() => undefined)
    await device.closed
    expect(bench.clock.now()).toBe(60_000)
    expect(bench.endings()).toEqual(['failed-by-acs'])
  })

  test('further cookies, and a close after the InformResponse', async () => {
    await using bench = await openTestAcs()
    const respond = { setCookie: ['a=1; Path=/', 'b=2; Path=/'], closeConnection: true }
    bench.acs.plan({ name: 'cookies', onInform: () => ({ respond }) })
    const device = await bench.call()
    const answer = await device.post(informText())
    expect(answer.cookies).toMatch(/^connreq-session=[0-9a-f]{32}; a=1; b=2$/)
    expect(answer.header('connection')).toBe('close')
    expect(await device.closed).toBe('end')
    expect(bench.all('connection-closed')).toMatchObject([{ by: 'acs' }])
    const other = await bench.call()
    expect((await other.post('', { Cookie: answer.cookies })).status).toBe(204)
    expect(bench.endings()).toEqual(['completed'])
  })

  test('what has no session is dismissed or refused', async () => {
    await using bench = await openTestAcs()
    const device = await bench.call()
    expect((await device.post('')).status).toBe(204)
    const refused = await device.post(envelopeText('<cwmp:TransferComplete/>', { id: '1' }))
    expect(refused.body).toContain('<FaultCode>8003</FaultCode>')
    expect(bench.all('session-opened')).toEqual([])
  })
})
