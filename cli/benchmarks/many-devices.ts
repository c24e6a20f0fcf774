import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { freePorts } from '../../fixtures/xmpp-servers/external-server.ts'
import { readTimelineFile, timelineFileName } from '../../harness/timeline/file.ts'
import { entriesOf, timelineOf } from '../../harness/timeline/timeline.ts'
import { standingsOf } from '../../reports/standing.ts'
import { httpScenarios } from '../../suites/scenarios.ts'
import { simulatedAcsCredentials } from '../../suites/simulated-bench.ts'
import { readRunRecord, runFileName } from '../read-run-record.ts'
import type { Benchmark, BenchmarkConditions, Figure } from './benchmark.ts'
import { type ChildProcess, connreqScript, endOf, startScript } from './child-process.ts'
import { columns } from './columns.ts'
import { followSharedMemory, type SharedMemory } from './many-devices-memory.ts'
import { expectedBreaches, type PlannedDevice, planDevices, quickScenarios } from './many-devices-plan.ts'
import { type DeviceWords, loggedPairs, measuredPairs, timingErrors } from './many-devices-timing.ts'
import { median, percentile } from './statistics.ts'

/** Fewer for a look on a busy machine: `CONNREQ_DEVICES=12 npm run bench -- many-devices --quick`. */
const deviceCount = Number(process.env['CONNREQ_DEVICES'] ?? 50)
/** The devices are no harness: so few processes that they disturb it little. */
const hostCount = 4
const hostScript = fileURLToPath(new URL('./many-devices-host.js', import.meta.url))
const targets = { timingMs: 50, memoryMB: 4000 }

/** Many devices side by side on one machine: whether each is judged as it is, how well it is timed, and at what cost. */
export const manyDevices: Benchmark = {
  name: 'many-devices',
  about: `${deviceCount} simulated devices side by side at real time (a quarter of an hour; --quick: three scenarios)`,
  async measure(conditions) {
    const devices = planDevices(await freePorts(deviceCount), conditions)
    const { memory, ofDevices, ms } = await play(devices, conditions)
    const judged = devices.map(device => judge(device, conditions.directory))
    conditions.say(table(judged))
    return figures(judged, { memory, ofDevices, ms })
  },
}

interface Played {
  memory: SharedMemory
  /** What the simulated devices held. */
  ofDevices: SharedMemory[]
  ms: number
}

async function play(devices: readonly PlannedDevice[], conditions: BenchmarkConditions): Promise<Played> {
  const { clock, directory, quick } = conditions
  const [profiles, orders, words] = ['profiles', 'orders', 'words'].map(name => {
    mkdirSync(join(directory, name))
    return join(directory, name)
  }) as [string, string, string]
  for (const device of devices) writeFileSync(join(profiles, `${device.name}.yaml`), profileOf(device, orders))
  await using hosts = await startHosts(devices, { orders, words, conditions })
  const only = quick ? quickScenarios : httpScenarios.filter(({ long }) => long === undefined).map(({ id }) => id)
  const args = ['run', profiles, '--out', join(directory, 'run'), '--only', ...only]
  await using connreq = startScript(connreqScript, args, clock)
  for (const { name } of devices)
    connreq.lineLike(new RegExp(`^${name} +ACS: point`)).then(
      () => writeFileSync(join(orders, `start-${name}`), ''),
      () => undefined,
    )
  const over = new AbortController()
  const following = [connreq, ...hosts.all].map(({ pid }) => followSharedMemory(pid, over.signal, clock))
  // Devices with faults are found out, so the exit code is 1; whether they are is looked at below.
  const end = await endOf(connreq, [0, 1, 2, 3]).finally(() => over.abort())
  const [memory, ...ofDevices] = (await Promise.all(following)) as [SharedMemory, ...SharedMemory[]]
  writeFileSync(join(directory, 'output.txt'), connreq.lines.join('\n'))
  for (const host of hosts.all) {
    host.signal('SIGTERM')
    await host.ended
  }
  return { memory, ofDevices, ms: end - connreq.startedAt }
}

async function startHosts(
  devices: readonly PlannedDevice[],
  { orders, words, conditions }: { orders: string; words: string; conditions: BenchmarkConditions },
): Promise<AsyncDisposable & { all: readonly ChildProcess[] }> {
  const all: ChildProcess[] = []
  for (let host = 0; host < hostCount; host++) {
    const plan = join(conditions.directory, `plan-${host}.json`)
    writeFileSync(plan, JSON.stringify(devices.filter((_, index) => index % hostCount === host)))
    const started = startScript(hostScript, [plan, orders, words], conditions.clock)
    all.push(started)
    await started.lineLike(/^ready/)
  }
  return {
    all,
    async [Symbol.asyncDispose]() {
      for (const host of all) await host[Symbol.asyncDispose]()
    },
  }
}

const profileOf = ({ name, port }: PlannedDevice, orders: string) =>
  stringify({
    device: { name },
    features: { xmpp: false, udp: false },
    acs: { listen: `127.0.0.1:${port}`, authentication: { scheme: 'digest', ...simulatedAcsCredentials } },
    control: { reboot: 'rpc', valueChange: `: > '${join(orders, `change-${name}`)}'` },
    timing: { boot: '60s', firstInform: '5m' },
  })

/** What the run found of one device. */
interface Judged {
  device: PlannedDevice
  /** What is wrong with the finding; nothing where it is right. */
  wrong: string[]
  broken: string[]
  undecided: string[]
  errors: string[]
  timing: { errors: number[]; unmatched: number }
  loopDelayMs: number
}

function judge(device: PlannedDevice, directory: string): Judged {
  const run = join(directory, 'run', device.name)
  const isJudged = existsSync(join(run, runFileName))
  const { broken, undecided, errors } = isJudged ? standingsIn(run) : { broken: [], undecided: [], errors: [] }
  const { must, may } = expectedBreaches(device)
  const timeline = timelineOf(readTimelineFile(join(run, timelineFileName)).entries)
  const words = JSON.parse(readFileSync(join(directory, 'words', `${device.name}.json`), 'utf8')) as DeviceWords
  return {
    device,
    wrong: [
      ...(isJudged ? [] : ['it was not judged at all']),
      ...must.filter(id => !broken.includes(id)).map(id => `${id} is not found broken`),
      ...broken.filter(id => !must.includes(id) && !may.includes(id)).map(id => `${id} is found broken`),
      ...errors.map(id => `${id} hit an error of ours`),
    ],
    ...{ broken, undecided, errors },
    timing: timingErrors(measuredPairs(timeline), loggedPairs(words)),
    loopDelayMs: Math.max(0, ...entriesOf(timeline, 'loop-delay').map(({ maxMs }) => maxMs)),
  }
}

function standingsIn(run: string): Pick<Judged, 'broken' | 'undecided' | 'errors'> {
  const standings = [...standingsOf(readRunRecord(join(run, runFileName)))]
  const ids = (wanted: string) => standings.filter(([, standing]) => standing === wanted).map(([id]) => id)
  return { broken: ids('broken'), undecided: ids('undecided'), errors: ids('error') }
}

function table(judged: readonly Judged[]): string {
  const list = (ids: readonly string[]) => (ids.length > 4 ? `${ids.slice(0, 4).join(' ')} …` : ids.join(' ') || '-')
  const row = ({ device, wrong, broken, undecided, timing, loopDelayMs }: Judged) => [
    device.name,
    device.fault ?? 'conforming',
    wrong.length === 0 ? 'right' : wrong.join('; '),
    list(broken),
    list(undecided),
    String(timing.errors.length),
    timing.errors.length === 0 ? '-' : percentile(timing.errors, 99).toFixed(1),
    loopDelayMs.toFixed(0),
  ]
  const head = ['device', 'is', 'verdict', 'broken', 'undecided', 'pairs', 'p99 ms', 'loop late ms']
  return columns([head, ...judged.map(row)])
}

function figures(judged: readonly Judged[], { memory, ofDevices, ms }: Played): Figure[] {
  const errors = judged.flatMap(({ timing }) => timing.errors)
  const unmatched = judged.reduce((sum, { timing }) => sum + timing.unmatched, 0)
  const late = judged.map(({ loopDelayMs }) => loopDelayMs)
  const faulty = judged.filter(({ device }) => device.fault !== undefined).length
  const undecided = judged.filter(device => device.device.fault === undefined && device.undecided.length > 0).length
  const megabytes = (bytes: number) => bytes / 1e6
  const devicesPss = ofDevices.reduce((sum, { pss }) => sum + pss, 0)
  return [
    {
      name: 'many-devices-judged-wrong',
      value: judged.filter(({ wrong }) => wrong.length > 0).length,
      unit: 'devices',
      target: 0,
      note: `of ${judged.length}, ${faulty} of them with a fault; ${undecided} conforming ones had something undecided`,
    },
    {
      name: 'many-devices-timing',
      value: percentile(errors, 99),
      unit: 'ms',
      target: targets.timingMs,
      note: [
        `99th percentile of ${errors.length} pairs of reply and session, median ${median(errors).toFixed(2)} ms, largest ${Math.max(...errors).toFixed(1)} ms`,
        `${unmatched} more had no counterpart in the words of the device`,
        `event loops late by ${Math.max(...late).toFixed(0)} ms at most, median of the devices ${median(late).toFixed(0)} ms`,
      ].join('; '),
    },
    {
      name: 'many-devices-memory',
      value: megabytes(memory.pss),
      unit: 'MB',
      target: targets.memoryMB,
      note: `most that ${memory.processes} processes of the harness held at one moment, shared pages counted once (PSS); ${megabytes(memory.rss).toFixed(0)} MB with these counted in each (RSS)`,
    },
    {
      name: 'many-devices-memory-of-devices',
      value: megabytes(devicesPss),
      unit: 'MB',
      target: null,
      note: `the simulated devices in ${ofDevices.length} processes of the benchmark (PSS)`,
    },
    {
      name: 'many-devices-duration',
      value: ms / 1000,
      unit: 's',
      target: null,
      note: 'from the command to the merged matrix',
    },
  ]
}
