import { deflateRawSync } from 'node:zlib'
import { type Direction, directionOf } from '../../harness/timeline/describe.ts'
import type { Entry } from '../../harness/timeline/entry.ts'

/** A wire log that the page's script unpacks when it is opened. */
export interface PackedLog {
  /** Base64 of raw DEFLATE of lines of text, see `packedLines`. */
  base64: string
  /** The time of its first entry, on the timeline's clock. */
  since: number
}

/** So many entries before and after a cited one are shown without unpacking. */
const neighbours = 3

interface Look {
  /** Numbers of the entries that findings cite. */
  cited: ReadonlySet<number>
  /** The line of an entry in words. */
  lineOf: (entry: Entry) => string
}

/** Packs a log. */
export function packLog(entries: readonly Entry[], look: Look): PackedLog {
  const since = entries[0]?.at ?? 0
  const lines = packedLines(entries, since, look)
  return { since, base64: deflateRawSync(lines).toString('base64') }
}

const signs: Record<Direction, string> = { 'from-device': '>', 'to-device': '<', none: '-' }

/**
 * A line an entry: how much higher its number is than the one before it (empty for one), milliseconds since the one
 * before (empty for none), a sign for its direction with `!` where it is cited, and its text.
 */
export function packedLines(entries: readonly Entry[], since: number, { cited, lineOf }: Look): string {
  let seq = 0
  let at = Math.round(since)
  const lines = entries.map(entry => {
    const further = entry.seq - seq
    const later = Math.round(entry.at) - at
    seq = entry.seq
    at += later
    const sign = `${signs[directionOf(entry)]}${cited.has(entry.seq) ? '!' : ''}`
    return `${further === 1 ? '' : further} ${later === 0 ? '' : later} ${sign} ${lineOf(entry)}`
  })
  return lines.join('\n')
}

/** The cited entries of a log and those around them, in order. */
export function neighbourhood(entries: readonly Entry[], cited: ReadonlySet<number>): Entry[] {
  const near = new Set<number>()
  entries.forEach(({ seq }, index) => {
    if (!cited.has(seq)) return
    for (let other = index - neighbours; other <= index + neighbours; other++) near.add(other)
  })
  return entries.filter((_, index) => near.has(index))
}
