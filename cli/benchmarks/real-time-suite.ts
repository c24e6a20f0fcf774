import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { freePorts } from '../../fixtures/xmpp-servers/external-server.ts'
import type { Milliseconds } from '../../harness/clock/clock.ts'
import { readProfile } from '../../harness/device/read-profile.ts'
import type { Scenario } from '../../harness/scenario.ts'
import { readTimelineFile, timelineFileName } from '../../harness/timeline/file.ts'
import { httpScenarios, udpScenarios, xmppScenarios } from '../../suites/scenarios.ts'
import type { Benchmark, BenchmarkConditions, Figure } from './benchmark.ts'
import { type CertificateFiles, writeCertificate } from './certificate-files.ts'
import { connreqScript, endOf, startScript } from './child-process.ts'
import { columns } from './columns.ts'
import { sumOf, type TimeSpent, timeSpent } from './time-spent.ts'

/** The suite shall not take longer than this times what it must. */
const targetRatio = 1.25
/** Enough of what a run says at its end to see what it found. */
const linesOfVerdict = 25

/** The part of the suite that is about one way for Connection Requests, with what it needs. */
interface PlayedSuite {
  name: string
  about: string
  /** Begins the names of its figures. */
  figure: string
  scenarios: readonly Scenario[]
  quickScenarios: readonly string[]
  /** What its profile has beside the ACS. */
  profile: (place: XmppPlace) => object
  /** What `connreq simulate` is told beside the ACS. */
  deviceArguments: (place: XmppPlace) => string[]
}

/** Where the XMPP server of the run is, and its certificate: the device has to be told of it before it is there. */
type XmppPlace = CertificateFiles & { port: number }

const profileName = 'profile.yaml'
const xmppDomain = 'xmpp.connreq.test'

/** Everything about HTTP Connection Requests and sessions, as a lab runs it. */
export const httpSuite = playedSuite({
  name: 'real-time-suite',
  about: 'everything about HTTP and sessions at real time against connreq simulate (about ten minutes)',
  figure: 'suite',
  scenarios: httpScenarios,
  quickScenarios: ['http-challenge', 'http-request', 'session-faults'],
  profile: () => ({ features: { xmpp: false, udp: false } }),
  deviceArguments: () => ['--transport', 'http'],
})

/** Everything about XMPP Connection Requests, as a lab runs it; the device has HTTP too. */
export const xmppSuite = playedSuite({
  name: 'real-time-xmpp-suite',
  about: 'everything about XMPP at real time against connreq simulate',
  figure: 'xmpp-suite',
  scenarios: xmppScenarios,
  quickScenarios: ['xmpp-connect', 'xmpp-request', 'xmpp-duplicates'],
  profile: ({ port, keyFile, certificateFile }) => ({
    features: { udp: false },
    xmpp: {
      listen: `127.0.0.1:${port}`,
      advertise: `127.0.0.1:${port}`,
      domain: xmppDomain,
      tls: { key: keyFile, certificate: certificateFile },
    },
  }),
  deviceArguments: ({ authorityFile }) => ['--xmpp-ca', authorityFile],
})

/** Everything about UDP Connection Requests and STUN, as a lab runs it; the device has HTTP too. */
export const udpSuite = playedSuite({
  name: 'real-time-udp-suite',
  about: 'everything about UDP and STUN at real time against connreq simulate',
  figure: 'udp-suite',
  scenarios: udpScenarios,
  quickScenarios: udpScenarios.slice(0, 3).map(({ id }) => id),
  profile: () => ({ features: { xmpp: false }, stun: { listen: '127.0.0.1:0', advertise: '127.0.0.1' } }),
  deviceArguments: () => [],
})

/** Real time, the device in a process of its own. */
function playedSuite(suite: PlayedSuite): Benchmark {
  const { name, about } = suite
  return {
    name,
    about,
    async measure(conditions) {
      const { say } = conditions
      const run = join(conditions.directory, 'run')
      const ms = await play(suite, run, conditions)
      const { entries } = readTimelineFile(join(run, timelineFileName))
      const spent = timeSpent(entries, { idleMs: readProfile(join(conditions.directory, profileName)).timing.idle })
      say(describeTimeSpent(spent))
      return figures(suite.figure, ms, sumOf(spent), spent.length)
    },
  }
}

async function play(suite: PlayedSuite, run: string, conditions: BenchmarkConditions): Promise<Milliseconds> {
  const { clock, directory, quick, say } = conditions
  const [port, xmppPort] = (await freePorts(2)) as [number, number]
  const place = { port: xmppPort, ...(await writeCertificate(xmppDomain, directory, clock)) }
  const processIdFile = join(directory, 'device.pid')
  const profile = join(directory, profileName)
  writeFileSync(profile, stringify({ ...profileFor(port, processIdFile), ...suite.profile(place) }))
  const ordinary = suite.scenarios.filter(({ long }) => long === undefined)
  const only = quick ? suite.quickScenarios : ordinary.map(({ id }) => id)
  await using connreq = startScript(connreqScript, ['run', profile, '--out', run, '--only', ...only], clock)
  await connreq.lineLike(/first Inform/)
  const acs = `http://127.0.0.1:${port}/acs`
  await using device = startScript(connreqScript, ['simulate', '--acs', acs, ...suite.deviceArguments(place)], clock)
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

function figures(begin: string, ms: Milliseconds, sum: Omit<TimeSpent, 'scenario'>, scenarios: number): Figure[] {
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
    against(begin, 'the plan (windows and rests) and the delays of the device beyond it', bound, true),
    against(`${begin}-against-windows`, 'the same without the rests', bound - sum.rests, false),
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
