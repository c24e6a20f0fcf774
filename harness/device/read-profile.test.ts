import { describe, expect, test } from 'vitest'
import { defaultProfile } from './profile.ts'
import { parseProfile, readProfile } from './read-profile.ts'

const problemsOf = (text: string) => {
  try {
    parseProfile(text, 'lab.yaml')
    return 'accepted'
  } catch (error) {
    return (error as Error).message
  }
}

describe('profile', () => {
  test('an empty one is the default', () => {
    expect(parseProfile('', 'lab.yaml')).toEqual(defaultProfile())
  })

  test('durations are read with their unit', () => {
    expect(parseProfile('timing: { idle: 2.5s, grace: 20500ms }', 'lab.yaml').timing).toMatchObject({
      idle: 2500,
      grace: 20_500,
    })
  })

  test('an unknown key is refused at its place, with the nearest known one', () => {
    expect(problemsOf('device:\n  nmae: ACME\n')).toBe('lab.yaml:2:3: unknown key device.nmae; did you mean name?')
  })

  test('an unknown key far from all known ones names those', () => {
    expect(problemsOf('features: { carrierPigeon: true }')).toBe(
      'lab.yaml:1:13: unknown key features.carrierPigeon; known here: http, udp, xmpp',
    )
  })

  test.each([
    ['acs: { listen: 7547 }', 'lab.yaml:1:8: acs.listen: is no address and port; write 0.0.0.0:7547'],
    ['acs: { listen: "0.0.0.0:75470" }', 'acs.listen: port 75470 is above 65535'],
    ['acs:\n  listen: nowhere:99999', 'lab.yaml:2:3: acs.listen: is no address and port'],
    ['timing: { idle: 5 }', 'lab.yaml:1:11: timing.idle: has no unit; write 5s or 5ms'],
    ['timing: { watch: 1s }', 'timing.watch: is at least 60s'],
    ['timing: { idle: 5 days }', 'is no duration; write for example 5s'],
    ['acs: { authentication: { scheme: kerberos } }', 'acs.authentication.scheme: must be none, basic or digest'],
    ['acs: { authentication: { scheme: basic, password: x } }', 'lab.yaml:1:8: acs.authentication.username is missing'],
    [
      'acs: { authentication: { scheme: digest, username: u, password: 1234 } }',
      'acs.authentication.password: must be text; put it in quotes: "1234"',
    ],
    [
      'acs: { authentication: { scheme: digest, username: u, password: x, algorithm: SHA1 } }',
      'acs.authentication.algorithm: must be MD5, MD5-sess or SHA-256',
    ],
    ['acs: { tls: { key: k.pem } }', 'acs.tls: must be generated, or the files { key'],
    ['features: { http: yes }', 'features.http: must be auto, true or false'],
    ['control: { reboot: yes }', 'control.reboot: is no command; write rpc, ask or a shell command'],
    ['control: { reboot: true }', 'control.reboot: is no command; write rpc, ask or a shell command'],
    ['timing: 5', 'timing: must have keys and values of its own'],
    ['connectionRequest: { password: "[redacted]" }', 'lab.yaml:1:32: a secret was left out here and [redacted] put'],
    ['connectionRequest: { password: [redacted] }', 'lab.yaml:1:32: a secret was left out here and [redacted] put'],
    ['acs: { url: "ftp://192.0.2.1/" }', 'acs.url'],
    ['device: [', 'lab.yaml:1:'],
    ['device: *nowhere', 'lab.yaml:1:9: Unresolved alias'],
    ['a: &a x\nb: [*a, *c]', 'lab.yaml:2:9: Unresolved alias'],
    [`a: &a [x]\nb: [${'*a, '.repeat(200)}*a]`, 'lab.yaml:2:5: Excessive alias count'],
    ['baseline: { knownFailures: [ { requirment: CR-GEN-08, reason: x } ] }', 'requirement'],
  ])('%s is refused', (text, problem) => {
    expect(problemsOf(text)).toContain(problem)
  })

  test('with no more problems than anybody reads', () => {
    const unknown = Array.from({ length: 1000 }, (_, index) => `key${index}: x`).join('\n')
    for (const text of [unknown, 'acs: x\n'.repeat(1000)]) {
      const lines = problemsOf(text).split('\n')
      expect(lines).toHaveLength(51)
      expect(lines.at(-1)).toMatch(/^\.\.\. and 9\d\d more$/)
    }
  })
})

test('a profile that is not there is told in words', () => {
  expect(() => readProfile('nowhere/lab.yaml')).toThrow(/^The profile nowhere\/lab\.yaml is not there\.$/)
  expect(() => readProfile('.')).toThrow(/^The profile \. is a folder\.$/)
})
