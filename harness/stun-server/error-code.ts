/** The value of ERROR-CODE; the reason is filled up with spaces to a multiple of 4 bytes. RFC 3489 11.2.9 */
export function writeErrorCode(error: number, reason: string): Buffer {
  const text = Buffer.from(reason)
  const value = Buffer.alloc(4 + Math.ceil(text.length / 4) * 4, ' ')
  value.writeUInt16BE(0, 0)
  value[2] = Math.floor(error / 100)
  value[3] = error % 100
  text.copy(value, 4)
  return value
}

/** Class × 100 + number, and the reason; `undefined` where the value is too short. */
export function readErrorCode(value: Buffer): { error: number; reason: string } | undefined {
  if (value.length < 4) return undefined
  return {
    error: ((value[2] ?? 0) & 7) * 100 + (value[3] ?? 0),
    reason: value.toString('utf8', 4).trimEnd(),
  }
}
