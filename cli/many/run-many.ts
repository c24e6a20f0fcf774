import { availableParallelism } from 'node:os'
import type { Clock } from '../../harness/clock/clock.ts'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import { wantsColor } from '../../reports/terminal/palette.ts'
import { explainFailure } from '../failure.ts'
import { catchInterruption } from '../run/interruption.ts'
import { ownDevices, readShard, type Shard } from '../run/shard.ts'
import { thisTool } from '../tool.ts'
import { type Board, createBoard } from './board.ts'
import { type DeviceState, queued } from './device-state.ts'
import { makeDirectories, makeMergedDirectory, type Places } from './directories.ts'
import { isFree } from './free-port.ts'
import { createLimiter } from './limiter.ts'
import { type ManyOptions, refuseOptionsForOne } from './many-options.ts'
import { chosenPorts, withPorts } from './ports.ts'
import { type NamedProfile, readProfiles } from './profiles.ts'
import { type DeviceOutcome, type Limits, runDevice } from './run-device.ts'
import { settingsFor } from './settings.ts'

const notRun = 2

/**
 * `connreq run` with several profiles: plays their devices side by side, each in a process and a run directory of its
 * own, and merges what they found.
 * @returns the exit code: 2 when a device never came or a run did not reach its end, else that of the merge
 * @throws UsageProblem, ProfileError
 */
export async function runMany(paths: readonly string[], options: ManyOptions): Promise<number> {
  refuseOptionsForOne(options)
  const clock = createRealClock()
  using interruption = catchInterruption()
  const { signal } = interruption
  const forPeople = options.reporter.includes('terminal')
  const write = (text: string) => void (forPeople && process.stdout.write(text))
  const shard = options.shard === undefined ? undefined : readShard(options.shard, process.env)
  const all = readProfiles(paths)
  const read = ownDevices(all, shard)
  if (options.only.length > 0) (await import('../known-ids.ts')).checkOnly(options.only)
  const devices = await withPorts(read, isFree)
  const shelf = { devices: all.map(({ label }) => label), ...(shard ? { part: shard } : {}) }
  const settings = await Promise.all(devices.map(device => settingsFor(device, { options, shelf })))
  const places: Places = {
    startedAt: clock.wallTime(),
    readers: options.keepSecrets ? 'owner' : 'everybody',
    ...(options.out === undefined ? {} : { out: options.out }),
  }
  const labels = devices.map(({ label }) => label)
  const directories = makeDirectories(labels, places)
  write(introduction({ read, devices, directories, options }))

  const states = labels.map(queued)
  const { isTTY } = process.stdout
  const board = createBoard({
    write,
    isTty: isTTY,
    color: wantsColor(process.env, isTTY),
    now: () => clock.wallTime(),
    size: () => process.stdout,
    states,
  })
  signal.addEventListener('abort', () =>
    board.notice('Stopping: trying to give the devices back what was changed. Ctrl-C again ends at once.'),
  )
  const limits: Limits = {
    playing: createLimiter(options.atOnce ?? devices.length),
    // Starting takes a core for a second, which the devices that are played already need too.
    starting: createLimiter(Math.max(1, availableParallelism() - 1)),
    reporting: createLimiter(1),
  }
  let yetToPlay = devices.length
  const stopTicking = tickEverySecond(board, clock)
  const outcomes = await Promise.all(
    settings.map((settingsIn, index) => {
      const [state, directory] = [states[index], directories[index]] as [DeviceState, string]
      return runDevice({
        ...{ state, directory, board, clock, signal, limits },
        settings: settingsIn(directory),
        allure: options.reporter.includes('allure'),
        onPlayed() {
          yetToPlay--
          // From here on judging disturbs nobody.
          if (yetToPlay === 0) limits.reporting.allow(availableParallelism())
        },
      })
    }),
  )
  stopTicking()
  board.end()
  return mergeAll(outcomes, { options, places, write, ...(shard ? { part: shard } : {}) })
}

function introduction({
  read,
  devices,
  directories,
  options: { only, repeat, atOnce },
}: {
  read: readonly NamedProfile[]
  devices: readonly NamedProfile[]
  directories: readonly string[]
  options: ManyOptions
}): string {
  const what = only.length > 0 ? 'what --only names' : 'every scenario that applies'
  const many = `${devices.length} ${devices.length === 1 ? 'device' : 'devices'}`
  const bound = atOnce !== undefined && atOnce < devices.length ? `, ${atOnce} at a time` : ''
  const times = repeat > 1 ? ` ${repeat} times` : ''
  const lines = devices.map((device, index) => {
    const chosen = chosenPorts(read[index] ?? device, device)
    const ports = chosen.length > 0 ? `; ${chosen.join(', ')}` : ''
    return visibleText(`  ${device.label}: ${device.path}, into ${directories[index]}${ports}`)
  })
  return [`connreq ${thisTool().version}: ${many}${bound}; playing ${what}${times}.`, ...lines, ''].join('\n')
}

interface MergeAllOptions {
  options: ManyOptions
  places: Places
  write: (text: string) => void
  part?: Shard
}

/** Merges what there is and names what is missing. @returns the exit code */
async function mergeAll(
  outcomes: readonly DeviceOutcome[],
  { options, places, write, part }: MergeAllOptions,
): Promise<number> {
  const recorded = outcomes.filter(outcome => outcome.recorded).map(({ directory }) => directory)
  const absent = outcomes
    .filter(outcome => !outcome.recorded)
    .map(({ state, problem }) => ({ device: state.label, reason: problem ?? 'There is no record of its run.' }))
  const about = { absent, ...(part ? { part } : {}) }
  let exitCode = notRun
  const { merge } = await import('../merge.ts')
  write('\n')
  try {
    const out = makeMergedDirectory(places)
    exitCode = await merge(recorded, { out, format: 'text', strict: options.strict, about })
  } catch (error) {
    // What became of each device is to be said all the same.
    process.stderr.write(`${explainFailure(error)}\n`)
  }
  for (const { state, directory, remarks } of outcomes)
    for (const remark of remarks) write(`${visibleText(`${state.label} (${directory}): ${remark}`)}\n`)
  for (const text of sameDevice(outcomes)) write(`${visibleText(text)}\n`)
  const problems = outcomes.filter(({ problem }) => problem !== undefined)
  for (const { state, directory, problem } of problems)
    process.stderr.write(`${visibleText(`${state.label} (${directory}): ${problem}`)}\n`)
  return problems.length > 0 ? notRun : exitCode
}

/** Whom the merge takes for one device, which two profiles seldom mean. */
function sameDevice(outcomes: readonly DeviceOutcome[]): string[] {
  const byId = new Map<string, string[]>()
  for (const { deviceId, state } of outcomes)
    if (deviceId !== undefined) byId.set(deviceId, [...(byId.get(deviceId) ?? []), state.label])
  return [...byId]
    .filter(([, labels]) => labels.length > 1)
    .map(([id, labels]) => `${labels.join(', ')}: each called as ${id}, so that the matrix has them as one device.`)
}

/** Returns how to stop. */
function tickEverySecond(board: Board, clock: Clock): () => void {
  const stop = new AbortController()
  const tick = async () => {
    for (;;) {
      await clock.sleep(1000, stop.signal)
      board.tick()
    }
  }
  tick().catch(() => undefined)
  return () => stop.abort()
}
