import { expect, test } from 'vitest'
import type { Conversation } from '../../harness/scenario.ts'
import type { UdpAsk } from '../../harness/udp-bench.ts'
import { forge } from './forgery.ts'

/** Forges a request to a device that remembers what it was sent, or not. @returns the ts of requests, and the last one */
async function forged({ remembers = false, acceptsForgeries = false } = {}) {
  let last = 1000
  let remembered = 0
  const sent: number[] = []
  const timestamps = {
    next: () => ++last,
    used: (ts: number) => {
      last = Math.max(last, ts)
    },
  }
  const udp = {
    lab: { requester: { timestamps } },
    ask: async (_label: string, { defects, authorised = false }: UdpAsk) => {
      const ts = Number(defects?.values?.ts)
      expect(authorised).toBe(false)
      sent.push(ts)
      if (remembers) remembered = ts
    },
    knock: async () => {
      const ts = timestamps.next()
      sent.push(ts)
      return { session: ts > remembered ? {} : undefined }
    },
  }
  const bench = { udp, rest: async () => undefined }
  await forge({ bench, mark: () => undefined, watch: async () => 'over' } as unknown as Conversation, {
    acceptsForgeries,
  })
  return { sent, last }
}

test('a forged ts is far ahead, and right ones go on as before it', async () => {
  const { sent, last } = await forged()
  const [ahead = 0, right] = sent
  expect(sent).toHaveLength(2)
  expect(right).toBe(1002)
  expect(ahead - 1000).toBeGreaterThan(300)
  expect(last).toBe(1002)
})

test('where it was remembered, all later ones are above it', async () => {
  const { sent, last } = await forged({ remembers: true })
  const [ahead = 0, right = 0, above = 0] = sent
  expect(right).toBeLessThan(ahead)
  expect(above).toBeGreaterThan(ahead)
  expect(last).toBe(above)
})

test('nothing is forged to a device that accepts any signature', async () => {
  expect((await forged({ acceptsForgeries: true })).sent).toEqual([])
})
