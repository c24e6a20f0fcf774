import { readFileSync } from 'node:fs'
import type { Milliseconds } from '../../../harness/clock/clock.ts'

/** Linux counts the time of processes in ticks of this length, whatever its own timer does. */
const tickMs: Milliseconds = 10

/** How long all threads of a process have been on a core until now; Linux only. */
export const processorTime = (pid: number): Milliseconds => processorTimeIn(readFileSync(`/proc/${pid}/stat`, 'utf8'))

/** The user and system time in the text of /proc/PID/stat, behind the name of the program, which may hold anything. */
export function processorTimeIn(stat: string): Milliseconds {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * tickMs
}
