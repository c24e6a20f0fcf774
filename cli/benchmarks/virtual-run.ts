import { join } from 'node:path'
import type { Milliseconds } from '../../harness/clock/clock.ts'
import type { Benchmark, BenchmarkConditions, Figure } from './benchmark.ts'
import { connreqScript, endOf, startScript } from './child-process.ts'
import { followMemory, type ProcessTreeMemory } from './process-memory.ts'
import { median } from './statistics.ts'

/** What `npm start` does: a whole run against the simulated device in virtual time, all reports included. */
export const virtualRun: Benchmark = {
  name: 'virtual-run',
  about: 'connreq run without a profile: duration and peak memory',
  async measure(conditions) {
    const durations: Milliseconds[] = []
    const memories: ProcessTreeMemory[] = []
    for (let run = 1; run <= (conditions.quick ? 1 : 3); run++) {
      const { ms, memory } = await play(join(conditions.directory, `run-${run}`), conditions)
      durations.push(ms)
      memories.push(memory)
    }
    return [
      {
        name: 'virtual-run',
        value: median(durations) / 1000,
        unit: 's',
        target: 20,
        note: `median of ${durations.length} runs with all reports`,
      },
      ...(process.platform === 'linux' ? memoryFigures(memories) : []),
    ]
  },
}

async function play(directory: string, { clock }: BenchmarkConditions) {
  await using connreq = startScript(connreqScript, ['run', '--out', directory], clock)
  const memory = await followMemory(connreq.pid, connreq.ended, clock)
  return { ms: (await endOf(connreq)) - connreq.startedAt, memory }
}

function memoryFigures(memories: readonly ProcessTreeMemory[]): Figure[] {
  const main = memories.map(({ processes }) => processes[0]?.bytes ?? 0)
  const playing = memories.map(({ processes }) => sum(processes.slice(1).map(({ bytes }) => bytes)))
  const count = `largest of ${memories.length} runs`
  const figure = (name: string, bytes: readonly number[], target: number | null, note: string): Figure => ({
    name,
    value: Math.max(...bytes) / 1e6,
    unit: 'MB',
    target,
    note: `${note}, ${count}`,
  })
  return [
    figure('memory-main', main, null, 'peak of the main process (Vitest, progress, reports)'),
    figure('memory-playing', playing, null, 'peak of the playing process (harness, suite, simulated device)'),
    figure(
      'memory-peaks',
      main.map((bytes, run) => bytes + (playing[run] ?? 0)),
      200,
      'sum of both peaks',
    ),
    figure(
      'memory-at-once',
      memories.map(({ atOnceBytes }) => atOnceBytes),
      null,
      'most that both held at one moment',
    ),
  ]
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
