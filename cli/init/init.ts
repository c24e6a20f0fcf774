import { existsSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { parseListen } from '../../harness/device/listen-address.ts'
import { profileSchema } from '../../harness/device/profile.ts'
import { parseProfile } from '../../harness/device/read-profile.ts'
import { openTestBench } from '../../harness/test-bench.ts'
import { keepSecrets } from '../../harness/timeline/redactor.ts'
import { whyNotWritten } from '../../harness/timeline/unwritable.ts'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import { durationText } from '../../reports/durations.ts'
import { hearDevice } from '../check/hear-device.ts'
import { machineAddresses } from '../check/machine.ts'
import { catchInterruption } from '../run/interruption.ts'
import { thisTool } from '../tool.ts'
import { UsageProblem } from '../usage-problem.ts'
import type { ProfileAnswers } from './answers.ts'
import { askQuestions, type Found } from './ask-questions.ts'
import { acsAt, defaultAnswers, freePorts } from './defaults.ts'
import { heardAnswers } from './heard-answers.ts'
import { profileText } from './profile-text.ts'

/** How `connreq init` was called. */
export interface InitOptions {
  /** From the first Inform that is heard, in the place of questions. */
  hear: boolean
  /** Every default, without questions. */
  yes: boolean
  /** Where to listen for that Inform; any address and the ordinary port by default. */
  listen?: string
}

const written = 0
const notWritten = 2

/**
 * `connreq init`: writes a profile from questions, from the first Inform it hears, or from defaults alone.
 * @returns the exit code
 * @throws UsageProblem, ListenError
 */
export async function init(file: string, options: InitOptions): Promise<number> {
  refuseOverwriting(file)
  refuseNowhere(file)
  const found: Found = { machine: machineAddresses(), ports: await freePorts() }
  const answers = await answersBy(options, found)
  if (answers === undefined) {
    say('Stopped; nothing was written.')
    return notWritten
  }
  const day = createRealClock().wallTime().toISOString().slice(0, 10)
  const text = profileText(answers, { file, day })
  // What is written here must be read by every other command.
  parseProfile(text, file)
  refuseOverwriting(file)
  write(file, text, { forOwner: answers.authentication.password !== undefined })
  say(`${visibleText(file)} is written.`)
  if (answers.acsUrl !== undefined) say(`Enter this URL in the device: ${answers.acsUrl}`)
  say(`Next: connreq check ${visibleText(file)} --wait`)
  return written
}

const say = (text: string) => void process.stdout.write(`${text}\n`)

/** A file with a password in it is for its owner alone. @throws UsageProblem where it cannot be written */
function write(file: string, text: string, { forOwner }: { forOwner: boolean }): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: forOwner ? 0o600 : 0o666 })
  } catch (error) {
    throw new UsageProblem(`${file} cannot be written: ${whyNotWritten(error as Error)}.`)
  }
}

function refuseOverwriting(file: string): void {
  if (existsSync(file))
    throw new UsageProblem(`${file} is there already, and is not overwritten; name another file: connreq init FILE`)
}

/** Nobody shall answer, or wait for a device, in vain. */
function refuseNowhere(file: string): void {
  const folder = dirname(file)
  if (!existsSync(folder)) throw new UsageProblem(`${file} cannot be written: the folder ${folder} is not there.`)
  if (!statSync(folder).isDirectory()) throw new UsageProblem(`${file} cannot be written: ${folder} is no folder.`)
}

async function answersBy(options: InitOptions, found: Found): Promise<ProfileAnswers | undefined> {
  if (options.hear && options.yes)
    throw new UsageProblem('--hear waits for the device and --yes for nobody; give one of them.')
  if (options.hear) return hear(options, found)
  if (options.listen !== undefined) throw new UsageProblem('--listen is for --hear; leave it out, or add --hear.')
  if (options.yes) return defaultAnswers(found.machine, found.ports)
  if (!process.stdin.isTTY)
    throw new UsageProblem(
      'Nobody is there to be asked (the input is no terminal). Call connreq init in a terminal, with --hear to take everything from the first Inform of the device, or with --yes to take every default.',
    )
  const prompts = await import('@inquirer/prompts')
  return askQuestions(prompts, found).catch(error => {
    if (error instanceof Error && error.name === 'ExitPromptError') return undefined
    throw error as Error
  })
}

/** Listens until a device calls, and takes from it what it tells. */
async function hear({ listen }: InitOptions, found: Found): Promise<ProfileAnswers | undefined> {
  const given = defaultAnswers(found.machine, found.ports)
  const answers = listen === undefined ? given : { ...given, ...placeOf(listen) }
  const profile = profileSchema.parse({
    acs: { listen: answers.acsListen, ...(answers.acsUrl === undefined ? {} : { url: answers.acsUrl }) },
    features: { udp: false, xmpp: false },
  })
  using interruption = catchInterruption()
  const { signal } = interruption
  await using bench = await openTestBench({
    ...{ profile, clock: createRealClock(), signal },
    redactor: keepSecrets,
    about: { tool: thisTool(), node: process.version, platform: process.platform },
  })
  const timeoutMs = profile.timing.firstInform
  say(`Enter this URL in the device: ${bench.acsUrl}`)
  say(`Waiting for the first Inform, at most ${durationText(timeoutMs)}.`)
  const heard = await hearDevice(bench, { timeoutMs, signal }).catch(error => {
    if (!signal.aborted) throw error
    return undefined
  })
  if (heard === undefined) return undefined
  const { port } = parseListen(answers.acsListen) ?? { port: found.ports.acs }
  const result = heardAnswers(answers, heard, { ...found, ports: { ...found.ports, acs: port } })
  for (const line of result.heard) say(visibleText(line))
  return result
}

function placeOf(listen: string): Pick<ProfileAnswers, 'acsListen' | 'acsUrl'> {
  const place = parseListen(listen)
  if (place === undefined || place.port === 0)
    throw new UsageProblem(
      `--listen must be an address and a port, for example 0.0.0.0:7547; "${visibleText(listen)}" is none.`,
    )
  const everywhere = place.address === '0.0.0.0' || place.address === '::'
  if (everywhere) {
    const facing = defaultAnswers(machineAddresses(), { acs: place.port, xmpp: 0, stun: 0 })
    return facing.acsUrl === undefined ? { acsListen: listen } : { acsListen: listen, acsUrl: facing.acsUrl }
  }
  return { ...acsAt(place.address, place.port, { tls: false }), acsListen: listen }
}
