import { describe, expect, test } from 'vitest'
import { declaredControl, declaredMeans } from './profile-control.ts'
import { parseProfile, ProfileError } from './read-profile.ts'

const controlOf = (lines: string) => parseProfile(`control:\n  ${lines}`, 'p.yaml').control

test.each([
  ['reboot: rpc', 'reboot', { means: 'rpc' }],
  ['power: outlet 3 cycle', 'power', { means: 'command', command: 'outlet 3 cycle', timeoutMs: 120_000 }],
  ['start: { command: vm up, timeout: 5m }', 'start', { means: 'command', command: 'vm up', timeoutMs: 300_000 }],
  ['stop: ask', 'stop', { means: 'ask', sentence: 'Switch the device off.', timeoutMs: 600_000 }],
  ['power: { ask: Pull it., timeout: 1h }', 'power', { means: 'ask', sentence: 'Pull it.', timeoutMs: 3_600_000 }],
] as const)('%s', (line, action, declared) => {
  expect(declaredControl(controlOf(line), action)).toEqual(declared)
  expect(declaredMeans(controlOf(line))).toEqual({ [action]: declared.means })
})

describe('refused in words', () => {
  test.each([
    ['power: rpc', 'p.yaml:2:3: control.power: has no RPC; write ask or a shell command'],
    ['valueChange: rpc', 'p.yaml:2:3: control.valueChange: has no RPC; write ask or a shell command'],
    ['reboot: yes', 'p.yaml:2:3: control.reboot: is no command; write rpc, ask or a shell command'],
    ['reboot: true', 'p.yaml:2:3: control.reboot: is no command; write rpc, ask or a shell command'],
    ['reboot: ""', 'p.yaml:2:3: control.reboot: is no command; write rpc, ask or a shell command'],
    ['reboot: 3', 'p.yaml:2:3: control.reboot: is no command; write rpc, ask or a shell command'],
    ['start: { comand: x }', 'p.yaml:2:12: unknown key control.start.comand; did you mean command?'],
    ['start: { timeout: 5m }', 'p.yaml:2:3: control.start: needs command or ask, one of the two'],
    ['start: { command: x, timeout: 5 }', 'p.yaml:2:24: control.start.timeout: has no unit; write 5s or 5ms'],
    ['start: { command: x, timeout: 5ms }', 'p.yaml:2:24: control.start.timeout: is at least 1s'],
    ['factoryreset: rpc', 'p.yaml:2:3: unknown key control.factoryreset; did you mean factoryReset?'],
  ])('%s', (line, message) => {
    let problem: unknown
    try {
      controlOf(line)
    } catch (error) {
      problem = error
    }
    expect(problem).toBeInstanceOf(ProfileError)
    expect((problem as ProfileError).message).toBe(message)
  })
})
