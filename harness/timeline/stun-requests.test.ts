import { describe, expect, test } from 'vitest'
import type { Entry, EntryOf } from './entry.ts'
import {
  attributeOf,
  bindingRequests,
  hasAttribute,
  isBindingRequest,
  isPrimaryRequest,
  stunCodes,
} from './stun-requests.ts'
import { timelineOf } from './timeline.ts'

const device = { address: '192.0.2.7', port: 3000 }
const server = { address: '192.0.2.1', port: 3478 }
const binding = stunCodes.connectionRequestBinding

let seq = 0
const received = (
  transaction: string,
  {
    attributes = [] as number[],
    from = device,
    code = 0x0001,
    ofDeviceUnderTest = true,
    retransmissionOf = undefined as number | undefined,
  } = {},
): EntryOf<'stun-received'> => ({
  ...{ seq: ++seq, at: seq, type: 'stun-received', from, to: server, problems: [], raw: { length: 20 } },
  message: {
    ...{ code, name: 'Binding Request', transaction, magicCookie: false },
    attributes: attributes.map(each => ({ code: each, name: 'any', length: 0, hex: '' })),
  },
  ofDeviceUnderTest,
  ...(retransmissionOf === undefined ? {} : { retransmissionOf }),
})
const sent = (answers: number): EntryOf<'stun-sent'> => ({
  ...{ seq: ++seq, at: seq, type: 'stun-sent', to: device, answers, raw: { length: 20 } },
  message: { code: 0x0101, name: 'Binding Response', transaction: '', magicCookie: false, attributes: [] },
})
const requestsIn = (...entries: Entry[]) => bindingRequests(timelineOf(entries))

describe('a request from the primary port', () => {
  test.each([
    ['with CONNECTION-REQUEST-BINDING', received('a', { attributes: [stunCodes.username, binding] }), true],
    ['without', received('a', { attributes: [stunCodes.username] }), false],
    ['with nothing', received('a'), false],
    ['of another device', received('a', { attributes: [binding], ofDeviceUnderTest: false }), false],
    ['that is no Binding Request', received('a', { attributes: [binding], code: 0x0002 }), false],
    ['that is a response', received('a', { attributes: [binding], code: 0x0101 }), false],
  ])('%s', (_which, entry, primary) => {
    expect(isPrimaryRequest(entry)).toBe(primary)
  })
})

test('an attribute is the first of its type', () => {
  const entry = received('a', { attributes: [stunCodes.username, binding, binding] })
  expect(attributeOf(entry, binding)).toBe(entry.message.attributes[1])
  expect(hasAttribute(entry, binding)).toBe(true)
  expect(attributeOf(entry, stunCodes.bindingChange)).toBeUndefined()
  expect(hasAttribute(entry, stunCodes.bindingChange)).toBe(false)
})

test('MAPPED-ADDRESS has the number of a Binding Request, and is none', () => {
  expect(isBindingRequest(received('a', { attributes: [stunCodes.mappedAddress], code: 0x0101 }))).toBe(false)
  expect(isBindingRequest(received('a'))).toBe(true)
})

describe('Binding Requests', () => {
  test('are those of the device, in order, with what they were answered', () => {
    const [one, other] = [received('a'), received('b', { attributes: [binding] })]
    const [toOther, toOne] = [sent(other.seq), sent(one.seq)]
    expect(requestsIn(one, other, toOther, toOne)).toEqual([
      { entry: one, copies: [one], answer: toOne },
      { entry: other, copies: [other], answer: toOther },
    ])
  })

  test('of others, and what is none, are passed over', () => {
    const stranger = received('a', { ofDeviceUnderTest: false })
    expect(requestsIn(stranger, received('b', { code: 0x0101 }), sent(stranger.seq))).toEqual([])
  })

  test('have their copies with them, however far apart, and the first answer to any', () => {
    const first = received('a')
    const between = received('b')
    const [second, third] = [received('a', { retransmissionOf: first.seq }), received('a')]
    const [early, late] = [sent(second.seq), sent(first.seq)]
    expect(requestsIn(first, between, second, early, late, third)).toEqual([
      { entry: first, copies: [first, second, third], answer: early },
      { entry: between, copies: [between], answer: undefined },
    ])
  })

  test('with the same transaction id from another place are others', () => {
    const entries = [
      received('a'),
      received('a', { from: { ...device, port: 3001 } }),
      received('a', { from: { ...device, address: '192.0.2.8' } }),
    ]
    expect(requestsIn(...entries).map(({ entry }) => entry)).toEqual(entries)
  })

  test('are not mixed up by the way an address and a port are written together', () => {
    const entries = [
      received('a', { from: { address: '::1', port: 11 } }),
      received('a', { from: { address: '::1:1', port: 1 } }),
    ]
    expect(requestsIn(...entries)).toHaveLength(2)
  })

  test('were answered also where the answer stands in a stretch without the request', () => {
    const request = received('a')
    expect(requestsIn(sent(request.seq))).toEqual([])
    expect(requestsIn(request)).toEqual([{ entry: request, copies: [request], answer: undefined }])
  })
})
