import type { TimelineRecorder } from './timeline/recorder.ts'

/** A value that Informs bring, with the number of the Inform. */
export interface InformedValue {
  value: string
  seq: number
}

/**
 * Follows a parameter of ManagementServer through the Informs of the device under test.
 * @returns the newest value that was not empty; reads on from where it read last
 */
export function followInforms(timeline: TimelineRecorder, parameter: string): () => InformedValue | undefined {
  let newest: InformedValue | undefined
  let read = 0
  return () => {
    for (; read < timeline.entries.length; read++) {
      const entry = timeline.entries[read]
      if (entry?.type !== 'session-opened' || !entry.ofDeviceUnderTest) continue
      const found = entry.inform.parameters.find(({ name }) => name.endsWith(`ManagementServer.${parameter}`))
      if (found !== undefined && found.value !== '') newest = { value: found.value, seq: entry.seq }
    }
    return newest
  }
}
