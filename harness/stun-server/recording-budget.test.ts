import { expect, test } from 'vitest'
import { bindingRequest, createTestHandler, device, stranger, transactionOf } from './test-handler.ts'

const limits = {
  recordedAtOnce: 10,
  recordedPerSecond: 10,
  recordedOfOthersPerSecond: 6,
  recordedPerSourcePerSecond: 4,
  recordedOfOthers: 9,
  recordedOfDevice: 30,
  recordedOfDevicePerSecondThen: 2,
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

test('a flood of others that goes on and on leaves room for what the device sends', () => {
  const test = createTestHandler({ ...limits, recordedPerSecond: 2, recordedOfOthers: 10_000 })
  for (let now = 0; now < 20_000; now += 100) {
    test.time.now = now
    flood(10, stranger, test)
    if (now % 5000 === 0) flood(2, device, test)
  }
  const ofDevice = test.all('stun-received').map(({ ofDeviceUnderTest }) => ofDeviceUnderTest)
  expect(ofDevice.filter(is => is)).toHaveLength(8)
  expect(ofDevice.filter(is => !is).length).toBeGreaterThan(20)
})

test('a device that never stops, or who forges its address, is written down less and less, but never not at all', () => {
  const test = createTestHandler(limits)
  const perSecond = [0, 1000, 2000, 3000, 4000].map(now => {
    test.time.now = now
    const before = test.all('stun-received').length
    flood(15, device, test)
    return test.all('stun-received').length - before
  })
  expect(perSecond).toEqual([10, 10, 10, 2, 2])
  test.handler.close()
  expect(test.all('datagrams-not-recorded').map(({ count }) => count)).toEqual([5, 5, 5, 13, 13])
  expect(test.sent).toHaveLength(75)
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
