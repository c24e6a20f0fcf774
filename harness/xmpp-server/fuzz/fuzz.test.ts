import { expect, test } from 'vitest'
import { fuzz } from './fuzz.ts'
import { mutatedConversation } from './mutate.ts'
import { createRandom } from '../../fuzzing/random.ts'

test('3000 mutated inputs break nothing', { timeout: 30_000 }, async () => {
  const report = await fuzz({ count: 3000, seed: 7 })
  expect(report.crashes).toEqual([])
  expect(report).toMatchObject({ inputs: 3000, throughServer: 60, servesOn: true })
  expect(report.longestMs).toBeLessThan(1000)
  expect(report.growthBytes).toBeLessThan(50 * 1024 * 1024)
})

test('the same seed gives the same inputs, another one others', () => {
  const inputs = (seed: number) =>
    Array.from({ length: 20 }, (_, input) => mutatedConversation(createRandom(seed + input)))
  expect(inputs(1)).toEqual(inputs(1))
  expect(inputs(1)).not.toEqual(inputs(1000))
})
