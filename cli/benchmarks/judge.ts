import { join } from 'node:path'
import { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import { timelineFileName } from '../../harness/timeline/file.ts'
import { keepSecrets } from '../../harness/timeline/redactor.ts'
import { buildRunRecord } from '../../reports/build-run-record.ts'
import { catalogue } from '../../suites/catalogue/catalogue.ts'
import { judgeRun } from '../../suites/judge-run.ts'
import { asCaptured } from '../../suites/passive/as-captured.ts'
import { scenarios } from '../../suites/scenarios.ts'
import { openSimulatedBench, simulatedProfile } from '../../suites/simulated-bench.ts'
import { thisTool } from '../tool.ts'
import type { Benchmark, BenchmarkConditions, Figure } from './benchmark.ts'
import { connreqScript, endOf, startScript } from './child-process.ts'
import { longTimeline, writeTimeline } from './long-timeline.ts'
import { median } from './statistics.ts'

const entryCount = 1_000_000
const targetSeconds = 10

/** `connreq judge` of very long evidence, as far as the judges go: a run with many repetitions, and a capture. */
export const judgeOfManyEntries: Benchmark = {
  name: 'judge',
  about: 'judge of 1,000,000 timeline entries, of a run and of a capture, until the run record',
  async measure({ clock, directory, quick, say }) {
    const run = await recordedRun()
    say(`A run of ${run.length} entries, repeated until there are ${entryCount}.`)
    const figures: Figure[] = []
    for (const [name, once] of [
      ['judge-run', run],
      ['judge-capture', asCaptured(run, { decrypted: true })],
    ] as const) {
      const entries = longTimeline(once, entryCount)
      const seconds = Array.from({ length: quick ? 1 : 3 }, () => secondsOf(clock, () => void judge(entries)))
      figures.push({
        name,
        value: Number(median(seconds).toFixed(2)),
        unit: 's',
        target: targetSeconds,
        note: `judge of ${entries.length} timeline entries and its run record; median of ${seconds.length}`,
      })
    }
    figures.push(await judgeCommand(longTimeline(run, entryCount), { clock, directory, quick }))
    return figures
  },
}

/** The whole command on a file: starting, reading, judging, and saying it. */
async function judgeCommand(
  entries: readonly Entry[],
  { clock, directory, quick }: Pick<BenchmarkConditions, 'clock' | 'directory' | 'quick'>,
): Promise<Figure> {
  const path = join(directory, timelineFileName)
  const megabytes = writeTimeline(path, entries) / 1e6
  const seconds: number[] = []
  for (let round = 1; round <= (quick ? 1 : 3); round++) {
    await using process = startScript(connreqScript, ['judge', path], clock)
    seconds.push(((await endOf(process, [0, 1, 3])) - process.startedAt) / 1000)
  }
  return {
    name: 'judge-command',
    value: Number(median(seconds).toFixed(2)),
    unit: 's',
    target: targetSeconds,
    note: `connreq judge of a timeline.jsonl of ${entries.length} entries, ${megabytes.toFixed(0)} MB; median of ${seconds.length}`,
  }
}

function judge(entries: readonly Entry[]) {
  const outcomes = judgeRun(entries)
  return buildRunRecord({ entries, outcomes, requirements: catalogue, provenBy: new Map() })
}

function secondsOf(clock: BenchmarkConditions['clock'], work: () => void): number {
  const begunAt = clock.now()
  work()
  return (clock.now() - begunAt) / 1000
}

/** Every scenario with the conforming simulated device, in virtual time. */
async function recordedRun(): Promise<Entry[]> {
  await using bench = await openSimulatedBench({
    clock: createVirtualClock(),
    profile: simulatedProfile({ scheme: 'none' }),
    redactor: keepSecrets,
    about: { tool: thisTool(), node: process.version, platform: process.platform },
    device: { faults: [], variants: [] },
  })
  await bench.meet()
  bench.plan(scenarios)
  for (const scenario of scenarios) await bench.play(scenario)
  await bench.finish('completed')
  return [...bench.timeline.entries]
}
