import { realpathSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { createAuthority } from '../../harness/tls/authority.ts'
import { ensureBuilt } from '../testing/built.ts'
import { connreq, startConnreq, temporaryDirectory } from '../testing/connreq-process.ts'
import type { Finding } from './finding.ts'

beforeAll(ensureBuilt, 60_000)

/** A port that was free a moment ago. */
const freePort = () =>
  new Promise<number>(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

function lab(profile: string): string {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'lab.yaml'), profile)
  return directory
}

interface Checked {
  schema: string
  ready: boolean
  acsUrl?: string
  findings: Finding[]
}
const problemsIn = (stdout: string) =>
  (JSON.parse(stdout) as Checked).findings.filter(({ state }) => state === 'problem').map(({ text }) => text)

describe.concurrent('connreq check', { timeout: 40_000 }, () => {
  test('every problem is told of at once, with what to do', async () => {
    const [acs, xmpp] = await Promise.all([freePort(), freePort()])
    const directory = lab(`
acs: { listen: "127.0.0.1:${acs}", url: "http://127.0.0.1:${acs}/acs", tls: { key: none.pem, certificate: none.pem } }
xmpp: { listen: "192.0.2.99:${xmpp}" }
connectionRequest: { secondAddress: 203.0.113.9 }
`)
    const { exitCode, stdout } = await connreq(directory, ['check', 'lab.yaml'])
    expect(exitCode).toBe(2)
    expect(
      stdout
        .split('\n')
        .filter(line => line.startsWith('PROBLEM'))
        .map(line => line.slice(9, 49)),
    ).toEqual([
      '192.0.2.99 is no address of this machine',
      'connectionRequest.secondAddress: 203.0.1',
      'acs.url is http, but the ACS speaks TLS:',
      'acs.tls.key names none.pem, which is not',
    ])
    expect(stdout).toMatch(/Not ready for a run: 4 problems(, \d notes?)?\.\n$/)
  })

  test('a profile that cannot be read is a finding too, also as JSON', async () => {
    const { exitCode, stdout } = await connreq(lab('devise: {}\nacs: { listne: 1 }\n'), ['check', 'lab.yaml', '--json'])
    expect(exitCode).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'connreq/check/1', ready: false })
    expect(problemsIn(stdout).sort()).toEqual([
      'lab.yaml:1:1: unknown key devise; did you mean device?',
      'lab.yaml:2:8: unknown key acs.listne; did you mean listen?',
    ])
  })

  test('a profile that is not there is told without a remedy that is none', async () => {
    const { exitCode, stdout } = await connreq(temporaryDirectory(), ['check', 'nope.yaml'])
    expect(exitCode).toBe(2)
    expect(stdout).toContain(
      'PROBLEM  The profile nope.yaml is not there.\n         → connreq init nope.yaml writes one.\n',
    )
  })

  test('authorities of devices that cannot be read stop a run, so they are a problem', async () => {
    const [port, directory] = [await freePort(), temporaryDirectory()]
    using authority = createAuthority(createRealClock())
    const { key, cert } = await authority.issue(['127.0.0.1'])
    writeFileSync(join(directory, 'key.pem'), key)
    writeFileSync(join(directory, 'acs.pem'), cert)
    const tls = '{ key: key.pem, certificate: acs.pem, clientCa: missing-ca.pem }'
    writeFileSync(join(directory, 'lab.yaml'), `acs: { listen: "127.0.0.1:${port}", tls: ${tls} }`)
    const { exitCode, stdout } = await connreq(directory, ['check', 'lab.yaml', '--json'])
    expect(exitCode).toBe(2)
    expect(problemsIn(stdout)).toEqual([
      `acs.tls.clientCa names missing-ca.pem, which is not there (${join(realpathSync(directory), 'missing-ca.pem')}).`,
    ])
  })

  test('a device that contradicts its profile; what its call disproves is no problem any more', async () => {
    const port = await freePort()
    const directory = lab(`
device: { name: ACME RG-500, firmware: 9.9.9 }
features: { udp: false, xmpp: false }
acs: { listen: "127.0.0.1:${port}", url: "http://192.0.2.99:${port}/acs" }
control: { reboot: rpc }
`)
    const check = startConnreq(directory, ['check', 'lab.yaml', '--wait'])
    await check.printed('Waiting for the first Inform')
    const device = startConnreq(directory, ['simulate', '--acs', `http://127.0.0.1:${port}/acs`])
    const { exitCode, stdout } = await check.ended
    device.child.kill('SIGINT')
    expect(exitCode).toBe(2)
    expect(stdout).toContain('A device has called the ACS all the same, so one problem above is none for this device.')
    expect(stdout).toContain('device.firmware is "9.9.9", but the device says that it runs "2.4.1" (SoftwareVersion).')
    expect(stdout).toMatch(/Not ready for a run: 1 problem, \d notes\.\n$/)
  })

  test('credentials that are not those of the profile', async () => {
    const port = await freePort()
    const directory = lab(`
acs: { listen: "127.0.0.1:${port}", authentication: { scheme: digest, username: other, password: secret } }
`)
    const check = startConnreq(directory, ['check', 'lab.yaml', '--wait'])
    await check.printed('Waiting for the first Inform')
    const device = startConnreq(directory, ['simulate', '--acs', `http://127.0.0.1:${port}/acs`, '--username', 'cpe'])
    const { exitCode, stdout } = await check.ended
    device.child.kill('SIGINT')
    expect(exitCode).toBe(2)
    expect(stdout).toContain(
      'PROBLEM  The device authenticates itself as "cpe", but acs.authentication.username is "other".\n',
    )
  })
})
