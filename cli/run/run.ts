import { join, resolve } from 'node:path'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import type { NewEntry } from '../../harness/timeline/entry.ts'
import { timelineFileName } from '../../harness/timeline/file.ts'
import { createRedactor, keepSecrets, type Redactor } from '../../harness/timeline/redactor.ts'
import type { ConformanceSettings } from '../../suites/conformance-settings.ts'
import { thisTool } from '../tool.ts'
import { type ChosenDevice, chooseDevice, type RunOptions } from './chosen-device.ts'
import { catchInterruption } from './interruption.ts'
import { type Played, playSuite } from './play-suite.ts'
import { makeRunDirectory } from './run-directory.ts'

const failed = 2

/**
 * `connreq run`: plays the suite against the device of a profile, or against the simulated one, and writes the reports.
 * @returns the exit code
 * @throws UsageProblem, ProfileError
 */
export async function run(profilePath: string | undefined, options: RunOptions): Promise<number> {
  const clock = createRealClock()
  using interruption = catchInterruption(() => process.exit(failed))
  const chosen = await chooseDevice(profilePath, options)
  if (options.only.length > 0) (await import('../known-ids.ts')).checkOnly(options.only)
  const directory = makeRunDirectory({
    device: chosen.name,
    startedAt: clock.wallTime(),
    ...(options.out === undefined ? {} : { out: options.out }),
  })
  const shown = options.reporter.includes('terminal')
  const say = (text: string) => void (shown && process.stdout.write(`${text}\n`))
  say(introduction(chosen, options))
  say(`Run directory: ${directory}`)

  const settings = settingsOf(chosen, options, join(directory, timelineFileName))
  const played = await playSuite({
    settings,
    clock,
    interruption,
    ...(options.reporter.includes('allure') ? { allureResults: join(directory, 'allure-results') } : {}),
    ...(shown
      ? {
          async view() {
            const { createLiveView } = await import('./live-view.ts')
            return createLiveView({ clock, output: process.stdout })
          },
        }
      : {}),
  })
  const interrupted = interruption.signal.aborted
  const redactor = options.keepSecrets ? keepSecrets : createRedactor()
  await keepProfile(directory, chosen, redactor)
  if (!played.started) {
    complain(interrupted ? 'Stopped before the run began.' : startProblem(played))
    return failed
  }
  await completeTimeline(settings.timelinePath, played, { interrupted, redactor })
  const reason = played.ended?.how === 'broken-off' ? played.ended.reason : undefined
  if (played.deviceCame) {
    const exitCode = await report(directory, profilePath, options, say)
    if (reason !== undefined) complain(reason)
    return interrupted || reason !== undefined ? failed : exitCode
  }
  complain(interrupted ? 'Stopped before a device called.' : (reason ?? startProblem(played)))
  return failed
}

function introduction({ device, name }: ChosenDevice, { repeat, only }: RunOptions): string {
  const { version } = thisTool()
  const clock = device.kind === 'simulated' ? `, ${device.clock} time` : ''
  const what = only.length > 0 ? ` what --only names` : ` every scenario that applies`
  const times = repeat > 1 ? ` ${repeat} times` : ''
  const who = device.kind === 'simulated' ? 'the simulated device' : name
  const faults = device.kind === 'simulated' ? [...device.faults, ...device.variants] : []
  return `connreq ${version}: ${who}${faults.length > 0 ? ` with ${faults.join(', ')}` : ''}${clock}; playing${what}${times}.`
}

function settingsOf({ device }: ChosenDevice, options: RunOptions, timelinePath: string): ConformanceSettings {
  const { only, repeat, keepSecrets: keep, reporter } = options
  return {
    device,
    timelinePath: resolve(timelinePath),
    only,
    repeat,
    keepSecrets: keep,
    allure: reporter.includes('allure'),
    tool: thisTool(),
  }
}

async function keepProfile(directory: string, { device }: ChosenDevice, redactor: Redactor): Promise<void> {
  const { writeProfile } = await import('./profile-file.ts')
  if (device.kind === 'lab') return writeProfile(directory, device.profile, redactor)
  const { simulatedProfile } = await import('../../suites/simulated-bench.ts')
  writeProfile(directory, simulatedProfile(), redactor)
}

/** What only this process knows of the run: errors around the scenarios, and that it was stopped. */
async function completeTimeline(
  path: string,
  { ended, problems }: Played,
  { interrupted, redactor }: { interrupted: boolean; redactor: Redactor },
): Promise<void> {
  const added: NewEntry[] = problems
    .filter(({ message }) => message !== ended?.reason)
    .map(problem => ({ type: 'harness-error', ...problem }))
  if (interrupted && !ended)
    added.push({ type: 'run-ended', how: 'interrupted', reason: 'The run was stopped by hand.' })
  if (added.length === 0) return
  const { appendEntries } = await import('../append-entries.ts')
  appendEntries(path, added, redactor)
}

async function report(
  directory: string,
  profilePath: string | undefined,
  { strict }: RunOptions,
  say: (text: string) => void,
): Promise<number> {
  const [{ buildReports }, { printSummary }, { exitCodeOf }] = await Promise.all([
    import('../build-reports.ts'),
    import('../print-summary.ts'),
    import('../../reports/run-verdict.ts'),
  ])
  const built = buildReports(directory)
  printSummary(built, say, profilePath)
  return exitCodeOf(built.record, { strict })
}

const startProblem = ({ problems }: Played) => problems[0]?.message ?? 'The suite did not start.'
const complain = (text: string) => void process.stderr.write(`${text}\n`)
