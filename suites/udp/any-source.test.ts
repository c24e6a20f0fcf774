import { expect, test } from 'vitest'
import { type Happening, judged, mark, session } from '../written-timeline.ts'
import { udpControl, udpRequest, type WrittenUdpRequest } from '../written-udp.ts'
import { anySource } from './any-source.ts'

const from = (label: string, at: number, called: boolean, more: Partial<WrittenUdpRequest> = {}): Happening[] => [
  udpRequest(label, { at, from: { address: '192.0.2.9', port: 5000 }, ...more }),
  ...(called ? [session({ at: at + 300, tookMs: 50 })] : []),
]
const port = (called: boolean, more?: Partial<WrittenUdpRequest>) =>
  from('request from another port', 1000, called, more)
const address = (called: boolean) => from('request from another address', 100_000, called)
const verdicts = (...happenings: Happening[]) => judged(anySource, ...happenings, ...udpControl(200_000))

test('requests from another port and another address are served', () => {
  expect(verdicts(...port(true), ...address(true))).toEqual({ port: 'pass', address: 'pass' })
})

test('each that is not is a warning at most, and the other stays as it is', () => {
  expect(verdicts(...port(false), ...address(true))).toEqual({ port: 'warning', address: 'pass' })
  expect(verdicts(...port(true), ...address(false))).toEqual({ port: 'pass', address: 'warning' })
})

test('a device that hears nobody any more has not refused the sender', () => {
  const silent = judged(anySource, ...port(false), ...address(false), ...udpControl(200_000, { silent: true }))
  expect(silent).toEqual({ port: 'inconclusive', address: 'inconclusive' })
})

test('a request that could not be sent says nothing', () => {
  expect(verdicts(...port(false, { failed: 'ENETUNREACH' }), ...address(true))).toMatchObject({ port: 'inconclusive' })
})

test('one that is heard when it is repeated is served', () => {
  expect(verdicts(...port(false), ...from('request from another port', 60_000, true), ...address(true))).toEqual({
    port: 'pass',
    address: 'pass',
  })
})

test('without a second address there is only the port', () => {
  const outcome = verdicts(...port(true), mark('no-second-address', 5000))
  expect(outcome).toEqual({ port: 'pass', address: 'not-applicable' })
})
