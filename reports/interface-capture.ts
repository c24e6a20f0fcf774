import type { EntryOf, NewEntry } from '../harness/timeline/entry.ts'

/** The mark that says that packets were captured beside the run. */
const markName = 'interface-capture'

/** A capture that was made beside a run. */
export interface CaptureBesideRun {
  interface: string
  /** Inside the run directory. */
  file: string
  program: string
  filter: string
  packets?: number
  /** Packets that the program could not take in time. */
  lost?: number
  /** Why it ended before the run. */
  problem?: string
}

/** The entry that tells of a capture. */
export const captureMark = (capture: CaptureBesideRun) =>
  ({
    type: 'mark',
    name: markName,
    data: { ...capture },
  }) satisfies NewEntry

/** What must be known by whoever holds such a file. */
export const captureIsSecret = 'It is the wire as it was: passwords and keys in it are not taken out.'

/** What the mark of a capture tells people; nothing for any other. */
export function captureSentences({ name, data }: Pick<EntryOf<'mark'>, 'name' | 'data'>): string[] {
  if (name !== markName || data === undefined) return []
  const { interface: place, file, program, packets, lost, problem } = data as Partial<CaptureBesideRun>
  const counted = packets === undefined ? '' : `, ${packets === 1 ? '1 packet' : `${packets} packets`}`
  const missing = lost === undefined || lost === 0 ? '' : ` ${lost} more were lost.`
  return [
    `What went over ${place} is in ${file} (${program}${counted}).${missing} ${captureIsSecret}`,
    ...(problem === undefined
      ? []
      : [`The capture on ${place} ended before the run, which says nothing of the device: ${problem}`]),
  ]
}
