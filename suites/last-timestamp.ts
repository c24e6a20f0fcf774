import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { DeviceFacts } from '../harness/device/facts.ts'
import type { Entry } from '../harness/timeline/entry.ts'

/** In each run directory: the greatest `ts` that the device of the run has been sent by UDP. */
export const timestampFileName = 'udp-timestamp.json'

const deviceId = z.object({
  manufacturer: z.string().optional(),
  oui: z.string().optional(),
  productClass: z.string().optional(),
  serialNumber: z.string().optional(),
})
const timestampFile = z.object({ deviceId, ts: z.int().positive() })

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

/** Keeps the file up to date: gets every entry, and writes it when a greater `ts` is sent. */
export function keepTimestamp(timelinePath: string): (entry: Entry) => void {
  let device: DeviceFacts['deviceId'] | undefined
  let greatest = 0
  return entry => {
    if (entry.type === 'session-opened') device ??= entry.inform.deviceId
    if (entry.type !== 'udp-cr-sent' || !entry.authorised) return
    const ts = Number(entry.ts)
    if (!Number.isSafeInteger(ts) || ts <= greatest) return
    greatest = ts
    writeFileSync(join(dirname(timelinePath), timestampFileName), `${JSON.stringify({ deviceId: device ?? {}, ts })}\n`)
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
    const text = readFileSync(path, 'utf8')
    return text.length > longestFile ? undefined : timestampFile.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

function isSame(a: DeviceFacts['deviceId'], b: DeviceFacts['deviceId']): boolean {
  return a.oui === b.oui && a.productClass === b.productClass && a.serialNumber === b.serialNumber
}
