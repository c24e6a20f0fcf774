import { type Finding, problem } from './finding.ts'

/** This version did not exist before. Raised with a release. */
const writtenOn = '2026-11-22'

/** A clock that shows a time before this program was written is wrong; certificates would be too. */
export function ownClockFindings(now: Date): Finding[] {
  if (now.getTime() >= Date.parse(writtenOn)) return []
  return [
    problem(
      'clock',
      `The clock of this machine shows ${now.toISOString().slice(0, 10)}, which is before this version was made (${writtenOn}).`,
      'Set it, for example with NTP: certificates and reports carry its time.',
    ),
  ]
}
