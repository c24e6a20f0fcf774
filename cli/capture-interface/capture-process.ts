import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, fstatSync, openSync } from 'node:fs'
import { type Clock, type Milliseconds, withTimeout } from '../../harness/clock/clock.ts'
import { endWithUs } from '../../harness/processes/end-with-us.ts'
import { shortenedText, visibleText } from '../../harness/timeline/visible-text.ts'
import type { CaptureTask, FoundProgram } from './capture-program.ts'

/** A capture that goes on. */
export interface CaptureProcess {
  /** Ends it where its file is longer than it may be: call it now and then. */
  look(): void
  /** Ends it once everything until now is in its file. */
  stop(): Promise<CaptureEnd>
}

export interface CaptureEnd {
  packets?: number
  lost?: number
  /** Why it ended by itself. */
  problem?: string
}

/** A capture that did not begin; the message holds what its program said. */
export class CaptureRefused extends Error {
  override readonly name = 'CaptureRefused'
}

const patienceToBeginMs: Milliseconds = 10_000
/** A kernel hands packets over late: libpcap lets it keep them for a quarter of a second, more where it is busy. */
const handedOverAfterMs: Milliseconds = 500
const patienceToEndMs: Milliseconds = 3000
const keptOutput = 8000
const secondMs: Milliseconds = 1000

/**
 * Starts a capture into a new file that only its owner may read. It resolves when packets are being taken in.
 * @throws CaptureRefused when it does not begin
 */
export async function startCaptureProcess(
  { program, path }: FoundProgram,
  task: CaptureTask,
  options: { file: string; clock: Clock },
): Promise<CaptureProcess> {
  const { clock } = options
  const file = openSync(options.file, 'wx', 0o600)
  // In a session of its own: a Ctrl-C is for us, and what the device does after it belongs into the capture.
  const child = spawn(path, program.arguments(task), {
    stdio: ['ignore', file, 'pipe'],
    detached: true,
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  })
  let said = ''
  let onSaid = () => {}
  child.stderr?.on('data', (chunk: Buffer) => {
    // A counter is written over and over into one line.
    said = (said + chunk.toString('utf8').replaceAll(/\r\n?/g, '\n')).slice(-keptOutput)
    onSaid()
  })
  let hasEnded = false
  const ended = new Promise<string>(resolve => {
    child.once('error', error => resolve(error.message))
    child.once('close', (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`))
  }).then(how => {
    hasEnded = true
    return how
  })
  const capturing = new Promise<void>(resolve => {
    onSaid = () => {
      if (program.capturing.test(said)) resolve()
    }
  })
  const endHard = () => void (hasEnded || child.kill('SIGTERM'))
  process.once('exit', endHard)
  const letGo = child.pid === undefined ? () => undefined : endWithUs(child.pid, 'TERM')
  void ended.then(letGo)
  const close = () => {
    process.off('exit', endHard)
    closeSync(file)
  }
  const refused = ended.then(how => {
    throw new CaptureRefused(complaint(said) || how)
  })
  try {
    const late = () => new CaptureRefused('it did not begin within ten seconds.')
    await withTimeout(clock, patienceToBeginMs, Promise.race([capturing, refused]), late)
  } catch (error) {
    endHard()
    close()
    throw error
  }
  refused.catch(() => undefined)

  let lookedAt = clock.now()
  let isTooLong = false
  return {
    look() {
      if (hasEnded || isTooLong || clock.now() - lookedAt < secondMs) return
      lookedAt = clock.now()
      isTooLong = fstatSync(file).size > task.largest
      if (isTooLong) child.kill('SIGINT')
    },
    async stop() {
      const before = hasEnded ? await ended : undefined
      if (before === undefined) {
        await clock.sleep(handedOverAfterMs)
        await endSoftly(child, ended, clock)
      }
      const isFull = isTooLong || fstatSync(file).size >= task.largest
      close()
      const full = `its file reached ${Math.round(task.largest / 1e6)} MB, and what came later is not in it.`
      const problem = isFull ? full : before === undefined ? undefined : withWords(before, said)
      return {
        ...countIn('packets', program.packets, said),
        ...countIn('lost', program.lost, said),
        ...(problem === undefined ? {} : { problem }),
      }
    },
  }
}

async function endSoftly(child: ChildProcess, ended: Promise<string>, clock: Clock): Promise<void> {
  child.kill('SIGINT')
  const late = new Error('It does not end.')
  await withTimeout(clock, patienceToEndMs, ended, () => late).catch(async () => {
    child.kill('SIGKILL')
    await ended
  })
}

/** What the program complains of, in its own words: its first two lines that are no greeting and no counter. */
function complaint(said: string): string {
  const lines = said
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !noComplaint.test(line))
  return visibleText(
    shortenedText(
      lines
        .slice(0, 2)
        .join(' ')
        .replace(/^(dumpcap|tcpdump): /, ''),
      longestComplaint,
    ),
  )
}

const longestComplaint = 300
const noComplaint = /^(Packets|Capturing on|File:|\d+ packets?)|listening on /

function withWords(how: string, said: string): string {
  const words = complaint(said)
  return `${how}${words === '' ? '' : ` (${words})`}, and what came later is not in it.`
}

function countIn<Name extends string>(name: Name, pattern: RegExp, said: string): { [N in Name]?: number } {
  const count = pattern.exec(said)?.[1]
  return count === undefined ? {} : ({ [name]: Number(count) } as { [N in Name]: number })
}
