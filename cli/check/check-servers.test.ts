import { describe, expect, test } from 'vitest'
import { profileSchema } from '../../harness/device/profile.ts'
import { checkServers, serversToBe } from './check-servers.ts'
import { placesOf } from './places.ts'

const machine = [
  { address: '127.0.0.1', interface: 'lo', prefix: 8 },
  { address: '192.0.2.2', interface: 'eth0', prefix: 24 },
]

/** What is found of a profile whose servers could not be opened. */
async function found(written: object, device?: string) {
  const profile = profileSchema.parse(written)
  const around = { places: placesOf(profile), machine, device, now: new Date('2026-03-02T10:00:00Z') }
  const towards = device === undefined ? undefined : { address: '192.0.2.2' }
  const findings = await checkServers(serversToBe(profile, around), profile, { ...around, towards })
  return findings.map(({ state, text }) => `${state}: ${text}`)
}

const enter = 'fine: Enter this URL in the device: '
const notYet = (url: string) =>
  `note: The URL of the ACS is ${url}; what is said of it below comes before it is entered in the device.`

describe('the URL to enter', () => {
  test('is fine where nothing speaks against it', async () => {
    expect((await found({ acs: { url: 'http://192.0.2.2:7547/acs' } }))[0]).toBe(`${enter}http://192.0.2.2:7547/acs`)
  })

  test('is not fine above a problem with it', async () => {
    const url = 'http://127.0.0.1:7547/acs'
    const [first, ...others] = await found({ acs: { url } }, '192.0.2.50')
    expect(first).toBe(notYet(url))
    expect(others).toContainEqual(expect.stringMatching(/^problem: The device is at 192\.0\.2\.50/))
  })

  test('https without TLS is a problem, except where something else listens in front', async () => {
    const url = 'https://192.0.2.2:7547/acs'
    const text = 'acs.url is https, but the ACS speaks no TLS: acs.tls is not set.'
    const findings = await found({ acs: { url } })
    expect(findings[0]).toBe(notYet(url))
    expect(findings).toContain(`problem: ${text}`)
    expect(await found({ acs: { url: 'https://192.0.2.2/acs' } })).toContain(`note: ${text}`)
  })
})

test('every file that acs.tls names is looked at', async () => {
  const tls = { key: 'no-key.pem', certificate: 'no.pem', clientCa: 'no-ca.pem' }
  const problems = (await found({ acs: { tls } })).filter(text => text.startsWith('problem'))
  const told = (key: string, file: string) => `problem: acs.tls.${key} names ${file}, which is not there (`
  expect(problems).toEqual([
    expect.stringContaining(told('key', 'no-key.pem')),
    expect.stringContaining(told('clientCa', 'no-ca.pem')),
  ])
})

test('the files of xmpp.tls are looked at where a device may have XMPP', async () => {
  const tls = { key: 'no-key.pem', certificate: 'no.pem' }
  expect(await found({ xmpp: { tls } })).toContainEqual(
    expect.stringMatching(/^problem: xmpp\.tls\.key names no-key\.pem, which is not there/),
  )
})
