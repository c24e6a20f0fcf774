import { expect, test } from 'vitest'
import type { Heard } from '../check/hear-device.ts'
import { acsAt, defaultAnswers } from './defaults.ts'
import { heardAnswers } from './heard-answers.ts'

const machine = [
  { address: '127.0.0.1', interface: 'lo', prefix: 8 },
  { address: '192.0.2.2', interface: 'eth0', prefix: 24 },
]
const ports = { acs: 7547, xmpp: 5222, stun: 3478 }
const given = { ...defaultAnswers(machine, ports), ...acsAt('192.0.2.2', 7547, { tls: false }) }

const heard = (called: Partial<Pick<Heard, 'to' | 'host' | 'target'>>): Heard => ({
  opened: {
    ...{ seq: 1, at: 0, type: 'session-opened', session: 1, connection: 1, exchange: 1, attemptAt: 0 },
    ...{ attemptBasis: 'connection', cwmp: 'urn:dslforum-org:cwmp-1-2', problems: [], ofDeviceUnderTest: true },
    inform: { deviceId: {}, events: [], parameters: [] },
  },
  ...{ at: new Date(0), ended: 'completed', ...called },
})

test.each<[string, Parameters<typeof heard>[0], string]>([
  ['by the URL it was given', { to: '192.0.2.2', host: '192.0.2.2:7547' }, 'http://192.0.2.2:7547/acs'],
  ['by a name', { to: '192.0.2.2', host: 'acs.lab.example:7547' }, 'http://acs.lab.example:7547/acs'],
  ['through something in front', { to: '127.0.0.1', host: 'acs.lab.example' }, 'http://acs.lab.example/acs'],
  ['with a path below that of the ACS', { host: 'acs.lab:7547', target: '/acs/1' }, 'http://acs.lab:7547/acs/1'],
  ['by IPv6', { host: '[2001:db8::5]:7547' }, 'http://[2001:db8::5]:7547/acs'],
  ['without the port in Host, at our own address', { to: '192.0.2.2', host: '192.0.2.2' }, 'http://192.0.2.2:7547/acs'],
  ['with a Host that is none', { to: '192.0.2.2', host: 'a b/@c' }, 'http://192.0.2.2:7547/acs'],
  ['without Host', { to: '127.0.0.1' }, 'http://127.0.0.1:7547/acs'],
])('a device that called %s', (_, called, url) => {
  expect(heardAnswers(given, heard(called), { machine, ports }).acsUrl).toBe(url)
})

test('a URL other than the one to be entered is explained, the same is not', () => {
  const lines = (host: string) => heardAnswers(given, heard({ to: '192.0.2.2', host }), { machine, ports }).heard
  const told = 'The device called http://acs.lab/acs, not http://192.0.2.2:7547/acs: the URL it called is written.'
  expect(lines('acs.lab')).toContain(told)
  expect(lines('192.0.2.2:7547').filter(line => line.startsWith('The device called'))).toEqual([])
})
