import { existsSync } from 'node:fs'
import type { Clock } from '../../harness/clock/clock.ts'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import type { Profile } from '../../harness/device/profile.ts'
import { ProfileError, ProfileUnreadable, readProfile } from '../../harness/device/read-profile.ts'
import { openTestBench, type TestBench } from '../../harness/test-bench.ts'
import { keepSecrets } from '../../harness/timeline/redactor.ts'
import { durationText } from '../../reports/durations.ts'
import { colorsOf, wantsColor } from '../../reports/terminal/palette.ts'
import { baselineOutlook } from '../baseline/baseline-outlook.ts'
import { type EarlierRun, readBaseline } from '../baseline/earlier-run.ts'
import { outlookLines } from '../baseline/outlook-lines.ts'
import { catchInterruption } from '../run/interruption.ts'
import { thisTool } from '../tool.ts'
import { UsageProblem } from '../usage-problem.ts'
import { checkServers, serversToBe } from './check-servers.ts'
import { deviceFindings } from './device-findings.ts'
import { type Finding, fine, isReady, note, problem } from './finding.ts'
import { conclusion, findingLines } from './finding-lines.ts'
import { firewallFindings } from './firewall/firewall.ts'
import { readFirewall } from './firewall/read-firewall.ts'
import { type Heard, hearDevice } from './hear-device.ts'
import { deviceAddress } from './device-address.ts'
import { machineAddresses } from './machine.ts'
import { ownClockFindings } from './own-clock.ts'
import { placesOf } from './places.ts'
import { portFindings } from './ports.ts'
import { profileFindings } from './profile-findings.ts'
import { localAddressTowards, ownAddressFindings } from './routes.ts'

/** How `connreq check` was called. */
export interface CheckOptions {
  /** Wait for a first Inform and say what it tells. */
  wait: boolean
  /** Where the device is: an address, or a name. */
  device?: string
  json: boolean
}

const ready = 0
const notReady = 2

/**
 * `connreq check`: looks at everything of which a run could fail before it is begun; with `wait` at the device too,
 * without changing anything in it.
 * @returns the exit code
 * @throws UsageProblem
 */
export async function check(profilePath: string, options: CheckOptions): Promise<number> {
  const colors = colorsOf(wantsColor(process.env, process.stdout.isTTY))
  const say = (text: string) => void (options.json || process.stdout.write(`${text}\n`))
  const findings: Finding[] = []
  const tell = (found: readonly Finding[]) => {
    findings.push(...found)
    for (const finding of found) for (const line of findingLines(finding, colors)) say(line)
  }
  const onCalled = () => {
    const disproved = findings.filter(finding => finding.disprovedByCall && finding.state === 'problem')
    for (const finding of disproved) finding.state = 'note'
    if (disproved.length > 0) tell([note('acs', calledAllTheSame(disproved.length))])
  }
  const acsUrl = await look(profilePath, options, { tell, say, onCalled })
  if (options.json)
    process.stdout.write(
      `${JSON.stringify({ schema: 'connreq/check/1', ready: isReady(findings), ...(acsUrl && { acsUrl }), findings }, null, 2)}\n`,
    )
  say(conclusion(findings))
  return isReady(findings) ? ready : notReady
}

const calledAllTheSame = (count: number) =>
  `A device has called the ACS all the same, so ${count === 1 ? 'one problem above is none' : `${count} problems above are none`} for this device.`

interface Telling {
  tell: (findings: readonly Finding[]) => void
  say: (text: string) => void
  /** A device has called the ACS. */
  onCalled: () => void
}

/** @returns the URL to enter in the device, where it is known */
async function look(profilePath: string, options: CheckOptions, telling: Telling): Promise<string | undefined> {
  const { tell } = telling
  const clock = createRealClock()
  tell(ownClockFindings(clock.wallTime()))
  const profile = readable(profilePath, tell)
  if (profile === undefined) return undefined
  tell(profileFindings(profile))
  const earlier = await baselineOf(profile, tell)
  const machine = machineAddresses()
  const device = await deviceAddress(options.device, tell)
  const places = placesOf(profile)
  const ports = await portFindings(places, machine)
  tell(ports)
  tell(firewallFindings(readFirewall(), places, { address: device, machine }))
  tell(ownAddressFindings(profile.connectionRequest, machine))
  const towards = device === undefined ? undefined : await localAddressTowards(device)
  const around = { places, machine, device, towards, now: clock.wallTime() }
  using interruption = catchInterruption()
  const bench = isReady(ports) ? await opened(profile, { clock, signal: interruption.signal }) : undefined
  // What cannot be opened is looked at as far as it can be without.
  if (bench === undefined || 'notOpened' in bench) {
    const found = await checkServers(serversToBe(profile, around), profile, around)
    tell(bench === undefined ? found : withReason(bench.notOpened, found))
    return undefined
  }
  await using _ = bench
  const { signal } = interruption
  const { firstInform } = profile.timing
  // A device may call while the servers are still looked at.
  const hearing = options.wait ? hearDevice(bench, { timeoutMs: firstInform, signal }) : undefined
  hearing?.catch(() => undefined)
  tell(await checkServers({ ...serversOf(bench), open: bench }, profile, around))
  if (hearing === undefined) return bench.acsUrl
  telling.say(`Waiting for the first Inform, at most ${durationText(firstInform)}.`)
  const heard = await unlessStopped(hearing, { signal, tell })
  if (heard === undefined) return bench.acsUrl
  telling.onCalled()
  tell(await deviceFindings(bench, profile, { heard, earlier, machine, signal }))
  return bench.acsUrl
}

const serversOf = ({ acsUrl, xmpp, stun, caFile }: TestBench) => ({
  ...{ acsUrl, xmpp, stun },
  ...(caFile === undefined ? {} : { caFile }),
})

function readable(path: string, tell: Telling['tell']): Profile | undefined {
  try {
    const profile = readProfile(path)
    tell([fine('profile', `${path} is valid.`)])
    return profile
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error
    if (error instanceof ProfileUnreadable) {
      tell([problem('profile', error.message, remedyFor(path))])
      return undefined
    }
    tell(
      error.message
        .split('\n')
        .map(line =>
          problem('profile', line, 'Correct it; fixtures/profiles/example.yaml of the package shows every key.'),
        ),
    )
    return undefined
  }
}

const remedyFor = (path: string) =>
  existsSync(path) ? 'Name a file that can be read.' : `connreq init ${path} writes one.`

async function baselineOf(profile: Profile, tell: Telling['tell']): Promise<EarlierRun | undefined> {
  try {
    const earlier = await readBaseline(profile)
    tell(baselineFindings(outlookLines(baselineOutlook(profile, earlier))))
    return earlier
  } catch (error) {
    if (!isForUsers(error)) throw error
    tell([problem('baseline', error.message, 'Correct the section baseline, or leave it out.')])
    return undefined
  }
}

/** A finding for each line, with the indented ones that belong to it. */
function baselineFindings(lines: readonly string[]): Finding[] {
  const findings: (Finding & { lines: string[] })[] = []
  for (const line of lines) {
    if (line.startsWith(' ')) findings.at(-1)?.lines.push(line)
    else
      findings.push({
        about: 'baseline',
        state: line.includes('covers nothing') ? 'note' : 'fine',
        text: line,
        lines: [],
      })
  }
  return findings
}

/** Errors that say themselves what to do. */
type ForUsers = Error & { code: string }

const isForUsers = (error: unknown): error is ForUsers =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('CONNREQ_')

async function opened(
  profile: Profile,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<TestBench | { notOpened: ForUsers }> {
  try {
    return await openTestBench({
      ...{ profile, clock, signal },
      // Nothing of it is written down, and a device's user name is to be told.
      redactor: keepSecrets,
      about: { tool: thisTool(), node: process.version, platform: process.platform },
    })
  } catch (error) {
    if (!isForUsers(error)) throw error
    return { notOpened: error }
  }
}

/** Certificates are looked at by themselves: what was found of them need not be said again. */
function withReason({ code, message }: ForUsers, found: readonly Finding[]): Finding[] {
  const isOfCertificate = code === 'CONNREQ_CERTIFICATE'
  const isTold = found.some(({ about, state }) => about === 'certificate' && state === 'problem')
  if (isOfCertificate && isTold) return [...found]
  const about = isOfCertificate ? 'certificate' : 'xmpp'
  return [problem(about, message, 'Correct what it names; then check again.'), ...found]
}

async function unlessStopped(
  hearing: Promise<Heard>,
  { signal, tell }: { signal: AbortSignal; tell: Telling['tell'] },
): Promise<Heard | undefined> {
  try {
    return await hearing
  } catch (error) {
    if (signal.aborted) tell([problem('device', 'It was stopped before a device called.', 'Check again.')])
    else if (error instanceof UsageProblem) tell([problem('device', error.message, 'Mend that, and check again.')])
    else throw error
    return undefined
  }
}
