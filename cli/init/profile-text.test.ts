import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { profileSchema } from '../../harness/device/profile.ts'
import { parseProfile } from '../../harness/device/read-profile.ts'
import type { ProfileAnswers } from './answers.ts'
import { acsAt, defaultAnswers, otherListens } from './defaults.ts'
import { profileText } from './profile-text.ts'

const machine = [
  { address: '127.0.0.1', interface: 'lo', prefix: 8 },
  { address: '192.0.2.2', interface: 'eth0', prefix: 24 },
]
const ports = { acs: 7547, xmpp: 5222, stun: 3478 }
const written = { file: 'lab.yaml', day: '2026-03-02' }
const plain = defaultAnswers(machine, ports)
const read = (answers: Partial<ProfileAnswers>) =>
  parseProfile(profileText({ ...plain, ...answers }, written), 'lab.yaml')

describe('a written profile is read as it was answered', () => {
  test('by default', () => {
    expect(read({})).toEqual(
      profileSchema.parse({
        acs: { listen: '0.0.0.0:7547', url: 'http://192.0.2.2:7547/acs' },
        control: { reboot: 'rpc' },
      }),
    )
  })

  test('with everything', () => {
    const features = { http: true, udp: true, xmpp: false }
    const place = acsAt('2001:db8::5', 8080, { tls: true })
    const others = otherListens(place.acsListen, { features, ports: { ...ports, stun: 3480 } })
    const authentication = { scheme: 'digest', username: 'rg: "500" #1', password: ' its # password ' } as const
    expect(
      read({
        ...{ name: 'ACME: RG #500', firmware: '1.2', ...place, ...others, tls: true, features, authentication },
        ...{ reboot: 'power "socket": cycle # 3', canBeReset: true, heard: ['Heard: x.'] },
      }),
    ).toEqual(
      profileSchema.parse({
        device: { name: 'ACME: RG #500', firmware: '1.2' },
        features,
        acs: { listen: '[::]:8080', url: 'https://[2001:db8::5]:8080/acs', tls: 'generated', authentication },
        stun: { listen: '[::]:3480' },
        control: { reboot: 'power "socket": cycle # 3' },
      }),
    )
  })

  test('whatever a device calls itself, and whatever stands in its texts', { timeout: 20_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (name, username) => {
        const profile = read({
          ...{ name, firmware: name, heard: [name, `${name}\nacs: {}`] },
          authentication: { scheme: 'basic', username, password: username },
        })
        expect(profile.acs.listen).toBe('0.0.0.0:7547')
        expect(profile.device.name?.length ?? 0).toBeLessThanOrEqual(64)
      }),
      { numRuns: 15 },
    )
  })
})

test('a password that nobody told is not invented: the section is a comment', () => {
  const answers = { ...plain, authentication: { scheme: 'digest', username: 'rg500' } } as const
  expect(read(answers).acs.authentication).toEqual({ scheme: 'none' })
  const text = profileText(answers, written)
  expect(text).toContain(`  # authentication:
  #   scheme: digest
  #   username: rg500
  #   password: the-password-in-the-device
`)
})

test('what stands commented out can be used as it is', () => {
  const text = profileText({ ...plain, authentication: { scheme: 'digest', username: 'x' } }, written)
  const uncommented = text
    .replace(/^# (?=(device|connectionRequest|xmpp|stun|timing):)/gm, '')
    .replace(/^#( {2,})(?=\w+:)/gm, ' $1')
    .replace(/^ {2}# (?=(authentication:| {2}\w+:))/gm, '  ')
  const profile = parseProfile(uncommented.replace(/^ {3}(?=\w)/gm, '  '), 'lab.yaml')
  expect(profile.acs.authentication).toMatchObject({ scheme: 'digest', username: 'x' })
  expect(profile).toMatchObject({ stun: { listen: '0.0.0.0:3478' }, timing: { boot: 300_000 } })
})

test('where the ordinary port is taken, the next one is written, and loopback stays on loopback', () => {
  const auto = { http: 'auto', udp: 'auto', xmpp: 'auto' } as const
  expect(otherListens('0.0.0.0:7547', { features: auto, ports })).toEqual({})
  expect(otherListens('0.0.0.0:7547', { features: auto, ports: { ...ports, xmpp: 5223 } })).toEqual({
    xmppListen: '0.0.0.0:5223',
  })
  expect(otherListens('127.0.0.1:7547', { features: { ...auto, udp: false }, ports })).toEqual({
    xmppListen: '127.0.0.1:5222',
  })
})

test('examples of what may be added are there, none of them a command that some lab has', () => {
  const text = profileText(plain, written)
  expect(text).toContain('  # power: ./power-cycle.sh\n')
  expect(text).toContain('#   secondAddress: 192.0.2.11\n')
  const commands = [...text.matchAll(/^ +# (?:start|stop|power|valueChange): (.*)$/gm)].map(([, command]) => command)
  expect(commands).toHaveLength(4)
  for (const command of commands) expect(command).toMatch(/^(\.\/|ask$)/)
})
