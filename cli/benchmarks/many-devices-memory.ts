import { readFileSync } from 'node:fs'
import type { Clock, Milliseconds } from '../../harness/clock/clock.ts'
import { processTree } from './process-memory.ts'

/** Reading it costs the kernel a walk over all pages, so not too often. */
const everyMs: Milliseconds = 5000

/** What processes hold together, in bytes. */
export interface SharedMemory {
  /** Pages that several processes share (the Node binary) count once. */
  pss: number
  /** They count in each. */
  rss: number
  processes: number
}

/** The most that a process and all below it held at one moment, until `over` is aborted; Linux only. */
export async function followSharedMemory(pid: number, over: AbortSignal, clock: Clock): Promise<SharedMemory> {
  let most: SharedMemory = { pss: 0, rss: 0, processes: 0 }
  while (!over.aborted) {
    const now = memoryOf(processTree(pid))
    if (now.pss > most.pss) most = now
    await clock.sleep(everyMs, over).catch(() => undefined)
  }
  return most
}

/** What these processes hold now; one that is gone holds nothing. */
function memoryOf(pids: readonly number[]): SharedMemory {
  const all = pids.map(pid => rollup(pid))
  const sum = (key: 'Pss' | 'Rss') => all.reduce((total, text) => total + kilobytesIn(text, key) * 1024, 0)
  return { pss: sum('Pss'), rss: sum('Rss'), processes: all.filter(text => text !== '').length }
}

/** A line `Pss:   101232 kB` of /proc/PID/smaps_rollup. */
export const kilobytesIn = (text: string, key: 'Pss' | 'Rss'): number =>
  Number(new RegExp(`^${key}:\\s*(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0)

function rollup(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  } catch {
    return ''
  }
}
