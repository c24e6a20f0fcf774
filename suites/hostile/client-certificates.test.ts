import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSimulatedCpe } from '../../fixtures/simulated-cpe/simulated-cpe.ts'
import { makeTlsIdentity } from '../../fixtures/simulated-cpe/testing/tls-identity.ts'
import { clientCertificateMark } from '../../harness/acs/tls-handshakes.ts'
import { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
import { profileSchema } from '../../harness/device/profile.ts'
import { openTestBench } from '../../harness/test-bench.ts'
import { createRedactor } from '../../harness/timeline/redactor.ts'
import { entriesOf } from '../../harness/timeline/timeline.ts'
import { createAuthority } from '../../harness/tls/authority.ts'

const directory = mkdtempSync(join(tmpdir(), 'connreq-clients-'))
const file = (name: string) => join(directory, name)
let device: { key: string; cert: string }
let stranger: { key: string; cert: string }

beforeAll(async () => {
  const clock = createVirtualClock()
  using authority = createAuthority(clock)
  const server = await authority.issue(['127.0.0.1'])
  device = await makeTlsIdentity('0A0B0C-SIM1')
  stranger = await makeTlsIdentity('stranger.example')
  writeFileSync(file('key.pem'), server.key)
  writeFileSync(file('certificate.pem'), server.cert)
  writeFileSync(file('ca.pem'), server.ca)
  writeFileSync(file('client-ca.pem'), device.cert)
})
afterAll(() => rmSync(directory, { recursive: true }))

/** Meets a simulated device; `undefined` in the facts where it was not let in. */
async function met(clientCertificate: 'required' | 'optional', identity?: { key: string; cert: string }) {
  const clock = createVirtualClock()
  const tls = { key: file('key.pem'), certificate: file('certificate.pem'), clientCa: file('client-ca.pem') }
  await using bench = await openTestBench({
    clock,
    redactor: createRedactor(),
    profile: profileSchema.parse({
      acs: { listen: '127.0.0.1:0', tls: { ...tls, clientCertificate } },
      features: { xmpp: false, udp: false },
    }),
    about: { tool: { version: '0' }, node: 'v20', platform: 'linux' },
  })
  await using _ = await startSimulatedCpe({
    clock,
    acsUrl: bench.acsUrl,
    acsCa: readFileSync(file('ca.pem'), 'utf8'),
    ...(identity ? { acsIdentity: identity } : {}),
    transports: ['http'],
  })
  const facts = await bench.meet().catch((error: Error) => error)
  const certificates = entriesOf(bench.timeline, 'mark').filter(({ name }) => name === clientCertificateMark)
  return { facts, certificates, text: JSON.stringify(bench.timeline.entries) }
}

describe('an ACS that knows devices by their certificates', { timeout: 20_000 }, () => {
  test.each(['required', 'optional'] as const)(
    'lets in whoever has one, and writes down what it says (%s)',
    async how => {
      const { facts, certificates, text } = await met(how, device)
      expect(facts).toMatchObject({ credentialsWork: true, tls: true })
      expect(certificates[0]?.data).toMatchObject({
        subject: 'CN=0A0B0C-SIM1',
        issuer: 'CN=0A0B0C-SIM1',
        serialNumber: '01',
        validTo: expect.stringContaining('2120'),
        alternativeNames: 'DNS:0A0B0C-SIM1',
      })
      expect(certificates[0]?.data).not.toHaveProperty('problem')
      expect(text).not.toContain('PRIVATE KEY')
    },
  )

  test('refuses whoever has none, and says so', async () => {
    const { facts } = await met('required')
    expect((facts as Error).message).toContain('was not let in: A device connected without a certificate.')
  })

  test('refuses a certificate of another authority, and says whose', async () => {
    const { facts } = await met('required', stranger)
    expect((facts as Error).message).toContain(
      'A device connected with the certificate of CN=stranger.example, which is refused: it has signed itself and is not in acs.tls.clientCa.',
    )
  })

  test('lets everybody in where it is optional, and notes a wrong certificate', async () => {
    expect((await met('optional')).facts).toMatchObject({ credentialsWork: true })
    const { facts, certificates } = await met('optional', stranger)
    expect(facts).toMatchObject({ credentialsWork: true })
    expect(certificates[0]?.data).toMatchObject({ problem: expect.stringContaining('stranger.example') })
  })
})
