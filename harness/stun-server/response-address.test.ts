import { describe, expect, test } from 'vitest'
import type { Endpoint } from '../timeline/entry.ts'
import { writeAddress } from './address-attribute.ts'
import { attributeTypes } from './attribute-types.ts'
import { ordinaryStunPolicy } from './stun-policy.ts'
import {
  bindingRequest,
  createTestHandler,
  device,
  primary,
  secondary,
  stranger,
  transactionOf,
} from './test-handler.ts'

let number = 0
const answerTo = (place: Endpoint) =>
  bindingRequest([{ code: attributeTypes.responseAddress, value: writeAddress(place) }], transactionOf(++number % 256))

describe('RESPONSE-ADDRESS', () => {
  test('is followed to a place that was told as mapped; the answer tells where the request came from', () => {
    const { ask, all } = createTestHandler()
    ask(bindingRequest([primary]))
    expect(ask(answerTo(device), stranger)).toMatchObject({ to: device, answer: { mapped: stranger } })
    expect(all('stun-sent').at(-1)?.because).toBe('RESPONSE-ADDRESS 192.0.2.10:7547')
  })

  test('is followed to another port of the host that asks', () => {
    const { ask } = createTestHandler()
    expect(ask(answerTo(device), secondary)).toMatchObject({ to: device, answer: { mapped: secondary } })
  })

  test('is followed within the zone of a link-local address', () => {
    const { ask } = createTestHandler()
    const from = { address: 'fe80::1%eth0', port: 5000 }
    expect(ask(answerTo({ address: 'fe80::1', port: 6000 }), from)).toMatchObject({ to: { ...from, port: 6000 } })
  })

  test('is not followed to anybody else: this is no reflector', () => {
    const { ask, all } = createTestHandler()
    expect(ask(answerTo({ address: '198.51.100.99', port: 53 }))).toMatchObject({ to: device })
    expect(ask(answerTo({ ...device, port: 0 }))).toMatchObject({ to: device })
    expect(all('stun-sent').at(-1)?.because).toContain('the answer goes to who asked')
  })

  test('of a lie leads to who was told', () => {
    const { ask, handler } = createTestHandler()
    handler.policy = { ...ordinaryStunPolicy, mapped: ({ from }) => ({ address: '203.0.113.5', port: from.port }) }
    ask(bindingRequest([primary]))
    expect(ask(answerTo({ address: '203.0.113.5', port: device.port }), secondary)).toMatchObject({ to: device })
  })

  test('that is no address is passed over', () => {
    const { ask } = createTestHandler()
    const broken = bindingRequest([{ code: attributeTypes.responseAddress, value: Buffer.alloc(3) }])
    expect(ask(broken)).toMatchObject({ to: device })
  })
})

describe('a pretended NAT', () => {
  const nat = { address: '203.0.113.1', firstPort: 20_000, timeoutMs: 30_000 }
  const outside = (port: number) => ({ address: nat.address, port })
  const open = () => {
    const test = createTestHandler()
    test.handler.policy = { ...ordinaryStunPolicy, nat }
    return test
  }

  test('gives each source a port, as long as it is not silent for too long', () => {
    const { ask, all, time } = open()
    const mapped = () => ask(bindingRequest([primary]))?.answer?.mapped
    expect(mapped()).toEqual(outside(20_000))
    expect(ask(bindingRequest(), secondary)?.answer?.mapped).toEqual(outside(20_001))
    time.now = 30_000
    expect(mapped()).toEqual(outside(20_000))
    time.now = 60_001
    expect(mapped()).toEqual(outside(20_002))
    expect(all('stun-sent')[0]).toMatchObject({ to: device, truthful: false })
  })

  test('is before the device only', () => {
    const { ask } = open()
    expect(ask(bindingRequest([primary]), stranger)?.answer?.mapped).toEqual(stranger)
  })

  test('lets answers to a public place through while the binding is alive, and then no more', () => {
    const { ask, all, time } = open()
    ask(bindingRequest([primary]))
    time.now = 20_000
    expect(ask(answerTo(outside(20_000)), secondary)).toMatchObject({ to: device, answer: { mapped: outside(20_001) } })
    time.now = 30_001
    expect(ask(answerTo(outside(20_000)), secondary)).toBeUndefined()
    expect(all('stun-withheld')).toMatchObject([
      { because: 'the pretended NAT has no binding for RESPONSE-ADDRESS 203.0.113.1:20000 any more' },
    ])
  })

  test('is not kept open by what comes in, but by whatever goes out', () => {
    const { ask, handler, time } = open()
    ask(bindingRequest([primary]))
    time.now = 25_000
    ask(answerTo(outside(20_000)), secondary)
    time.now = 31_000
    expect(handler.realEndpoint(outside(20_000))).toBeUndefined()
    expect(handler.realEndpoint(outside(20_001))).toEqual(secondary)
    time.now = 54_000
    ask(Buffer.from('anything'), secondary)
    time.now = 80_000
    expect(handler.realEndpoint(outside(20_001))).toEqual(secondary)
  })

  test('a place it never gave leads to itself, a new binding does not revive the old place', () => {
    const { ask, handler, time } = open()
    ask(bindingRequest([primary]))
    time.now = 40_000
    ask(bindingRequest([primary]))
    expect(handler.realEndpoint(outside(20_000))).toBeUndefined()
    expect(handler.realEndpoint(outside(20_001))).toEqual(device)
    expect(handler.realEndpoint(outside(20_002))).toEqual(outside(20_002))
    expect(handler.realEndpoint(device)).toEqual(device)
  })

  test('nothing from outside reaches the real place of the device', () => {
    const { ask, all } = open()
    expect(ask(answerTo(device), secondary)).toBeUndefined()
    expect(all('stun-withheld')[0]?.because).toContain('behind the pretended NAT')
  })

  test('lasts as long as policies have it: silence in between changes nothing, another NAT begins anew', () => {
    const { ask, handler } = open()
    ask(bindingRequest([primary]))
    handler.policy = { ...handler.policy, answer: 'silent' }
    expect(ask(bindingRequest())).toBeUndefined()
    handler.policy = { ...handler.policy, answer: 'serve' }
    expect(ask(bindingRequest())?.answer?.mapped).toEqual(outside(20_000))
    handler.policy = { ...ordinaryStunPolicy, nat: { ...nat, firstPort: 30_000 } }
    expect(ask(bindingRequest())?.answer?.mapped).toEqual(outside(30_000))
    handler.policy = ordinaryStunPolicy
    expect(ask(bindingRequest())?.answer?.mapped).toEqual(device)
    expect(handler.realEndpoint(outside(30_000))).toEqual(device)
  })

  test('takes its ports from the first again after the last', () => {
    const { ask, handler, time } = createTestHandler()
    handler.policy = { ...ordinaryStunPolicy, nat: { ...nat, firstPort: 65_534 } }
    const ports = [0, 1, 2].map(round => {
      time.now = round * 40_000
      return ask(bindingRequest())?.answer?.mapped?.port
    })
    expect(ports).toEqual([65_534, 65_535, 65_534])
    expect(handler.realEndpoint(outside(65_534))).toEqual(device)
  })
})
