import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Milliseconds } from '../../harness/clock/clock.ts'
import { readTimelineFile, timelineFileName } from '../../harness/timeline/file.ts'
import type { Benchmark, BenchmarkConditions, Figure } from './benchmark.ts'
import { writeLongCapture } from './capture-traffic.ts'
import { connreqScript, endOf, runScript, startProgram, startScript } from './child-process.ts'
import { followMemory } from './process-memory.ts'
import { median } from './statistics.ts'

const readScript = fileURLToPath(new URL('./read-capture.js', import.meta.url))

/** A long capture, read into entries, beside tshark that only prints it. */
export const captureReading: Benchmark = {
  name: 'capture',
  about: 'reading a capture of 100 MB into entries: duration beside tshark alone, and peak memory',
  async measure(conditions) {
    const { clock, directory, quick, say } = conditions
    const run = join(directory, 'run')
    await runScript(connreqScript, ['run', '--out', run, '--reporter', 'terminal'], { clock, expected: [0, 1, 3] })
    const path = join(directory, 'long.pcapng')
    const bytes = (quick ? 20 : 100) * 1_000_000
    const packets = writeLongCapture(path, readTimelineFile(join(run, timelineFileName)).entries, bytes)
    say(`${packets} packets`)
    const ratios: number[] = []
    const times: Milliseconds[] = []
    const peaks: number[] = []
    for (let round = 1; round <= (quick ? 1 : 3); round++) {
      const alone = await printedByTshark(path, conditions)
      const { ms, peakBytes } = await read(path, conditions)
      times.push(ms)
      ratios.push(ms / alone)
      peaks.push(peakBytes)
    }
    return figuresOf({ times, ratios, peaks, size: `${bytes / 1e6} MB, ${packets} packets` })
  },
}

async function printedByTshark(path: string, { clock }: BenchmarkConditions): Promise<Milliseconds> {
  await using shell = startProgram('sh', ['-c', 'exec tshark -n -r "$0" > /dev/null 2>&1', path], clock)
  return (await endOf(shell)) - shell.startedAt
}

async function read(path: string, { clock }: BenchmarkConditions): Promise<{ ms: Milliseconds; peakBytes: number }> {
  await using reader = startScript(readScript, [path], clock)
  const { processes } = await followMemory(reader.pid, reader.ended, clock)
  const end = await endOf(reader)
  return { ms: end - reader.startedAt, peakBytes: processes[0]?.bytes ?? 0 }
}

function figuresOf(measured: { times: number[]; ratios: number[]; peaks: number[]; size: string }): Figure[] {
  const { times, ratios, peaks, size } = measured
  const seconds = median(times) / 1000
  const ratio = median(ratios)
  return [
    {
      name: 'capture-reading',
      value: seconds,
      unit: 's',
      // At most twice as long as tshark alone.
      target: (seconds / ratio) * 2,
      comparedWith: { what: 'tshark that prints it', value: seconds / ratio },
      ratio,
      note: `median of ${times.length}: ${size}`,
    },
    ...(process.platform === 'linux'
      ? [
          {
            name: 'capture-memory',
            value: Math.max(...peaks) / 1e6,
            unit: 'MB' as const,
            target: 500,
            note: `largest peak of ${peaks.length}, without tshark: ${size}`,
          },
        ]
      : []),
  ]
}
