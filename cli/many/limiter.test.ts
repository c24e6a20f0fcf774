import { expect, test } from 'vitest'
import { createLimiter } from './limiter.ts'

test('so many pass at a time, in their order, and who leaves twice counts once', async () => {
  const limiter = createLimiter(2)
  const inside: number[] = []
  const leave: (() => void)[] = []
  const all = [1, 2, 3, 4, 5].map(async number => {
    leave[number] = await limiter.pass()
    inside.push(number)
  })
  await all[1]
  expect(inside).toEqual([1, 2])
  leave[1]?.()
  leave[1]?.()
  await all[2]
  expect(inside).toEqual([1, 2, 3])
  limiter.allow(4)
  await Promise.all(all)
  expect(inside).toEqual([1, 2, 3, 4, 5])
})
