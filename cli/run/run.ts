import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Clock } from '../../harness/clock/clock.ts'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { timelineFileName } from '../../harness/timeline/file.ts'
import { whyNotWritten } from '../../harness/timeline/unwritable.ts'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import type { ConformanceSettings } from '../../suites/conformance-settings.ts'
import { partText } from '../../reports/part-text.ts'
import type { EarlierRun } from '../baseline/earlier-run.ts'
import { thisTool } from '../tool.ts'
import { captureBeginning, captureView, checkCapture, endCapture, openCapture, outIsThere } from './capture-beside.ts'
import { type ChosenDevice, chooseDevice, type RunOptions } from './chosen-device.ts'
import { chooseScenarios } from './choose-scenarios.ts'
import { completeTimeline, lossOf, playingDied } from './complete-timeline.ts'
import { catchInterruption } from './interruption.ts'
import { liveRunView, openLive } from './live.ts'
import { type Played, playSuite } from './play-suite.ts'
import { makeRunDirectory } from './run-directory.ts'
import { readShard, type Shard } from './shard.ts'
import { UsageProblem } from '../usage-problem.ts'
import { viewWhenLoaded } from './view-when-loaded.ts'
import { together } from './views.ts'

const broken = 1
const notRun = 2
const reportFileName = 'report.html'
const allureFolder = 'allure-results'

/**
 * `connreq run`: plays the suite against the device of a profile, or against the simulated one, and writes the reports.
 * @returns the exit code
 * @throws UsageProblem, ProfileError
 */
export async function run(profilePath: string | undefined, options: RunOptions): Promise<number> {
  const clock = createRealClock()
  using interruption = catchInterruption()
  const { signal } = interruption
  const forPeople = options.reporter.includes('terminal')
  const say = (text: string) => void (forPeople && process.stdout.write(`${text}\n`))
  checkCapture(options)
  const shard = options.shard === undefined ? undefined : readShard(options.shard, process.env)
  const chosen = await chooseDevice(profilePath, options)
  const baseline = await earlierRun(chosen)
  const { only, lines, nothingToPlay } = await chooseScenarios(profilePath, options)
  if (nothingToPlay) {
    for (const line of lines) say(line)
    return 0
  }
  if (shard) (await import('./check-shard.ts')).checkShard(only, { ...options, shard, device: chosen.device })
  await using live = await openLive(chosen, options, clock)
  const outWasThere = outIsThere(options)
  const directory = makeRunDirectory({
    device: chosen.name,
    startedAt: clock.wallTime(),
    ...(options.out === undefined ? {} : { out: options.out }),
    readers: options.keepSecrets ? 'owner' : 'everybody',
  })
  const notPorts = live ? [live.port] : []
  await using capture = await openCapture(options, { runDirectory: directory, outWasThere, clock, notPorts })
  say(introduction(chosen, options, shard))
  for (const line of lines) say(line)
  say(`Run directory: ${directory}`)
  if (live) say(`Live view: ${live.url}`)
  if (capture) say(await captureBeginning(capture))

  // There is little time for reports after an interruption: what makes them is loaded meanwhile.
  signal.addEventListener('abort', () => void loadReporting().catch(() => undefined), { once: true })
  let profileWritten: Promise<void> | undefined
  const settings = {
    ...settingsOf(chosen, { ...options, only }, directory),
    ...(baseline ? { baseline } : {}),
    ...(shard ? { shard } : {}),
  }
  const played = await playSuite({
    settings,
    clock,
    interruption,
    ...(options.reporter.includes('allure') ? { allureResults: resolve(directory, allureFolder) } : {}),
    onStarted(entry) {
      profileWritten = import('./profile-file.ts').then(({ writeProfile }) => writeProfile(directory, entry))
      profileWritten.catch(() => undefined)
    },
    view: together([
      ...(forPeople ? [liveView(clock)] : []),
      ...(live ? [liveRunView(live)] : []),
      ...(capture ? [captureView(capture)] : []),
    ]),
  })
  await profileWritten?.catch((error: Error) => complain(`profile.yaml was not written: ${whyNotWritten(error)}.`))
  const interrupted = signal.aborted && played.ended?.how !== 'completed'
  const besides = capture ? [await endCapture(capture, say)] : []
  const errors = played.started ? completeTimeline({ settings, played, interrupted, besides }) : []
  // Nothing was judged: what Allure was told says no more than that.
  if (!played.deviceCame) rmSync(join(directory, allureFolder), { recursive: true, force: true })
  const exitCode = played.deviceCame ? await reportOrSay(directory, options, say) : notRun
  // A report with the secrets in it is for those alone who may read the run directory.
  const reportToShow = played.deviceCame && !options.keepSecrets ? join(directory, reportFileName) : undefined
  await live?.end(reportToShow)
  for (const error of errors) complain(`error of ours: ${error}`)
  const whyNot = reasonWithoutEnd(played, interrupted)
  if (whyNot !== undefined) complain(whyNot)
  if (played.stopProblem !== undefined) complain(visibleText(played.stopProblem))
  if (whyNot !== undefined) return notRun
  // As with any error of the lab, a broken requirement comes first.
  return played.stopProblem === undefined || exitCode === broken ? exitCode : notRun
}

const complain = (text: string) => void process.stderr.write(`${text}\n`)

function introduction({ device, name }: ChosenDevice, { repeat, only, failed }: RunOptions, shard?: Shard): string {
  const { version } = thisTool()
  const named = only.length > 0 ? 'what --only names' : 'every scenario that applies'
  const all = failed === undefined ? named : 'what --failed finds'
  const what = shard ? `${partText(shard)} of ${all}` : all
  const playing = `playing ${what}${repeat > 1 ? ` ${repeat} times` : ''}`
  if (device.kind === 'lab') return `connreq ${version}: ${name}; ${playing}.`
  const peculiar = [...device.faults, ...device.variants]
  const who = `the simulated device${peculiar.length > 0 ? ` with ${peculiar.join(', ')}` : ''}`
  return `connreq ${version}: ${who} in ${device.clock} time; ${playing}.`
}

/** Loaded only where the profile has a baseline. @throws UsageProblem */
export async function earlierRun({ device }: ChosenDevice): Promise<EarlierRun | undefined> {
  if (device.kind !== 'lab' || !device.profile.baseline) return undefined
  const { readBaseline } = await import('../baseline/earlier-run.ts')
  return readBaseline(device.profile)
}

/** What the playing process is told of the run. */
export function settingsOf(
  { device, profilePath }: ChosenDevice,
  options: RunOptions,
  directory: string,
): ConformanceSettings {
  const { only, include, repeat, keepSecrets, reporter, suites, unattended } = options
  return {
    device,
    ...(profilePath === undefined ? {} : { profilePath }),
    timelinePath: resolve(directory, timelineFileName),
    only,
    include,
    suites: suites.map(folder => resolve(folder)),
    unattended,
    repeat,
    keepSecrets,
    allure: reporter.includes('allure'),
    tool: thisTool(),
  }
}

const liveView = (clock: Clock) =>
  viewWhenLoaded(async () => {
    const { createLiveView } = await import('./live-view.ts')
    return createLiveView({ clock, output: process.stdout })
  })

const loadReporting = () =>
  Promise.all([import('../build-reports.ts'), import('../print-summary.ts'), import('../../reports/run-verdict.ts')])

/** What cannot be written now can be made of the timeline later: nothing else is lost by it. */
async function reportOrSay(...of: Parameters<typeof report>): Promise<number> {
  try {
    return await report(...of)
  } catch (error) {
    if (!(error instanceof UsageProblem)) throw error
    complain(error.message)
    return notRun
  }
}

async function report(
  directory: string,
  { strict, reporter }: RunOptions,
  say: (text: string) => void,
): Promise<number> {
  const [{ buildReports }, { printSummary }, { exitCodeOf }] = await loadReporting()
  const built = buildReports(directory, { allure: reporter.includes('allure') })
  printSummary(built, say)
  return exitCodeOf(built.record, { strict })
}

/** A sentence for a run that did not come to its end. */
function reasonWithoutEnd(played: Played, interrupted: boolean): string | undefined {
  const { started, ended, deviceCame, problems } = played
  if (interrupted) return deviceCame ? 'The run was interrupted.' : 'The run was interrupted before a device called.'
  if (ended?.how === 'completed') return undefined
  if (started)
    return ended?.reason ?? lossOf(played) ?? `${playingDied} What it did until then is in the run directory.`
  return `The suite did not start. ${problems[0]?.message ?? ''}`.trim()
}
