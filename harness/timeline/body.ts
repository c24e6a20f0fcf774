import { isUtf8 } from 'node:buffer'
import type { Body } from './wire-data.ts'

/** Longest stretch of one message kept on the timeline, in bytes. */
export const keptBytes = 256 * 1024

/** Raw bytes as an entry keeps them: text where they are UTF-8, base64 elsewhere, cut at `keptBytes`. */
export function bodyOf(bytes: Uint8Array): Body {
  const kept = bytes.length > keptBytes ? bytes.subarray(0, keptBytes) : bytes
  const cut = bytes.length > kept.length ? { cut: bytes.length - kept.length } : {}
  const length = bytes.length
  const base64 = () => ({ base64: Buffer.from(kept).toString('base64'), length, ...cut })
  // The decoder's exception is dear.
  if (kept.length === length && !isUtf8(kept)) return base64()
  try {
    // A cut may fall into a character: what is left of it is dropped.
    const stream = kept.length < length
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(kept, { stream }), length, ...cut }
  } catch {
    return base64()
  }
}
