import type { Body } from './entry.ts'

/** Longest stretch of one message kept on the timeline, in bytes. */
export const keptBytes = 256 * 1024

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Raw bytes as an entry keeps them: text where they are UTF-8, base64 elsewhere, cut at `keptBytes`. */
export function bodyOf(bytes: Uint8Array): Body {
  const kept = bytes.length > keptBytes ? bytes.subarray(0, keptBytes) : bytes
  const cut = bytes.length > kept.length ? { cut: bytes.length - kept.length } : {}
  try {
    return { text: strictUtf8.decode(kept), length: bytes.length, ...cut }
  } catch {
    return { base64: Buffer.from(kept).toString('base64'), length: bytes.length, ...cut }
  }
}
