import { describe, expect, test } from 'vitest'
import { informText } from './stub-envelopes.ts'
import { openTestAcs } from './test-acs.ts'

describe('broken input', () => {
  test.each([
    ['broken XML', '<soap:Envelope', 'well-formed'],
    ['a document type', `<!DOCTYPE a [<!ENTITY b "c">]>${informText()}`, 'document type'],
    ['no SOAP', '<html/>', 'not a SOAP 1.1 envelope'],
  ])('%s gets 500 with a fault and is told', async (_, text, reason) => {
    await using bench = await openTestAcs()
    const device = await bench.call()
    const answer = await device.post(text)
    expect(answer.status).toBe(500)
    expect(answer.body).toContain('<FaultCode>8003</FaultCode>')
    expect(bench.all('http-refused')[0]?.reason).toContain(reason)
    expect((await device.post(informText())).status).toBe(200)
  })

  test('within a session it ends the session', async () => {
    await using bench = await openTestAcs()
    const device = await bench.call()
    await device.post(informText())
    expect((await device.post('<a>&</a>')).status).toBe(500)
    expect(bench.endings()).toEqual(['failed-by-acs'])
  })

  test('a body that is too long gets 413', async () => {
    await using bench = await openTestAcs()
    const device = await bench.call()
    expect((await device.post(' '.repeat(4 * 1024 * 1024 + 1))).status).toBe(413)
    expect(bench.all('http-refused')[0]?.reason).toContain('4194305 bytes')
    const { length = 0, cut = 0, text = '' } = bench.all('http-received')[0]?.body ?? {}
    expect([length > text.length, cut > 0]).toEqual([true, true])
  })

  test('what is not HTTP gets 400 and is told', async () => {
    await using bench = await openTestAcs()
    const device = await bench.call()
    device.write('nonsense\r\n\r\n')
    expect((await device.answer()).status).toBe(400)
    expect(bench.all('http-refused')).toMatchObject([{ connection: 1, raw: { text: 'nonsense\r\n\r\n' } }])
  })

  test('a request that breaks off is told', async () => {
    await using bench = await openTestAcs()
    const device = await bench.call()
    device.write('POST /acs HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n<soap')
    const refused = bench.timeline.waitFor('http-refused', () => true, { timeoutMs: 1000, what: 'the refusal' })
    await bench.clock.sleep(10)
    device.close()
    expect((await refused).reason).toContain('before the request was complete')
  })

  test('chunked bodies, HTTP/1.0 and a head with bare line feeds are read', async () => {
    await using bench = await openTestAcs()
    const text = informText()
    const chunked = await bench.call()
    chunked.write(`POST /acs HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${text.length.toString(16)}\r\n`)
    chunked.write(`${text}\r\n0\r\n\r\n`)
    expect((await chunked.answer()).status).toBe(200)
    const old = await bench.call()
    old.write(`POST /acs HTTP/1.0\r\nContent-Length: ${text.length}\r\n\r\n${text}`)
    expect((await old.answer()).header('connection')).toBe('close')
    expect(await old.closed).toBe('end')
    const bare = await bench.call()
    bare.write(`POST /acs HTTP/1.1\nHost: x\nContent-Length: ${text.length}\n\n${text}`)
    expect((await bare.answer()).status).toBe(200)
  })
})
