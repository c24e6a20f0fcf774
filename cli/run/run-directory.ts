import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { whyNotWritten } from '../../harness/timeline/unwritable.ts'
import { UsageProblem } from '../usage-problem.ts'

const longestName = 64

/**
 * Makes the directory of a run: `out` where it is given, else `runs/<device>-<YYYYMMDD-HHMMSS>/` below the working
 * directory. Nothing is ever overwritten.
 * @param options.startedAt the run's wall-clock time
 * @throws UsageProblem when `out` holds files already or cannot be made
 */
export function makeRunDirectory(options: {
  device: string
  startedAt: Date
  out?: string
  /** Who may look into it; everybody on the machine by default. */
  readers?: 'owner' | 'everybody'
}): string {
  const { out } = options
  if (out !== undefined && existsSync(out) && (!isDirectory(out) || readdirSync(out).length > 0))
    throw new UsageProblem(`${out} is there already and nothing is overwritten; name a new directory with --out.`)
  const wasThere = out !== undefined && existsSync(out)
  const directory = out === undefined ? makeNew(ordinaryPlace(options)) : make(out)
  try {
    tryToWrite(directory)
    if (options.readers === 'owner') chmodSync(directory, 0o700)
  } catch (error) {
    if (!wasThere) rmSync(directory, { recursive: true, force: true })
    throw new UsageProblem(
      `Nothing can be written into ${directory}: ${whyNotWritten(error as Error)}. Name another place with --out.`,
    )
  }
  return directory
}

/** A run that has no room for its beginning shall not touch the device. */
const leastRoomBytes = 256 * 1024

function tryToWrite(directory: string): void {
  const path = join(directory, '.connreq-room')
  try {
    writeFileSync(path, Buffer.alloc(leastRoomBytes), { flag: 'wx' })
  } finally {
    rmSync(path, { force: true })
  }
}

const ordinaryPlace = ({ device, startedAt }: { device: string; startedAt: Date }) =>
  join('runs', `${fileNameOf(device)}-${timeStamp(startedAt)}`)

/** The device's name with everything but letters, digits, dots and hyphens replaced. */
export function fileNameOf(device: string): string {
  const name = device
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
  return name.slice(0, longestName) || 'device'
}

/** Local time as `20260302-081405`. */
function timeStamp(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${time.getFullYear()}${two(time.getMonth() + 1)}${two(time.getDate())}`
  return `${day}-${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`
}

function makeNew(path: string): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? path : `${path}-${number}`
    if (!existsSync(candidate)) return make(candidate)
  }
}

function make(path: string): string {
  try {
    makeWithParents(path)
    return path
  } catch (error) {
    throw new UsageProblem(`The directory ${path} cannot be made: ${whyNotWritten(error as Error)}.`)
  }
}

/** Not by the `recursive` of mkdir, which goes on for ever in file systems that make no directories, such as /proc. */
function makeWithParents(path: string): void {
  const parent = dirname(path)
  if (parent !== path && !existsSync(parent)) makeWithParents(parent)
  if (!existsSync(path)) mkdirSync(path)
}

function isDirectory(path: string): boolean {
  try {
    readdirSync(path)
    return true
  } catch {
    return false
  }
}
