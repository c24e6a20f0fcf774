import { describe, expect, test } from 'vitest'
import type { DeviceFacts } from '../harness/device/facts.ts'
import {
  aBinding,
  anAnsweredKnock,
  anHttpServer,
  applies,
  aSessionOnAnyRequest,
  aSessionOnRequest,
  aSessionOnUdpRequest,
  aStunServer,
  aUdpDevice,
  aWayInWithoutStun,
  controlled,
  needs,
  rpcMethod,
  writable,
} from './needs.ts'

const willing: DeviceFacts = {
  deviceId: {},
  cwmp: 'urn:dslforum-org:cwmp-1-4',
  root: 'Device.',
  reachability: { state: 'reachable', detail: 'http://192.0.2.1/ answers.' },
  bootstrapped: true,
  http: 'auto',
  rpcMethods: ['Reboot'],
  parameters: {
    'Device.ManagementServer.PeriodicInformInterval': { value: '60', writable: true },
    'Device.ManagementServer.URL': { value: 'http://acs.example/', writable: false },
  },
  timeToSessionMs: 10,
  credentialsWork: true,
  provisioning: {},
  control: {},
  deviceCredentialsKnown: false,
  tls: false,
  xmpp: { state: 'not-claimed', detail: 'The device does not say that it has XMPP Connection Requests.' },
  udp: { state: 'not-claimed', detail: 'The device does not say that it has UDP Connection Requests.' },
  timing: {
    idleMs: 2000,
    watchMs: 60_000,
    graceMs: 15_000,
    xmppConnectMs: 300_000,
    stunBindingMs: 90_000,
    bootMs: 300_000,
    rateLimitMs: 3_600_000,
  },
}
const { timeToSessionMs: _, ...silent } = willing
const refusing: DeviceFacts = { ...silent, credentialsWork: false }
const unreachable: DeviceFacts = { ...refusing, reachability: { state: 'refused', detail: 'It does not answer.' } }

const named = { anHttpServer, anAnsweredKnock, aSessionOnAnyRequest, aSessionOnRequest }

describe('what can be done with a device', () => {
  test.each<[string, DeviceFacts, (keyof typeof named)[]]>([
    ['cannot be reached', unreachable, []],
    ['refuses the credentials', refusing, ['anHttpServer']],
    ['accepts and does not call', silent, ['anHttpServer', 'anAnsweredKnock']],
    ['accepts and calls', willing, ['anHttpServer', 'anAnsweredKnock', 'aSessionOnAnyRequest', 'aSessionOnRequest']],
    ['calls without credentials', { ...willing, credentialsWork: false }, ['anHttpServer', 'aSessionOnAnyRequest']],
  ])('that %s', (_, facts, met) => {
    expect(Object.entries(named).flatMap(([name, need]) => (need(facts).applies ? [name] : []))).toEqual(met)
  })

  test.each(Object.entries(named))('%s: why not is told, and what would change it', (_, need) => {
    expect(need(unreachable)).toMatchObject({
      applies: false,
      reason: 'It does not answer.',
      wouldApplyIf: expect.any(String),
    })
    for (const facts of [unreachable, refusing, silent]) {
      const result = need(facts)
      if (result.applies) continue
      expect(result.reason).toMatch(/^[A-Z].*\.$/)
      expect(result.wouldApplyIf).toMatch(/^[a-z].*[^.]$/)
    }
  })
})

describe('what can be done over UDP with a device', () => {
  const overUdp = { aUdpDevice, aStunServer, aBinding, aSessionOnUdpRequest }
  const withUdp = (state: DeviceFacts['udp']['state'], more: Partial<DeviceFacts['udp']> = {}): DeviceFacts => ({
    ...unreachable,
    udp: { state, detail: `It is ${state}.`, ...more },
  })

  test.each<[DeviceFacts['udp']['state'], (keyof typeof overUdp)[]]>([
    ['left-out', []],
    ['not-claimed', []],
    ['no-server', ['aUdpDevice']],
    ['not-provisioned', ['aUdpDevice']],
    ['no-binding', ['aUdpDevice', 'aStunServer']],
    ['bound', ['aUdpDevice', 'aStunServer', 'aBinding']],
  ])('that is %s', (state, met) => {
    const facts = withUdp(state)
    expect(Object.entries(overUdp).flatMap(([name, need]) => (need(facts).applies ? [name] : []))).toEqual(met)
    for (const need of Object.values(overUdp)) {
      const result = need(facts)
      if (result.applies) continue
      expect(result.reason).toBe(
        state === 'bound'
          ? 'No session with 6 CONNECTION REQUEST followed the first UDP Connection Request.'
          : `It is ${state}.`,
      )
      expect(result.wouldApplyIf).toMatch(/^the device .*[^.]$/)
    }
  })

  test('without its binding needs HTTP or XMPP to call', () => {
    expect(aWayInWithoutStun(withUdp('bound', { timeToSessionMs: 700 }))).toMatchObject({ applies: false })
    expect(aWayInWithoutStun({ ...willing, credentialsWork: false })).toMatchObject({ applies: false })
    expect(aWayInWithoutStun(willing)).toBe(applies)
    const byXmpp = { ...unreachable, xmpp: { ...unreachable.xmpp, timeToSessionMs: 0 } }
    expect(aWayInWithoutStun(byXmpp)).toBe(applies)
  })

  test('that called after a UDP request, even at once, whatever becomes of HTTP', () => {
    for (const timeToSessionMs of [0, 700])
      for (const need of Object.values(overUdp)) expect(need(withUdp('bound', { timeToSessionMs }))).toBe(applies)
  })

  test('a device left out by the profile is told so before anything else', () => {
    expect(aSessionOnUdpRequest(withUdp('left-out', { timeToSessionMs: 5 }))).toEqual(aUdpDevice(withUdp('left-out')))
  })
})

describe('a parameter that can be set', () => {
  test('is looked for in the data model of the device', () => {
    const need = writable('PeriodicInformInterval')
    expect(need(willing)).toBe(applies)
    expect(need({ ...willing, root: 'InternetGatewayDevice.' })).toMatchObject({
      applies: false,
      reason: 'The device has no InternetGatewayDevice.ManagementServer.PeriodicInformInterval.',
    })
  })

  test('differs from one that is there and cannot be set', () => {
    expect(writable('URL')(willing)).toMatchObject({
      applies: false,
      reason: 'Device.ManagementServer.URL cannot be set on this device.',
    })
  })
})

test('an RPC is one that the device lists', () => {
  expect(rpcMethod('Reboot')(willing)).toBe(applies)
  expect(rpcMethod('FactoryReset')(willing)).toMatchObject({
    applies: false,
    reason: 'The device does not list the RPC FactoryReset.',
  })
})

describe('several needs', () => {
  test('are met when each is, and always when there are none', () => {
    expect(needs(anHttpServer, rpcMethod('Reboot'))(willing)).toBe(applies)
    expect(needs()(unreachable)).toBe(applies)
  })

  test('are not met for the reason of the first that is not', () => {
    const need = needs(anHttpServer, rpcMethod('Missing'), writable('URL'))
    expect(need(willing)).toEqual(rpcMethod('Missing')(willing))
    expect(need(unreachable)).toEqual(anHttpServer(unreachable))
  })
})

describe('a control action', () => {
  test('applies by whatever means', () => {
    for (const means of ['rpc', 'ask', 'command', 'in-process'] as const)
      expect(controlled('reboot')({ ...willing, control: { reboot: means } })).toBe(applies)
  })

  test('that the profile does not name says which means there are', () => {
    expect(controlled('reboot')(willing)).toMatchObject({
      wouldApplyIf: 'control.reboot were `rpc`, `ask` or a shell command',
    })
    expect(controlled('power')(willing)).toEqual({
      applies: false,
      reason: 'The profile does not say how to cycle the power of the device.',
      wouldApplyIf: 'control.power were `ask` or a shell command',
    })
  })

  test('that needs a person while nobody is there says so', () => {
    expect(controlled('power')({ ...willing, unattended: ['power'] })).toMatchObject({
      reason: expect.stringContaining('nobody is there (--unattended)') as string,
      wouldApplyIf: expect.stringContaining('name a command in control.power') as string,
    })
  })
})
