import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { createRealClock } from '../clock/real-clock.ts'
import { createVirtualClock } from '../clock/virtual-clock.ts'
import { generateCertificate } from '../tls/authority.ts'
import { callAcs } from './device-stub.ts'
import { informText } from './stub-envelopes.ts'
import { openTestAcs } from './test-acs.ts'

test.each([createRealClock, createVirtualClock])(
  'a session over TLS with a generated certificate (%o)',
  async newClock => {
    const clock = newClock()
    const { ca, key, cert } = await generateCertificate({ clock, hosts: ['acs.test', '127.0.0.1'] })
    await using bench = await openTestAcs({ clock, tls: { key, cert } })
    expect(bench.acs.url).toBe(`https://127.0.0.1:${bench.acs.port}/acs`)
    bench.acs.plan({ name: 'late', onInform: () => ({ respondAfterMs: 10 }) })
    const device = await callAcs(clock, bench.acs.port, { ca })
    expect((await device.post(informText())).status).toBe(200)
    expect((await device.post('')).status).toBe(204)
    expect(bench.endings()).toEqual(['completed'])
    expect(bench.all('connection-accepted')).toMatchObject([{ tls: true }])
    expect(bench.all('http-received')).toHaveLength(2)
  },
)

test('a device that does not trust the certificate is told', async () => {
  const clock = createVirtualClock()
  const { key, cert } = await generateCertificate({ clock, hosts: ['acs.test'] })
  const { ca: otherCa } = await generateCertificate({ clock, hosts: ['acs.test'] })
  await using bench = await openTestAcs({ clock, tls: { key, cert } })
  await expect(callAcs(clock, bench.acs.port, { ca: otherCa })).rejects.toThrow('certificate')
  await bench.timeline.waitFor('connection-closed', () => true, { timeoutMs: 1000, what: 'the close', after: 0 })
  expect(bench.all('http-refused')[0]?.reason).toContain('the device closed the connection')
})

test('the certificate names its hosts and is signed by its authority', async () => {
  const { ca, cert } = await generateCertificate({ clock: createRealClock(), hosts: ['acs.test', '192.0.2.1'] })
  const certificate = new X509Certificate(cert)
  expect(certificate.checkHost('acs.test')).toBe('acs.test')
  expect(certificate.checkIP('192.0.2.1')).toBe('192.0.2.1')
  expect(certificate.verify(new X509Certificate(ca).publicKey)).toBe(true)
})

test('plain HTTP on the TLS port is told', async () => {
  const clock = createVirtualClock()
  const { key, cert } = await generateCertificate({ clock, hosts: ['acs.test'] })
  await using bench = await openTestAcs({ clock, tls: { key, cert } })
  const device = await callAcs(clock, bench.acs.port)
  device.post(informText()).catch(() => undefined)
  await device.closed
  await bench.timeline.waitFor('http-refused', () => true, { timeoutMs: 1000, what: 'the refusal', after: 0 })
  expect(bench.all('http-refused')[0]?.reason).toMatch(/TLS handshake was not completed: .*http request/)
})
