import { durationText } from '../../reports/durations.ts'
import { type Finding, fine, note } from './finding.ts'

/** Ours: what a device without NTP drifts, and what an Inform takes to come. */
const toleratedMs = 60_000

/** A device that boots without knowing the time counts from there. */
const earliest = Date.parse('2000-01-01T00:00:00Z')

/** What an Inform's CurrentTime says against the clock of this machine, at which it arrived. TR-069 A.3.3.1 */
export function deviceClockFindings(currentTime: string | undefined, now: Date): Finding[] {
  if (currentTime === undefined || currentTime === '') return [note('clock', 'The Inform carries no CurrentTime.')]
  const hasZone = /(Z|[+-]\d{2}:\d{2})$/.test(currentTime)
  const time = Date.parse(hasZone ? currentTime : `${currentTime}Z`)
  if (Number.isNaN(time) && !currentTime.startsWith('0001-'))
    return [note('clock', `CurrentTime of the Inform is "${currentTime}", which is no dateTime.`)]
  if (Number.isNaN(time) || time < earliest)
    return [
      note(
        'clock',
        `The device does not know the time: CurrentTime is ${currentTime}.`,
        'Give it NTP where it speaks TLS: with such a clock it refuses every certificate.',
      ),
    ]
  const aheadMs = time - now.getTime()
  if (Math.abs(aheadMs) <= toleratedMs)
    return [fine('clock', 'The clock of the device goes with that of this machine.')]
  const which = `${durationText(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'}`
  if (!hasZone)
    return [
      note(
        'clock',
        `CurrentTime of the Inform (${currentTime}) names no time zone; read as UTC it is ${which} the clock of this machine.`,
        'If that is the hour of its own zone, nothing is wrong; otherwise set both by NTP.',
      ),
    ]
  return [
    note(
      'clock',
      `The clock of the device (${currentTime}) is ${which} that of this machine (${now.toISOString().slice(0, 19)}Z).`,
      'Set both by NTP: certificates are valid by the clock, and logs are compared by it.',
    ),
  ]
}
