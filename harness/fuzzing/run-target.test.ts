import { describe, expect, test } from 'vitest'
import { createRealClock } from '../clock/real-clock.ts'
import { type Ingredients, mutated } from './mutation.ts'
import { createRandom } from './random.ts'
import { runTarget } from './run-target.ts'
import { shrink } from './shrink.ts'
import type { OpenTarget } from './target.ts'

const ingredients: Ingredients = { samples: [Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')], tokens: ['!', ': '] }

const targetThat = (feed: OpenTarget['feed']): OpenTarget => ({
  make: random => mutated(random, ingredients),
  feed,
  async [Symbol.asyncDispose]() {},
})

const run = (feed: OpenTarget['feed'], { count = 200, seed = 1 } = {}) =>
  runTarget(targetThat(feed), { count, seed, clock: createRealClock() })

describe('a target that breaks', () => {
  test('is told with the input, the error and the least that breaks it', async () => {
    const feed = (input: Buffer) => {
      if (input.includes('!')) throw new Error('An exclamation mark.')
    }
    const { crashes, inputs } = await run(feed)
    expect(crashes.length).toBe(5)
    expect(inputs).toBeLessThan(200)
    for (const { input, error, smallest } of crashes) {
      expect(error).toContain('An exclamation mark.')
      expect(smallest.toString()).toBe('!')
      expect(() => feed(mutated(createRandom(1_000_003 + input), ingredients))).toThrow('An exclamation mark.')
    }
  })

  test('is also seen where nobody waits for it', async () => {
    const { crashes } = await run(
      async input => {
        if (input.includes('!')) void Promise.reject(new Error('Nobody waits.'))
        await Promise.resolve()
      },
      { count: 60 },
    )
    expect(crashes[0]?.error).toContain('not caught: Error: Nobody waits.')
    expect(crashes[0]?.smallest.toString()).toBe('!')
  })
})

test('a target that reads everything has no crashes, and its slowest input is named', async () => {
  let sum = 0
  const { crashes, inputs, longest } = await run(input => {
    for (const byte of input) sum += byte
  })
  expect({ crashes, inputs }).toEqual({ crashes: [], inputs: 200 })
  expect(sum).toBeGreaterThan(0)
  expect(longest.input).toBeLessThan(200)
})

test('the same seed gives the same inputs, another one others', () => {
  const inputs = (seed: number) =>
    Array.from({ length: 30 }, (_, input) => mutated(createRandom(seed + input), ingredients))
  expect(inputs(1)).toEqual(inputs(1))
  expect(inputs(1)).not.toEqual(inputs(1000))
})

test('an input is shrunk to what is needed of it, in its order', async () => {
  const noise = Buffer.from('x'.repeat(500))
  const input = Buffer.concat([noise, Buffer.from('ab'), noise, Buffer.from('c'), noise])
  const breaks = async (each: Buffer) => /ab.*c/.test(each.toString())
  expect((await shrink(input, breaks)).toString()).toBe('abc')
})
