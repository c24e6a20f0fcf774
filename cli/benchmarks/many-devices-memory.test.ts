import { expect, test } from 'vitest'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { followSharedMemory, kilobytesIn } from './many-devices-memory.ts'

test('shared and resident memory are read from the rollup of a process', () => {
  const text = '0-7ff ---p 00000000 00:00 0 [rollup]\nRss:    84000 kB\nPss:    51234 kB\nPss_Dirty: 40000 kB\n'
  expect([kilobytesIn(text, 'Rss'), kilobytesIn(text, 'Pss'), kilobytesIn('', 'Pss')]).toEqual([84_000, 51_234, 0])
})

test.runIf(process.platform === 'linux')('pages that processes share count for less', async () => {
  const over = new AbortController()
  const following = followSharedMemory(process.pid, over.signal, createRealClock())
  over.abort()
  const { pss, rss, processes } = await following
  expect(processes).toBeGreaterThan(0)
  expect(pss).toBeGreaterThan(10_000_000)
  expect(pss).toBeLessThanOrEqual(rss)
})
