import { readFileSync } from 'node:fs'
import type { Clock, Milliseconds } from '../../harness/clock/clock.ts'

/** How often the processes are looked at. A peak that passed in between is not lost: Linux keeps it (VmHWM). */
const everyMs: Milliseconds = 25

/** The peak memory of one process, in bytes of resident memory. */
export interface PeakMemory {
  pid: number
  bytes: number
}

/** Peaks of a process and of all processes below it. */
export interface ProcessTreeMemory {
  /** The process itself first, then the others in the order in which they came. */
  processes: PeakMemory[]
  /** The most that all of them held at one moment. */
  atOnceBytes: number
}

/**
 * Follows the memory of a process and of those it starts, until the process has ended; Linux only.
 * Pages that two processes share (the Node binary itself) are counted in each.
 */
export async function followMemory(pid: number, ended: Promise<unknown>, clock: Clock): Promise<ProcessTreeMemory> {
  const peaks = new Map<number, number>()
  let atOnceBytes = 0
  const over = new AbortController()
  const stop = () => over.abort()
  ended.then(stop, stop)
  while (!over.signal.aborted) {
    let sum = 0
    for (const member of processTree(pid)) {
      const status = read(`/proc/${member}/status`)
      peaks.set(member, Math.max(peaks.get(member) ?? 0, bytesIn(status, 'VmHWM')))
      sum += bytesIn(status, 'VmRSS')
    }
    atOnceBytes = Math.max(atOnceBytes, sum)
    await clock.sleep(everyMs)
  }
  return { processes: [...peaks].map(([member, bytes]) => ({ pid: member, bytes })), atOnceBytes }
}

/** A line `VmHWM:   101232 kB` of /proc/PID/status in bytes; 0 where it is missing. */
export function bytesIn(status: string, name: 'VmHWM' | 'VmRSS'): number {
  const kilobytes = new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1]
  return Number(kilobytes ?? 0) * 1024
}

/** A process and all below it; itself first. Linux only. */
export function processTree(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)
  return [pid, ...children.flatMap(processTree)]
}

/** Empty where the process is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
