import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { nearestWord } from '../../harness/device/nearest-word.ts'
import { explainFailure } from '../failure.ts'
import { packageRoot } from '../package-root.ts'
import { thisTool } from '../tool.ts'
import { UsageProblem } from '../usage-problem.ts'
import { informSessions } from './acs/inform-sessions.ts'
import { type Benchmark, type BenchReport, keepsTarget } from './benchmark.ts'
import { captureReading } from './capture.ts'
import { describeReport } from './describe-report.ts'
import { judgeOfManyEntries } from './judge.ts'
import { loadOfLastMinute, thisMachine } from './machine.ts'
import { manyDevices } from './many-devices.ts'
import { proofDuration } from './proof-duration.ts'
import { httpSuite, udpSuite, xmppSuite } from './real-time-suite.ts'
import { reportPage } from './report/report-page.ts'
import { sessionTiming } from './session-timing.ts'
import { startTime } from './start-time.ts'
import { stunBindingRequests } from './stun/binding-requests.ts'
import { virtualRun } from './virtual-run.ts'
import { xmppIdleStreams } from './xmpp/idle-stream-cost.ts'
import { xmppRoundTrips } from './xmpp/round-trips.ts'

// npm run bench [-- --quick] [-- NAME ...]: all benchmarks, or those named. What the measured processes write goes to
// --out DIR, else to a directory that is removed at the end. Exit code 1 when a target is missed.

const benchmarks: readonly Benchmark[] = [
  startTime,
  virtualRun,
  judgeOfManyEntries,
  captureReading,
  sessionTiming,
  informSessions,
  xmppRoundTrips,
  xmppIdleStreams,
  stunBindingRequests,
  reportPage,
  proofDuration,
  httpSuite,
  xmppSuite,
  udpSuite,
  manyDevices,
]

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${explainFailure(error)}\n`)
  process.exitCode = 2
}

async function main(): Promise<number> {
  const { quick, out, chosen } = readArguments()
  const clock = createRealClock()
  const machine = thisMachine(clock.wallTime())
  const directory = out ?? mkdtempSync(join(tmpdir(), 'connreq-bench-'))
  const results: BenchReport['results'] = []
  try {
    for (const { name, about, measure } of chosen) {
      console.log(`${name}: ${about}`)
      const own = join(directory, name)
      mkdirSync(own, { recursive: true })
      results.push(...(await measure({ clock, directory: own, quick, say: text => console.log(`${text}\n`) })))
    }
  } finally {
    if (out === undefined) rmSync(directory, { recursive: true, force: true })
  }
  const load = { ...machine.load, after: loadOfLastMinute() }
  const report: BenchReport = {
    schema: 'connreq/bench/1',
    tool: thisTool(),
    quick,
    machine: { ...machine, load },
    results,
  }
  writeFileSync(join(packageRoot, 'bench.json'), `${JSON.stringify(report, null, 2)}\n`)
  console.log(`\n${describeReport(report)}`)
  return results.every(keepsTarget) ? 0 : 1
}

/** @throws UsageProblem */
function readArguments(): { quick: boolean; out?: string; chosen: readonly Benchmark[] } {
  const known = benchmarks.map(({ name }) => name)
  const { values, positionals } = parse()
  for (const name of positionals)
    if (!known.includes(name))
      throw new UsageProblem(`There is no benchmark "${name}"; did you mean ${nearestWord(name, known)}?`)
  const { quick, out } = values
  return {
    quick,
    ...(out === undefined ? {} : { out }),
    chosen: positionals.length === 0 ? benchmarks : benchmarks.filter(({ name }) => positionals.includes(name)),
  }
}

function parse() {
  try {
    return parseArgs({
      options: { quick: { type: 'boolean', default: false }, out: { type: 'string' } },
      allowPositionals: true,
    })
  } catch (error) {
    throw new UsageProblem((error as Error).message)
  }
}
