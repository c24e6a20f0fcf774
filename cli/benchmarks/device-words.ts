import type { DeviceLogEntry } from '../../fixtures/simulated-cpe/simulated-cpe.ts'

/** The device's log in the output of `connreq simulate --json`; lines of anything else are left out. */
export function deviceLog(lines: readonly string[]): DeviceLogEntry[] {
  return lines.filter(line => line.startsWith('{"at":')).map(line => JSON.parse(line) as DeviceLogEntry)
}

/**
 * By the device's own clock: from each success reply to the session attempt that followed it, in milliseconds. A reply
 * that no attempt followed before the next reply is left out.
 */
export function replyToAttempt(log: readonly DeviceLogEntry[]): number[] {
  const gaps: number[] = []
  let repliedAt: number | undefined
  for (const entry of log) {
    if (entry.event === 'connection-request-replied' && entry.status < 300) repliedAt = entry.at
    if (entry.event !== 'session-attempt' || repliedAt === undefined) continue
    gaps.push(entry.at - repliedAt)
    repliedAt = undefined
  }
  return gaps
}
