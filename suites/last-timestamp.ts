import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { DeviceFacts } from '../harness/device/facts.ts'
import { usedTimestampMark } from '../harness/stun-lab.ts'
import type { Entry } from '../harness/timeline/entry.ts'

/** In each run directory: the greatest `ts` that the device of the run has been sent by UDP. */
export const timestampFileName = 'udp-timestamp.json'

const deviceId = z.object({
  manufacturer: z.string().optional(),
  oui: z.string().optional(),
  productClass: z.string().optional(),
  serialNumber: z.string().optional(),
})
/** No clock tells more seconds before 2106: a greater one would make the device deaf for later runs. */
const greatestTimestamp = 0xffff_ffff
const timestampFile = z.object({ deviceId, ts: z.int().positive().max(greatestTimestamp) })

/** The longest file of this kind that is read, in bytes. */
const longestFile = 10_000

/**
 * The greatest `ts` that this device has been sent in runs whose directories lie beside that of `timelinePath`; 0
 * where there is none. A device takes only growing ones. G.2.1.4
 */
export function lastTimestampOf(timelinePath: string, device: DeviceFacts['deviceId']): number {
  const runs = dirname(dirname(timelinePath))
  const stamps = directoriesIn(runs)
    .flatMap(name => readStamp(join(runs, name, timestampFileName)) ?? [])
    .filter(stamp => isSame(stamp.deviceId, device))
  return Math.max(0, ...stamps.map(({ ts }) => ts))
}

/** Keeps the file up to date: gets every entry, and writes it when a greater `ts` is sent or was heard besides. */
export function keepTimestamp(timelinePath: string): (entry: Entry) => void {
  const path = join(dirname(timelinePath), timestampFileName)
  let device: DeviceFacts['deviceId'] | undefined
  let greatest = 0
  return entry => {
    if (entry.type === 'session-opened' && entry.ofDeviceUnderTest) device ??= entry.inform.deviceId
    const ts = timestampIn(entry)
    if (!Number.isSafeInteger(ts) || ts <= greatest) return
    greatest = ts
    writeStamp(path, { deviceId: device ?? {}, ts })
  }
}

/** The `ts` after which the device may take greater ones only; 0 in other entries. */
function timestampIn(entry: Entry): number {
  if (entry.type === 'udp-cr-sent' && entry.authorised) return Number(entry.ts)
  if (entry.type === 'mark' && entry.name === usedTimestampMark) return Number(entry.data?.['ts'])
  return 0
}

/** The run is worth more than this file: without it a later run may have to wait until the device hears it. */
function writeStamp(path: string, stamp: z.input<typeof timestampFile>): void {
  const unfinished = `${path}.unfinished`
  try {
    writeFileSync(unfinished, `${JSON.stringify(stamp)}\n`)
    renameSync(unfinished, path)
  } catch {
    // The one before is there still, and the next greater one may be written again.
    rmSync(unfinished, { force: true })
  }
}

function directoriesIn(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(({ name }) => name)
  } catch {
    return []
  }
}

function readStamp(path: string): z.output<typeof timestampFile> | undefined {
  try {
    const file = statSync(path)
    // What is no file, such as a pipe, might never end.
    if (!file.isFile() || file.size > longestFile) return undefined
    return timestampFile.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data
  } catch {
    return undefined
  }
}

function isSame(a: DeviceFacts['deviceId'], b: DeviceFacts['deviceId']): boolean {
  return a.oui === b.oui && a.productClass === b.productClass && a.serialNumber === b.serialNumber
}
