import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DeviceLogEntry } from '../../fixtures/simulated-cpe/simulated-cpe.ts'
import type { Clock } from '../../harness/clock/clock.ts'
import { profileSchema } from '../../harness/device/profile.ts'
import { scenario } from '../../harness/scenario.ts'
import { openTestBench, type TestBench } from '../../harness/test-bench.ts'
import { openTimelineFile, timelineFileName } from '../../harness/timeline/file.ts'
import { authorisedRequests, isSuccess } from '../../harness/timeline/http-requests.ts'
import { connectionRequestSessions } from '../../harness/timeline/sessions.ts'
import { createRedactor } from '../../harness/timeline/redactor.ts'
import { entriesOf, type Timeline } from '../../harness/timeline/timeline.ts'
import { thisTool } from '../tool.ts'
import type { Benchmark, BenchmarkConditions, Figure } from './benchmark.ts'
import { differencesOnBareSockets } from './bare-sockets.ts'
import { connreqScript, startScript } from './child-process.ts'
import { coreWait } from './core-wait.ts'
import { deviceLog, replyToAttempt } from './device-words.ts'
import { median, percentile } from './statistics.ts'

const backgroundScript = fileURLToPath(new URL('./background-sessions.js', import.meta.url))
const sessionsPerSecond = 50
/** The harness and the device may differ so much in 99 of 100 requests, in milliseconds. */
const targetMs = 5

/**
 * Whether the harness measures the time from the reply to the session attempt as the device knows it of itself: the
 * device in a process of its own, each side by its own clock.
 */
export const sessionTiming: Benchmark = {
  name: 'session-timing',
  about: 'time from reply to session, measured by the harness against what the device logged',
  async measure(conditions) {
    const bare = percentile(await differencesOnBareSockets(requestCount(conditions), conditions.clock), 99)
    const idle = await askManyTimes('idle', conditions)
    const loaded = await askManyTimes('loaded', conditions)
    return [
      timingFigure('reply-to-session-idle', idle, bare),
      timingFigure('reply-to-session-loaded', loaded, bare),
      {
        name: 'background-sessions',
        value: loaded.othersPerSecond,
        unit: '1/s',
        target: null,
        note: `of other devices, completed with the same ACS under load; ${sessionsPerSecond} a second were begun`,
      },
    ]
  },
}

const requestCount = ({ quick }: BenchmarkConditions) => (quick ? 20 : 200)

/** What came of many requests in a row. */
interface Measured {
  /** How far harness and device were apart over each pair of reply and session, in milliseconds. */
  differences: number[]
  /** Sessions of other devices that were completed meanwhile. */
  othersPerSecond: number
  /** The most that the event loop of the harness was late, in milliseconds. */
  loopDelayMs: number
  /** For how long the harness had no core because others had them, in milliseconds. */
  coreWaitMs: number | undefined
}

async function askManyTimes(circumstances: 'idle' | 'loaded', conditions: BenchmarkConditions): Promise<Measured> {
  const { clock } = conditions
  const directory = join(conditions.directory, circumstances)
  mkdirSync(directory)
  await using bench = await openBench(directory, clock)
  const { timeline, acsUrl } = bench
  await using device = startScript(connreqScript, ['simulate', '--json', '--acs', acsUrl], clock)
  await bench.meet()
  const load = [new URL(acsUrl).port, String(sessionsPerSecond)]
  await using background = circumstances === 'loaded' ? startScript(backgroundScript, load, clock) : undefined
  await background?.lineLike(/completed/)

  const begun = { at: clock.now(), seq: timeline.lastSeq, coreWait: coreWait() }
  const asking = askAgainAndAgain(requestCount(conditions))
  bench.plan([asking])
  await bench.play(asking)
  const seconds = (clock.now() - begun.at) / 1000
  const waited = coreWait()

  device.signal('SIGTERM')
  await device.ended
  writeFileSync(join(directory, 'device.jsonl'), device.lines.join('\n'))
  return {
    differences: differencesBetween(timeline, deviceLog(device.lines)),
    othersPerSecond: sessionsOfOthers(timeline, begun.seq) / seconds,
    loopDelayMs: Math.max(0, ...entriesOf(timeline, 'loop-delay').map(({ maxMs }) => maxMs)),
    coreWaitMs: waited === undefined || begun.coreWait === undefined ? undefined : waited - begun.coreWait,
  }
}

/** @param bare the same percentile on bare sockets on the idle machine, in milliseconds */
function timingFigure(name: string, { differences, loopDelayMs, coreWaitMs }: Measured, bare: number): Figure {
  const told = [
    `99th percentile of ${differences.length} requests, median ${median(differences).toFixed(2)} ms, largest ${Math.max(...differences).toFixed(2)} ms`,
    `event loop of the harness late by ${loopDelayMs.toFixed(1)} ms at most`,
    ...(coreWaitMs === undefined ? [] : [`it waited ${coreWaitMs.toFixed(0)} ms for a core`]),
  ]
  const value = percentile(differences, 99)
  return {
    name,
    value,
    unit: 'ms',
    target: targetMs,
    comparedWith: { what: 'the same on bare sockets without any harness', value: bare },
    ratio: value / bare,
    note: told.join('; '),
  }
}

function openBench(directory: string, clock: Clock): Promise<TestBench> {
  const file = openTimelineFile(join(directory, timelineFileName))
  return openTestBench({
    profile: profileSchema.parse({ acs: { listen: '127.0.0.1:0' } }),
    clock,
    redactor: createRedactor(),
    sink: entry => file.write(entry),
    about: { tool: thisTool(), node: process.version, platform: process.platform },
  })
}

/** One ordinary Connection Request after another, each with its session to the end, and no rest in between. */
const askAgainAndAgain = (times: number) =>
  scenario({
    id: 'benchmark-session-timing',
    title: `${times} Connection Requests`,
    purpose: 'Measures, judges nothing.',
    applies: () => ({ applies: true }),
    windows: () => [],
    metrics: {},
    async run({ bench }) {
      const { credentials } = bench
      for (let n = 1; n <= times; n++) {
        const request = { url: bench.url(), label: 'ordinary', credentials, authorised: true }
        await bench.seeSessionThrough(await bench.requester.knock(request))
      }
    },
    judge: () => undefined,
  })

/**
 * How far the harness and the device are apart over each pair of reply and session, in milliseconds.
 * @throws Error when they do not even agree on how many there were
 */
function differencesBetween(timeline: Timeline, log: readonly DeviceLogEntry[]): number[] {
  const known = replyToAttempt(log)
  const sessions = connectionRequestSessions(timeline)
  const measured = authorisedRequests(timeline)
    .filter(isSuccess)
    .map(({ answer }, index) => (sessions[index]?.attemptAt ?? Number.NaN) - (answer?.lastByteAt ?? Number.NaN))
  if (measured.length !== sessions.length || measured.length !== known.length)
    throw new Error(
      `${measured.length} replies and ${sessions.length} sessions were seen, ${known.length} pairs logged by the device.`,
    )
  return measured.map((ms, index) => Math.abs(ms - (known[index] as number)))
}

function sessionsOfOthers(timeline: Timeline, afterSeq: number): number {
  const others = entriesOf(timeline, 'session-opened').filter(entry => !entry.ofDeviceUnderTest)
  const ids = new Set(others.map(({ session }) => session))
  return entriesOf(timeline, 'session-ended').filter(
    ({ seq, session, how }) => seq > afterSeq && how === 'completed' && ids.has(session),
  ).length
}
