import type { Entry, EntryOf } from '../harness/timeline/entry.ts'
import { entriesOf, timelineOf } from '../harness/timeline/timeline.ts'
import { durationText } from './durations.ts'

/** Says beside the verdict of the run for how long nobody watched; nothing where somebody always did. */
export function suspensionSentence(entries: readonly Entry[]): string | undefined {
  const suspensions = entriesOf(timelineOf(entries), 'suspended')
  const [first] = suspensions
  if (first === undefined) return undefined
  const who = whoOf(new Set(suspensions.map(({ how }) => how)))
  const text = (ms: number) => durationText(Math.round(ms / 1000) * 1000)
  if (suspensions.length === 1) return `${who} for ${text(first.ms)}, ${text(first.from)} after the start of the run.`
  const all = suspensions.reduce((sum, { ms }) => sum + ms, 0)
  return `${who} ${suspensions.length} times, for ${text(all)} in all.`
}

function whoOf(ways: ReadonlySet<EntryOf<'suspended'>['how']>): string {
  if (ways.has('machine')) return 'The machine was suspended'
  return ways.has('process') ? 'The run was stopped' : 'The harness itself was busy'
}
