import type { NewEntry } from '../../harness/timeline/entry.ts'
import { createRedactor, keepSecrets, type Redactor } from '../../harness/timeline/redactor.ts'
import type { ConformanceSettings } from '../../suites/conformance-settings.ts'
import { saysUnwritable } from '../../harness/timeline/unwritable.ts'
import { appendEntries } from '../append-entries.ts'
import type { Played } from './play-suite.ts'

/** What is said of a run whose playing process was killed or crashed. */
export const playingDied = 'The process that plays the suite died.'

/**
 * Puts on the timeline what only this process knows of the run: errors around the scenarios, and that it was
 * interrupted before the playing process could say so. Returns the errors, redacted.
 */
export function completeTimeline(options: {
  settings: ConformanceSettings
  played: Played
  interrupted: boolean
  /** What else is to be told. */
  besides: readonly NewEntry[]
}): string[] {
  const { settings, played, interrupted, besides } = options
  const { ended, problems } = played
  const unwritable = lossOf(played)
  const died = !ended && !interrupted && unwritable === undefined
  const added: NewEntry[] = problems
    .filter(({ message }) => message !== ended?.reason && !saysUnwritable(message))
    .map(({ message, ...more }) => ({
      type: 'harness-error',
      message: died ? `${playingDied} ${message}` : message,
      ...more,
    }))
  if (interrupted && !ended)
    added.push({ type: 'run-ended', how: 'interrupted', reason: 'The run was stopped by hand.' })
  if (unwritable !== undefined && !ended) added.push({ type: 'run-ended', how: 'broken-off', reason: unwritable })
  added.push(...besides)
  if (added.length === 0) return []
  const redactor = redactorFor(settings)
  try {
    appendEntries(settings.timelinePath, added, redactor)
  } catch {
    // Where no entry can be added, they are told all the same, and the run has no end on its timeline.
  }
  const redacted = added.map(entry => redactor.redact(entry))
  return redacted.flatMap(entry => (entry.type === 'harness-error' ? entry.message : []))
}

/** Why the playing process could not keep its timeline, where that ended it. */
export const lossOf = ({ problems }: Played): string | undefined =>
  problems.map(({ message }) => message).find(saysUnwritable)

const redactorFor = ({ device, keepSecrets: keep }: ConformanceSettings): Redactor =>
  keep ? keepSecrets : redactorKnowing(device)

/** A redactor that knows the secrets of the device's profile. */
export function redactorKnowing(device: ConformanceSettings['device']): Redactor {
  const redactor = createRedactor()
  if (device.kind === 'simulated') return redactor
  const { acs, connectionRequest, xmpp } = device.profile
  const { authentication } = acs
  const declared = [
    authentication.scheme === 'none' ? undefined : authentication.password,
    connectionRequest.password,
    xmpp?.component?.secret,
  ]
  for (const secret of declared) if (secret !== undefined) redactor.learn(secret)
  return redactor
}
