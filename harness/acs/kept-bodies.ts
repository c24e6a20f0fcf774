import { bodyOf } from '../timeline/body.ts'
import type { Body } from '../timeline/wire-data.ts'

/** Bodies up to this are always kept whole. */
const alwaysKept = 16 * 1024
/** How much of longer ones is kept in a run, beyond that. */
const mostKept = 64 * 1024 * 1024

/** Keeps bodies for the timeline, of which a device can send any number: long ones as far as there is room for them. */
export function createBodyKeeper(): (bytes: Buffer) => Body {
  let kept = 0
  return bytes => {
    if (bytes.length <= alwaysKept) return bodyOf(bytes)
    if (kept < mostKept) {
      const body = bodyOf(bytes)
      kept += body.length - (body.cut ?? 0)
      return body
    }
    return beginningOf(bytes)
  }
}

function beginningOf(bytes: Buffer): Body {
  let end = alwaysKept
  // Not within a character.
  while (end > alwaysKept - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  const { text, base64 } = bodyOf(bytes.subarray(0, end))
  const shown = text === undefined ? { base64: base64 ?? '' } : { text }
  return { ...shown, length: bytes.length, cut: bytes.length - end }
}
