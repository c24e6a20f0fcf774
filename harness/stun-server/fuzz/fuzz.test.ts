import { expect, test } from 'vitest'
import { fuzz } from './fuzz.ts'
import { mutatedMessage } from './mutate.ts'
import { createRandom } from '../../fuzzing/random.ts'
import { checkAnswer } from './valid-answer.ts'

test('5000 mutated datagrams break nothing', { timeout: 30_000 }, async () => {
  const report = await fuzz({ count: 5000, seed: 7 })
  expect(report.crashes).toEqual([])
  expect(report).toMatchObject({ inputs: 5000, throughSocket: 250, servesOn: true })
  expect(report.answered).toBeGreaterThan(1000)
  expect(report.longestMs).toBeLessThan(1000)
  expect(report.growthBytes).toBeLessThan(50 * 1024 * 1024)
})

test('the same seed gives the same inputs, another one others', () => {
  const inputs = (seed: number) => Array.from({ length: 20 }, (_, input) => mutatedMessage(createRandom(seed + input)))
  expect(inputs(1)).toEqual(inputs(1))
  expect(inputs(1)).not.toEqual(inputs(1000))
})

test.each([
  ['No STUN message', Buffer.from('HTTP/1.1 200 OK, and more'), 1],
  ['No answer', Buffer.from(`00010000${'61'.repeat(16)}`, 'hex'), 1],
  ['Another transaction id', Buffer.from(`01010000${'62'.repeat(16)}`, 'hex'), 1],
  ['MAPPED-ADDRESS does not come first', Buffer.from(`01010000${'61'.repeat(16)}`, 'hex'), 1],
  ['1 bytes follow the last attribute', Buffer.from(`01110001${'61'.repeat(16)}00`, 'hex'), 1],
  ['Nothing can be sent there', Buffer.from(`01010000${'61'.repeat(16)}`, 'hex'), 0],
])('an answer is noticed that is none: %s', (problem, answer, port) => {
  const request = Buffer.from(`00010000${'61'.repeat(16)}`, 'hex')
  expect(() => checkAnswer(request, answer, { address: '192.0.2.10', port })).toThrow(problem)
})
