import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import { visibleText } from '../../harness/timeline/visible-text.ts'

/** One refusal may be a device that is just starting, or what a scenario asked for. */
const unansweredBeforeNotice = 2

/**
 * Tells once a scenario that the device does not answer, and that another one calls. The returned function takes each
 * entry of the timeline in turn and returns what to say of it, if anything.
 */
export function createDeviceNotices(): (entry: Entry) => string | undefined {
  const said = new Set<'no-answer' | 'another-device'>()
  let unanswered = 0
  let url: string | undefined

  const once = (what: 'no-answer' | 'another-device', text: string) => {
    if (said.has(what)) return undefined
    said.add(what)
    return visibleText(text)
  }
  return entry => {
    switch (entry.type) {
      case 'scenario-begun':
        said.clear()
        unanswered = 0
        return undefined
      case 'http-cr-connecting':
        url ??= `${entry.to.address.includes(':') ? `[${entry.to.address}]` : entry.to.address}:${entry.to.port}`
        return undefined
      case 'probed':
        url = (entry.probe as { connectionRequestUrl?: string }).connectionRequestUrl ?? url
        return undefined
      case 'http-cr-answered':
        unanswered = 0
        return undefined
      case 'http-cr-unanswered':
        if (!isSilence(entry) || ++unanswered < unansweredBeforeNotice) return undefined
        return once(
          'no-answer',
          `No answer at ${url ?? 'the device'} (${reasons[entry.reason]}); waiting for the device.`,
        )
      case 'session-opened':
        if (entry.ofDeviceUnderTest) return undefined
        return once('another-device', `Another device (${nameOf(entry)}) called the ACS; it is served, but not judged.`)
      default:
        return undefined
    }
  }
}

const reasons: Record<EntryOf<'http-cr-unanswered'>['reason'], string> = {
  refused: 'connection refused',
  unreachable: 'unreachable',
  timeout: 'no answer in time',
  reset: 'connection reset',
  closed: 'connection closed',
  malformed: 'unreadable',
}

/** A device that closes or answers nonsense is there. */
const isSilence = ({ reason }: EntryOf<'http-cr-unanswered'>) =>
  reason === 'refused' || reason === 'unreachable' || reason === 'timeout'

const nameOf = ({ inform: { deviceId } }: EntryOf<'session-opened'>) =>
  [deviceId.oui, deviceId.serialNumber].filter(Boolean).join('-') || 'without a name'
