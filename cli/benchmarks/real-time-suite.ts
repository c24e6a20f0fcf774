import { writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Milliseconds } from '../../harness/clock/clock.ts'
import { readProfile } from '../../harness/device/read-profile.ts'
import { readTimelineFile, timelineFileName } from '../../harness/timeline/file.ts'
import type { Benchmark, BenchmarkConditions, Figure } from './benchmark.ts'
import { connreqScript, endOf, startScript } from './child-process.ts'
import { columns } from './columns.ts'
import { sumOf, type TimeSpent, timeSpent } from './time-spent.ts'

/** The suite shall not take longer than this times what it must. */
const targetRatio = 1.25
/** Enough of what a run says at its end to see what it found. */
const linesOfVerdict = 25
const quickScenarios = ['http-challenge', 'http-request', 'session-faults']

/** The whole suite as a lab runs it: real time, the device in a process of its own. */
export const realTimeSuite: Benchmark = {
  name: 'real-time-suite',
  about: 'the whole suite at real time against connreq simulate (about ten minutes)',
  async measure(conditions) {
    const { say } = conditions
    const run = join(conditions.directory, 'run')
    const ms = await play(run, conditions)
    const { entries } = readTimelineFile(join(run, timelineFileName))
    const spent = timeSpent(entries, { idleMs: readProfile(join(run, 'profile.yaml')).timing.idle })
    say(describeTimeSpent(spent))
    return figures(ms, sumOf(spent), spent.length)
  },
}

async function play(run: string, { clock, directory, quick, say }: BenchmarkConditions): Promise<Milliseconds> {
  const port = await freePort()
  const processIdFile = join(directory, 'device.pid')
  const profile = join(directory, 'profile.yaml')
  writeFileSync(profile, stringify(profileFor(port, processIdFile)))
  const only = quick ? ['--only', ...quickScenarios] : []
  await using connreq = startScript(connreqScript, ['run', profile, '--out', run, ...only], clock)
  await connreq.lineLike(/first Inform/)
  await using device = startScript(connreqScript, ['simulate', '--acs', `http://127.0.0.1:${port}/acs`], clock)
  writeFileSync(processIdFile, String(device.pid))
  // A broken or undecided requirement takes its time all the same, but has to be known.
  const end = await endOf(connreq, [0, 1, 3])
  const { exitCode } = await connreq.ended
  if (exitCode !== 0)
    say(`The run ended with exit code ${exitCode}:\n${connreq.lines.slice(-linesOfVerdict).join('\n')}`)
  return end - connreq.startedAt
}

/** That of fixtures/profiles/simulate.yaml, with every control that the simulated device has. */
const profileFor = (port: number, processIdFile: string) => ({
  device: { name: 'simulated-cpe' },
  acs: {
    listen: `127.0.0.1:${port}`,
    authentication: { scheme: 'digest', username: 'simulated-cpe', password: 'its-acs-password' },
  },
  control: { reboot: 'rpc', valueChange: `kill -USR1 "$(cat '${processIdFile}')"` },
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

function figures(ms: Milliseconds, sum: Omit<TimeSpent, 'scenario'>, scenarios: number): Figure[] {
  const value = ms / 1000
  const against = (name: string, what: string, boundMs: Milliseconds, targeted: boolean): Figure => {
    const bound = boundMs / 1000
    return {
      name,
      value,
      unit: 's',
      target: targeted ? targetRatio * bound : null,
      comparedWith: { what, value: bound },
      ratio: value / bound,
      note: `${scenarios} scenarios, from the command to the end of the process, reports included`,
    }
  }
  // Where a scenario was quicker than its plan, the plan was no lower bound and does not count as one.
  const bound = sum.total - sum.beyond
  return [
    against('suite', 'the plan (windows and rests) and the delays of the device beyond it', bound, true),
    against('suite-against-windows', 'the same without the rests', bound - sum.rests, false),
  ]
}

/** A line a scenario: where its seconds went. */
export function describeTimeSpent(spent: readonly TimeSpent[]): string {
  const seconds = (ms: Milliseconds) => (ms / 1000).toFixed(1)
  const row = ({ scenario, total, planned, device, beyond, rests }: TimeSpent) =>
    [scenario, ...[total, planned, device, beyond, rests].map(seconds)] as const
  const head = ['seconds', 'total', 'plan', 'device', 'beyond', 'of it rests'] as const
  return columns([head, ...spent.map(row), row({ scenario: 'all', ...sumOf(spent) })])
}
