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

describe('the stun section', () => {
  test('is absent unless it is written', () => {
    expect(defaultProfile().stun).toBeUndefined()
  })

  test('has the ordinary port by default, and no other place for devices than that of the ACS', () => {
    expect(profileOf('stun: {}').stun).toEqual({ listen: '0.0.0.0:3478' })
  })

  test.each([
    ['{ lisen: "0.0.0.0:3478" }', 'lab.yaml:1:9: unknown key stun.lisen; did you mean listen?'],
    ['{ username: x }', 'unknown key stun.username; known here: listen, advertise'],
    ['{ listen: 3478 }', 'lab.yaml:1:9: stun.listen: is no address and port; write 0.0.0.0:3478'],
    ['{ listen: 70000 }', 'stun.listen: is no address and port; write for example'],
    ['{ listen: "0.0.0.0:70000" }', 'stun.listen: port 70000 is above 65535'],
    ['{ listen: "0.0.0.0" }', 'stun.listen: is no address and port'],
    ['{ listen: "stun.example:3478" }', 'stun.listen: is no address and port'],
    ['{ listen: "::1:3478" }', 'stun.listen: is no address and port'],
    ['{ advertise: "stun:192.0.2.10" }', 'lab.yaml:1:9: stun.advertise: is no host; write for example 192.0.2.10'],
    ['{ advertise: "192.0.2.10:70000" }', 'stun.advertise: has a port above 65535'],
    ['{ advertise: "192.0.2.10:0" }', 'stun.advertise: has the port 0, where nobody can be found'],
    ['{ advertise: "2001:db8::1" }', 'stun.advertise: is no host'],
    ['{ advertise: "0.0.0.0" }', 'stun.advertise: is no place where anybody could be found'],
    ['{ advertise: "127.0.0.1:3479" }', 'stun.advertise: has port 3479, but stun.listen has 3478'],
    ['{ advertise: "" }', 'stun.advertise: is no host'],
    ['{ advertise: 3478 }', 'stun.advertise: must be text; put it in quotes: "3478"'],
    ['3478', 'stun: must have keys and values of its own'],
  ])('%s is refused', (section, problem) => {
    expect(problemsOf(`stun: ${section}`)).toContain(problem)
  })

  test.each(['0.0.0.0:3478', '127.0.0.1:0', '"[::]:3478"', '"[2001:db8::1]:65535"'])(
    'the server may listen at %s',
    listen => {
      expect(problemsOf(`stun: { listen: ${listen} }`)).toBe('accepted')
    },
  )

  test.each(['192.0.2.10', '192.0.2.10:3478', 'stun.example', 'stun.example:65535', '"[2001:db8::1]:3479"'])(
    'devices may find the server at %s',
    advertise => {
      expect(problemsOf(`stun: { advertise: ${advertise} }`)).toBe('accepted')
    },
  )
})

describe('timing.stunBinding', () => {
  test('is a minute and a half, and may be lengthened', () => {
    expect(defaultProfile().timing.stunBinding).toBe(90_000)
    expect(profileOf('timing: { stunBinding: 10m }').timing.stunBinding).toBe(600_000)
  })

  test.each([
    ['89s', 'timing.stunBinding: is at least 90s'],
    ['90', 'timing.stunBinding: has no unit; write 90s or 90ms'],
    ['soon', 'timing.stunBinding: is no duration'],
  ])('%s is refused', (value, problem) => {
    expect(problemsOf(`timing: { stunBinding: ${value} }`)).toContain(problem)
  })
})

test.each([
  ['true', true],
  ['false', false],
  ['auto', 'auto'],
])('features.udp may be %s', (text, value) => {
  expect(profileOf(`features: { udp: ${text} }`).features.udp).toBe(value)
})

test('features.udp may be nothing else', () => {
  expect(problemsOf('features: { udp: stun }')).toContain('features.udp: must be auto, true or false')
})
