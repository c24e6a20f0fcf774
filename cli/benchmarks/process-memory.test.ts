import { expect, test } from 'vitest'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { bytesIn, followMemory } from './process-memory.ts'

const status = 'Name:\tnode\nVmPeak:\t  900000 kB\nVmHWM:\t   52340 kB\nVmRSS:\t   50000 kB\n'

test('peak and present resident memory are read from the status of a process', () => {
  expect(bytesIn(status, 'VmHWM')).toBe(52_340 * 1024)
  expect(bytesIn(status, 'VmRSS')).toBe(50_000 * 1024)
  expect(bytesIn('', 'VmHWM')).toBe(0)
})

test.runIf(process.platform === 'linux')('a process that has ended already leaves its last look', async () => {
  const memory = await followMemory(process.pid, Promise.resolve(), createRealClock())
  const own = memory.processes[0]
  expect(own?.pid).toBe(process.pid)
  expect(own?.bytes).toBeGreaterThan(10_000_000)
  expect(memory.atOnceBytes).toBeGreaterThan(10_000_000)
})
