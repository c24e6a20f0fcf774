import type { Clock } from '../clock/clock.ts'
import type { Endpoint } from '../timeline/entry.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import type { StunLimits } from './stun-limits.ts'

/** Decides which datagrams are written down, and counts those that are not. */
export interface RecordingBudget {
  /** Whether the datagram that has just come is written down. Those of the device under test come first. */
  allows(datagram: { from: Endpoint; ofDeviceUnderTest: boolean }): boolean
  /** Writes down how many there were in an earlier second; without a timer, so with the next datagram. */
  settle(): void
  /** The same for the current second. */
  close(): void
}

export function createRecordingBudget(
  clock: Pick<Clock, 'now'>,
  timeline: Pick<TimelineRecorder, 'add'>,
  limits: StunLimits,
): RecordingBudget {
  let second = 0
  /** Datagrams that may be written down just now; it fills up evenly, so that a flood finds no new second to fill. */
  let free = limits.recordedAtOnce
  let filledAt = clock.now()
  let recordedOfOthers = 0
  let recordedOfOthersInRun = 0
  let recordedOfDevice = 0
  let recordedOfDeviceInRun = 0
  /** Others leave this to the device. */
  const reserved = Math.max(0, limits.recordedAtOnce - limits.recordedOfOthersPerSecond)
  const recordedBySource = new Map<string, number>()
  let left: { count: number; from: Endpoint } | undefined

  const fill = () => {
    const now = clock.now()
    free = Math.min(limits.recordedAtOnce, free + ((now - filledAt) / 1000) * limits.recordedPerSecond)
    filledAt = now
  }

  const writeCount = () => {
    if (left !== undefined) timeline.add({ type: 'datagrams-not-recorded', ...left })
    left = undefined
  }

  const isWithinBounds = ({ from, ofDeviceUnderTest }: { from: Endpoint; ofDeviceUnderTest: boolean }): boolean => {
    if (free < 1) return false
    if (ofDeviceUnderTest) return isWithinDeviceBounds()
    if (free < reserved + 1) return false
    if (recordedOfOthers >= limits.recordedOfOthersPerSecond || recordedOfOthersInRun >= limits.recordedOfOthers)
      return false
    const fromSource = recordedBySource.get(from.address) ?? 0
    if (fromSource >= limits.recordedPerSourcePerSecond) return false
    recordedBySource.set(from.address, fromSource + 1)
    recordedOfOthers++
    recordedOfOthersInRun++
    return true
  }

  const isWithinDeviceBounds = () => {
    const isMuch = recordedOfDeviceInRun >= limits.recordedOfDevice
    if (isMuch && recordedOfDevice >= limits.recordedOfDevicePerSecondThen) return false
    recordedOfDevice++
    recordedOfDeviceInRun++
    return true
  }

  return {
    allows(datagram) {
      if (isWithinBounds(datagram)) {
        free--
        return true
      }
      left = { count: (left?.count ?? 0) + 1, from: datagram.from }
      return false
    },
    settle() {
      fill()
      const current = Math.floor(clock.now() / 1000)
      if (current === second) return
      writeCount()
      second = current
      recordedOfOthers = 0
      recordedOfDevice = 0
      recordedBySource.clear()
    },
    close: writeCount,
  }
}
