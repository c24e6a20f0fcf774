import { describe, expect, test } from 'vitest'
import { defaultProfile } from './profile.ts'
import { parseProfile } from './read-profile.ts'

const profileOf = (text: string) => parseProfile(text, 'lab.yaml')
const problemsOf = (text: string) => {
  try {
    profileOf(text)
    return 'accepted'
  } catch (error) {
    return (error as Error).message
  }
}

describe('the xmpp section', () => {
  test('is absent unless it is written', () => {
    expect(defaultProfile().xmpp).toBeUndefined()
  })

  test('has defaults for everything of an embedded server', () => {
    expect(profileOf('xmpp: {}').xmpp).toEqual({
      server: 'embedded',
      listen: '0.0.0.0:5222',
      tls: 'generated',
      startTls: 'offered',
      plainInClear: false,
    })
  })

  const component = 'component: { host: 192.0.2.5, port: 5347, secret: shared }'
  const account = 'account: { username: cpe, password: pencil }'

  test('of an external server is complete with component, domain and account', () => {
    expect(profileOf(`xmpp: { server: external, domain: xmpp.example, ${component}, ${account} }`).xmpp).toMatchObject({
      server: 'external',
      component: { host: '192.0.2.5', port: 5347, secret: 'shared' },
    })
  })

  test.each([
    ['component', `domain: xmpp.example, ${account}`],
    ['domain', `${component}, ${account}`],
    ['account', `${component}, domain: xmpp.example`],
  ])('of an external server without %s is refused by name', (key, rest) => {
    expect(problemsOf(`xmpp: { server: external, ${rest} }`)).toBe(
      `lab.yaml:1:1: xmpp.${key}: is needed where xmpp.server is external`,
    )
  })

  test('of an external server with nothing else names all three', () => {
    expect(problemsOf('xmpp: { server: external }').split('\n')).toHaveLength(3)
  })

  test.each([
    ['{ server: prosody }', 'lab.yaml:1:9: xmpp.server: must be embedded or external'],
    ['{ lisen: "0.0.0.0:5222" }', 'unknown key xmpp.lisen; did you mean listen?'],
    [
      '{ domain: "xmpp.example:5222" }',
      'xmpp.domain: is no domain; write for example xmpp.example.com, without a port',
    ],
    ['{ account: { username: x, password: "a\\tb" } }', 'xmpp.account.password: has control characters'],
    ['{ account: { user: x, password: y } }', 'unknown key xmpp.account.user; '],
    ['{ account: { username: x } }', 'xmpp.account.password is missing'],
    ['{ account: { username: x, password: 1234 } }', 'xmpp.account.password: must be text; put it in quotes: "1234"'],
    ['{ account: { username: "cpe@xmpp.example", password: x } }', 'xmpp.account.username: is no user name of an XMPP'],
    ['{ listen: 5222 }', 'xmpp.listen: is no address and port; write 0.0.0.0:5222'],
    ['{ listen: "0.0.0.0:70000" }', 'xmpp.listen: port 70000 is above 65535'],
    ['{ directTls: here }', 'xmpp.directTls: is no address and port'],
    ['{ domain: "cpe@xmpp.example" }', 'xmpp.domain: is no domain; write for example xmpp.example.com'],
    ['{ domain: "" }', 'xmpp.domain'],
    ['{ advertise: "xmpp://192.0.2.10" }', 'xmpp.advertise: is no host; write for example 192.0.2.10'],
    ['{ advertise: "192.0.2.10:70000" }', 'xmpp.advertise: has a port above 65535'],
    ['{ advertise: "2001:db8::1" }', 'xmpp.advertise: is no host'],
    ['{ tls: yes }', 'xmpp.tls: must be generated, or the files { key'],
    ['{ startTls: optional }', 'xmpp.startTls: must be required, offered or none'],
    ['{ resolver: dns.example }', 'xmpp.resolver: is no IP address of a DNS server'],
    ['{ component: { host: h, port: 0, secret: s } }', 'xmpp.component.port'],
    ['{ component: { host: h, port: 70000, secret: s } }', 'xmpp.component.port'],
  ])('%s is refused', (section, problem) => {
    expect(problemsOf(`xmpp: ${section}`)).toContain(problem)
  })

  test.each([
    '192.0.2.10',
    '192.0.2.10:5222',
    'xmpp.example',
    'xmpp.example:65535',
    '"[2001:db8::1]"',
    '"[2001:db8::1]:5222"',
  ])('devices may find the server at %s', advertise => {
    expect(problemsOf(`xmpp: { advertise: ${advertise} }`)).toBe('accepted')
  })

  test('a port 0 is none that devices could find', () => {
    expect(problemsOf('xmpp: { advertise: "192.0.2.10:0" }')).toContain('xmpp.advertise')
  })
})

describe('timing.xmppConnect', () => {
  test('is five minutes, and may be lengthened', () => {
    expect(defaultProfile().timing.xmppConnect).toBe(300_000)
    expect(profileOf('timing: { xmppConnect: 2h }').timing.xmppConnect).toBe(7_200_000)
  })

  test('may not be shortened', () => {
    expect(problemsOf('timing: { xmppConnect: 299s }')).toContain('timing.xmppConnect: is at least 5m')
  })
})
