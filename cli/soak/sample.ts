import { readdirSync, readFileSync } from 'node:fs'
import { usedBytes } from '../../harness/fuzzing/used-bytes.ts'
import { bytesIn } from '../benchmarks/process-memory.ts'
import type { Sample } from './growth.ts'

/** Turns of the event loop in which timers get to be stopped. After five calm ones virtual time goes on to the next. */
const turnsToStop = 3
/** Turns of the event loop in which what was closed gets to be gone. */
const turnsToClose = 20

/**
 * What this process holds, once what was closed is gone and the garbage is collected.
 * @param done what was done until now
 * @param timers that wait
 */
export async function takeSample(done: number, timers: () => number): Promise<Sample> {
  await turnsOf(turnsToStop)
  const waiting = timers()
  await turnsOf(turnsToClose)
  // What a first collection finalises, a second takes away.
  usedBytes()
  await turnsOf(1)
  const heap = usedBytes()
  return {
    done,
    heap,
    rss: bytesIn(readFileSync('/proc/self/status', 'utf8'), 'VmRSS'),
    descriptors: readdirSync('/proc/self/fd').length,
    resources: process.getActiveResourcesInfo().length,
    timers: waiting,
  }
}

async function turnsOf(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(resolve => setImmediate(resolve))
}
