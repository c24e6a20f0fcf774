import { expect, test } from 'vitest'
import { createVirtualClock } from './clock/virtual-clock.ts'
import { followDeviceHosts } from './device-hosts.ts'
import type { NewEntry } from './timeline/entry.ts'
import { TimelineRecorder } from './timeline/recorder.ts'
import { keepSecrets } from './timeline/redactor.ts'

const accepted = (connection: number, address: string): NewEntry => ({
  type: 'connection-accepted',
  ...{ connection, from: { address, port: 40_000 }, to: { address: '192.0.2.1', port: 7547 }, tls: false },
})
const opened = (connection: number, ofDeviceUnderTest = true): NewEntry => ({
  type: 'session-opened',
  ...{ session: connection, connection, exchange: 1, attemptAt: 0, attemptBasis: 'connection', cwmp: '' },
  ...{ inform: { deviceId: {}, events: [], parameters: [] }, problems: [], ofDeviceUnderTest },
})

function following(...entries: NewEntry[]) {
  const timeline = new TimelineRecorder({ clock: createVirtualClock(), redactor: keepSecrets })
  const isDeviceHost = followDeviceHosts(timeline)
  const add = (...more: NewEntry[]) => {
    for (const entry of more) timeline.add(entry)
  }
  add(...entries)
  return { isDeviceHost, add }
}

test('a host is the device’s once a session of its was opened from there', () => {
  const { isDeviceHost, add } = following(accepted(1, '192.0.2.7'))
  expect(isDeviceHost('192.0.2.7')).toBe(false)
  add(opened(1))
  expect(isDeviceHost('192.0.2.7')).toBe(true)
  expect(isDeviceHost('192.0.2.8')).toBe(false)
  expect(isDeviceHost('')).toBe(false)
})

test('what happened before the first question counts too', () => {
  expect(following(accepted(1, '192.0.2.7'), opened(1)).isDeviceHost('192.0.2.7')).toBe(true)
})

test('another device is another device', () => {
  const { isDeviceHost } = following(accepted(1, '192.0.2.7'), opened(1, false))
  expect(isDeviceHost('192.0.2.7')).toBe(false)
})

test('a device may call from several hosts, on several connections at a time', () => {
  const { isDeviceHost, add } = following(accepted(1, '192.0.2.7'), accepted(2, '192.0.2.8'), accepted(3, '192.0.2.9'))
  add(opened(2))
  expect(['192.0.2.7', '192.0.2.8', '192.0.2.9'].filter(isDeviceHost)).toEqual(['192.0.2.8'])
  add(accepted(4, '198.51.100.1'), opened(4), opened(1, false))
  expect(['192.0.2.7', '192.0.2.8', '198.51.100.1'].filter(isDeviceHost)).toEqual(['192.0.2.8', '198.51.100.1'])
})

test.each([
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['192.0.2.7', '::ffff:192.0.2.7'],
  ['2001:db8::7', '2001:db8::7'],
])('%s is the host of %s', (called, asked) => {
  expect(following(accepted(1, called), opened(1)).isDeviceHost(asked)).toBe(true)
})

test('a session on a connection that nobody saw tells nothing', () => {
  expect(following(opened(9)).isDeviceHost('192.0.2.7')).toBe(false)
})
