import { expect, test } from 'vitest'
import { bindingRequest, createTestHandler, device, stranger, transactionOf } from './test-handler.ts'

const limits = {
  recordedAtOnce: 10,
  recordedPerSecond: 10,
  recordedOfOthersPerSecond: 6,
  recordedPerSourcePerSecond: 4,
  recordedOfOthers: 9,
}

const flood = (count: number, from: typeof device, test: ReturnType<typeof createTestHandler>) => {
  for (let number = 0; number < count; number++) test.ask(bindingRequest([], transactionOf(number)), from)
}

test('so much from one source is written down, so much from all; everything is answered', () => {
  const test = createTestHandler(limits)
  flood(20, stranger, test)
  expect(test.all('stun-received')).toHaveLength(4)
  flood(20, { ...stranger, address: '198.51.100.21' }, test)
  expect(test.all('stun-received')).toHaveLength(6)
  flood(20, device, test)
  expect(test.all('stun-received')).toHaveLength(10)
  expect(test.sent).toHaveLength(60)
  expect(test.all('stun-sent')).toHaveLength(10)
  expect(test.all('datagrams-not-recorded')).toEqual([])
})

test('what was not written down is counted with the first datagram of another second', () => {
  const test = createTestHandler(limits)
  flood(20, stranger, test)
  test.time.now = 999
  flood(1, stranger, test)
  test.time.now = 1000
  test.ask(Buffer.from('no STUN message'), device)
  expect(test.all('datagrams-not-recorded')).toMatchObject([{ count: 17, from: stranger }])
  expect(test.all('datagram-received')).toHaveLength(1)
})

test('or when the server closes, once', () => {
  const test = createTestHandler(limits)
  flood(5, stranger, test)
  test.handler.close()
  test.handler.close()
  expect(test.all('datagrams-not-recorded')).toMatchObject([{ count: 1 }])
})

test('others fill no more than their share of the run', () => {
  const test = createTestHandler(limits)
  for (const now of [0, 1000, 2000, 3000]) {
    test.time.now = now
    flood(4, stranger, test)
    flood(1, device, test)
  }
  const ofDevice = test.all('stun-received').map(({ ofDeviceUnderTest }) => ofDeviceUnderTest)
  expect(ofDevice.filter(is => is)).toHaveLength(4)
  expect(ofDevice.filter(is => !is)).toHaveLength(9)
})

test('policies are told that there is no entry', () => {
  const test = createTestHandler({ ...limits, recordedPerSourcePerSecond: 1 })
  const numbers: number[] = []
  test.handler.policy = {
    answer({ seq }) {
      numbers.push(seq)
      return 'silent'
    },
  }
  flood(2, stranger, test)
  expect(numbers).toEqual([1, 0])
  expect(test.all('stun-withheld')).toHaveLength(1)
})
