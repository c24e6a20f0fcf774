import { describe, expect, test } from 'vitest'
import { attributeTypes } from './attribute-types.ts'
import { standardIntegrity, withIntegrity } from './message-integrity.ts'
import { ordinaryStunPolicy, type StunPolicy } from './stun-policy.ts'
import {
  bindingRequest,
  createTestHandler,
  device,
  named,
  primary,
  secondary,
  stranger,
  transactionOf,
  username,
} from './test-handler.ts'
import { matchingIntegrity } from './message-integrity.ts'

const lie = { address: '203.0.113.5', port: 6000 }

describe('an ordinary server', () => {
  test('tells where a request came from, in MAPPED-ADDRESS first and in XOR-MAPPED-ADDRESS', () => {
    const { ask, all, sent, message } = createTestHandler()
    expect(ask(bindingRequest([primary]))).toEqual({
      to: device,
      answer: { code: 0x0101, transaction: '0123456789abcde\0', mapped: device, problems: [] },
    })
    expect(message(sent[0]?.datagram ?? Buffer.alloc(20)).attributes.map(({ code }) => code)).toEqual([
      attributeTypes.mappedAddress,
      attributeTypes.xorMappedAddress,
    ])
    expect(all('stun-sent')).toMatchObject([{ answers: 1, to: device, mapped: device, truthful: true }])
    const [{ message: record } = { message: undefined }] = all('stun-sent')
    expect(record?.attributes.map(({ address }) => address)).toEqual([device, device])
  })

  test('writes down what came', () => {
    const { ask, all } = createTestHandler()
    ask(bindingRequest([primary, named(`${username}    `)]))
    ask(bindingRequest(), stranger)
    expect(all('stun-received')).toMatchObject([
      { from: device, to: { port: 3478 }, username, ofDeviceUnderTest: true, problems: [] },
      { from: stranger, ofDeviceUnderTest: false },
    ])
    expect(all('stun-received')[0]?.message.attributes[1]).toMatchObject({
      name: 'USERNAME',
      length: 12,
      text: username,
    })
    expect(all('stun-received')[1]).not.toHaveProperty('username')
  })

  test('knows the device by its user name at another place', () => {
    const { ask, all } = createTestHandler()
    ask(bindingRequest([named(`${username}\0\0\0\0`)]), stranger)
    expect(all('stun-received')[0]?.ofDeviceUnderTest).toBe(true)
  })

  test('answers in spite of attributes that nobody knows', () => {
    const { ask, all } = createTestHandler()
    expect(ask(bindingRequest([{ code: 0x7777, value: Buffer.alloc(4) }]))?.answer?.mapped).toEqual(device)
    expect(all('stun-received')[0]?.problems).toMatchObject([{ code: 'unknown-mandatory-attribute' }])
  })

  test('answers a CHANGE-REQUEST without flags, and 420 to one that asks for what it has not', () => {
    const { ask, all } = createTestHandler()
    const change = (flags: number) =>
      bindingRequest(
        [{ code: attributeTypes.changeRequest, value: Buffer.from([0, 0, 0, flags]) }],
        transactionOf(flags),
      )
    expect(ask(change(0))?.answer?.mapped).toEqual(device)
    for (const flags of [2, 4, 6]) expect(ask(change(flags))?.answer).toMatchObject({ code: 0x0111, error: 420 })
    expect(all('stun-sent').map(({ because }) => because !== undefined)).toEqual([false, true, true, true])
  })

  test('gives no shared secrets over UDP', () => {
    const { ask } = createTestHandler()
    const request = bindingRequest()
    request.writeUInt16BE(0x0002, 0)
    expect(ask(request)?.answer).toMatchObject({ code: 0x0112, error: 433 })
  })

  test('answers nothing that is no request', () => {
    const { ask, all } = createTestHandler()
    for (const code of [0x0101, 0x0111, 0x0112, 0x0011, 0x0003]) {
      const datagram = bindingRequest()
      datagram.writeUInt16BE(code, 0)
      expect(ask(datagram)).toBeUndefined()
    }
    expect(all('stun-received')).toHaveLength(5)
  })

  test('notes what is no STUN message, and the beginning of what is too long', () => {
    const { ask, all } = createTestHandler()
    expect(ask(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'))).toBeUndefined()
    expect(ask(Buffer.alloc(3000), stranger)).toBeUndefined()
    expect(all('datagram-received')).toMatchObject([
      { from: device, ofDeviceUnderTest: true, raw: { text: 'HTTP/1.1 200 OK\r\n\r\n', length: 19 } },
      {
        from: stranger,
        ofDeviceUnderTest: false,
        problem: 'it is longer than 2048 bytes',
        raw: { length: 3000, cut: 2488 },
      },
    ])
  })

  test('sends nothing to port 0', () => {
    const { ask, all } = createTestHandler()
    expect(ask(bindingRequest(), { ...device, port: 0 })).toBeUndefined()
    expect(all('stun-withheld')).toMatchObject([{ answers: 1, because: 'there is no port 0 to answer to' }])
  })

  test('says when the network did not take an answer', () => {
    const { ask, all, sent } = createTestHandler()
    ask(bindingRequest())
    sent[0]?.fail(new Error('send ENETUNREACH'))
    expect(all('stun-withheld')).toMatchObject([{ answers: 1, because: expect.stringContaining('ENETUNREACH') }])
  })
})

describe('policies', () => {
  test('a lie about the mapped address, which leads to who was told', () => {
    const { ask, all, handler } = createTestHandler()
    handler.policy = { ...ordinaryStunPolicy, mapped: ({ from }) => ({ ...lie, port: from.port }) }
    expect(ask(bindingRequest([primary]))).toMatchObject({ to: device, answer: { mapped: { ...lie, port: 7547 } } })
    expect(all('stun-sent')).toMatchObject([{ truthful: false, mapped: { ...lie, port: 7547 } }])
    expect(handler.realEndpoint({ ...lie, port: 7547 })).toEqual(device)
    expect(handler.realEndpoint(lie)).toEqual(lie)
  })

  test('the same lie told to a secondary port still leads to the primary one, and to a later primary one', () => {
    const { ask, handler } = createTestHandler()
    handler.policy = { ...ordinaryStunPolicy, mapped: () => lie }
    ask(bindingRequest([primary]))
    ask(bindingRequest(), secondary)
    ask(bindingRequest([primary]), stranger)
    expect(handler.realEndpoint(lie)).toEqual(device)
    const moved = { ...device, port: 1024 }
    ask(bindingRequest([primary]), moved)
    expect(handler.realEndpoint(lie)).toEqual(moved)
  })

  test('silence', () => {
    const { ask, all, handler } = createTestHandler()
    handler.policy = { answer: 'silent' }
    expect(ask(bindingRequest())).toBeUndefined()
    expect(all('stun-withheld')).toMatchObject([{ answers: 1, because: 'the scenario keeps the server silent' }])
  })

  test('401 until a request is authenticated', () => {
    const { ask, all, handler, sent, message } = createTestHandler()
    handler.policy = { answer: 'unauthorised' }
    handler.learn({ username, password: 'secret' })
    const plain = bindingRequest([primary, named(`${username}    `)])
    expect(ask(plain)?.answer).toMatchObject({ code: 0x0111, error: 401, problems: [] })
    expect(ask(withIntegrity(plain, 'wrong', standardIntegrity))?.answer).toMatchObject({ error: 401 })
    expect(ask(withIntegrity(plain, 'secret', standardIntegrity))?.answer).toMatchObject({ mapped: device })
    expect(all('stun-received').map(({ integrity }) => integrity)).toEqual([undefined, [], [standardIntegrity]])
    expect(all('stun-sent').map(({ because }) => because)).toEqual([
      'the scenario asks for MESSAGE-INTEGRITY',
      'its MESSAGE-INTEGRITY matches nothing',
      undefined,
    ])
    const response = sent.at(-1)?.datagram ?? Buffer.alloc(20)
    expect(matchingIntegrity(response, message(response), 'secret')).toEqual([standardIntegrity])
    handler.learn({ username, password: 'another' })
    expect(ask(withIntegrity(plain, 'secret', standardIntegrity))?.answer).toMatchObject({ error: 401 })
  })

  test('401 in any case', () => {
    const { ask, handler } = createTestHandler()
    handler.policy = { answer: 'refuse' }
    handler.learn({ username, password: 'secret' })
    const signed = withIntegrity(bindingRequest([primary, named(username)]), 'secret', standardIntegrity)
    expect(ask(signed)?.answer).toMatchObject({ error: 401 })
  })

  test('by request: they see what came, and count anew when they are set', () => {
    const { ask, handler } = createTestHandler()
    const seen: unknown[] = []
    const policy = {
      answer: ({
        seq,
        nth,
        ...rest
      }: {
        seq: number
        nth: number
        primary: boolean
        bindingChange: boolean
        retransmission: boolean
      }) => {
        seen.push([seq, nth, rest.primary, rest.bindingChange, rest.retransmission])
        return nth === 0 ? ('silent' as const) : ('serve' as const)
      },
    }
    handler.policy = policy
    const change = bindingRequest([primary, { code: attributeTypes.bindingChange, value: Buffer.alloc(0) }])
    expect(ask(change)).toBeUndefined()
    expect(ask(bindingRequest(), stranger)).toBeUndefined()
    expect(ask(change)?.answer?.mapped).toEqual(device)
    handler.policy = policy
    expect(ask(bindingRequest([], transactionOf(1)))).toBeUndefined()
    expect(seen).toEqual([
      [1, 0, true, true, false],
      [3, 0, false, false, false],
      [5, 1, true, true, true],
      [7, 0, false, false, false],
    ])
  })
})

describe('a policy that fails', () => {
  test.each<[string, StunPolicy]>([
    [
      'by throwing for the answer',
      {
        answer() {
          throw new Error('It does not know.')
        },
      },
    ],
    [
      'by throwing for the address',
      {
        answer: 'serve',
        mapped() {
          throw new Error('It does not know.')
        },
      },
    ],
    ['by an address that is none', { answer: 'serve', mapped: () => ({ address: 'a.example', port: 1 }) }],
    ['by a port that is none', { answer: 'serve', mapped: () => ({ address: '192.0.2.1', port: 65_536 }) }],
  ])('%s is an error of ours, and the server serves on', (_, policy) => {
    const { ask, all, handler } = createTestHandler()
    handler.policy = policy
    expect(ask(bindingRequest())).toBeUndefined()
    expect(all('harness-error')).toHaveLength(1)
    expect(all('stun-withheld')).toMatchObject([{ answers: 1 }])
    handler.policy = ordinaryStunPolicy
    expect(ask(bindingRequest([], transactionOf(1)))?.answer?.mapped).toEqual(device)
  })

  test('says so no oftener than datagrams are written down', () => {
    const { ask, all, handler } = createTestHandler({ recordedPerSourcePerSecond: 2 })
    handler.policy = {
      answer() {
        throw new Error('It does not know.')
      },
    }
    for (let number = 0; number < 5; number++) ask(bindingRequest([], transactionOf(number)), stranger)
    expect(all('harness-error')).toHaveLength(2)
  })
})

describe('retransmissions', () => {
  test('are known by transaction id and source for 10 s, and answered alike', () => {
    const { ask, all, time } = createTestHandler()
    for (const now of [0, 100, 9999, 10_001]) {
      time.now = now
      expect(ask(bindingRequest())?.answer?.mapped).toEqual(device)
    }
    ask(bindingRequest(), secondary)
    ask(bindingRequest([], transactionOf(1)))
    expect(all('stun-received').map(({ retransmissionOf }) => retransmissionOf)).toEqual([
      undefined,
      1,
      1,
      undefined,
      undefined,
      undefined,
    ])
  })

  test('only so many requests are remembered, and others do not push out the device', () => {
    const { ask, all } = createTestHandler({ remembered: 2 })
    ask(bindingRequest())
    for (let number = 0; number < 3; number++) ask(bindingRequest([], transactionOf(number)), stranger)
    ask(bindingRequest())
    ask(bindingRequest([], transactionOf(2)), stranger)
    ask(bindingRequest([], transactionOf(0)), stranger)
    expect(
      all('stun-received')
        .map(({ retransmissionOf }) => retransmissionOf)
        .slice(-3),
    ).toEqual([1, 7, undefined])
  })
})
