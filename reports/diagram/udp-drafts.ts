import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import type { Circumstances } from './circumstances.ts'
import { type Draft, message, noteOf } from './draft.ts'

const toDevice = ['stun', 'device'] as const
const fromDevice = ['device', 'stun'] as const

/** Datagrams: STUN and UDP Connection Requests. */
export function udpDraft(entry: Entry, { withheld }: Circumstances): Draft | undefined {
  switch (entry.type) {
    case 'udp-cr-sent':
      return message('datagram', toDevice, 'UDP Connection Request', {
        note: entry.label,
        copyOf: `udp ${entry.request}`,
      })
    case 'udp-cr-failed':
      return message('datagram', toDevice, 'UDP Connection Request', { lost: 'not sent on', note: entry.problem })
    case 'stun-received': {
      const reason = withheld.get(entry.seq)
      return message('datagram', fromDevice, entry.message.name === 'unknown' ? 'STUN message' : entry.message.name, {
        exchange: `stun ${entry.seq}`,
        note: noteOf(
          attributesOf(entry),
          entry.retransmissionOf !== undefined && 'again',
          !entry.ofDeviceUnderTest && 'of another device',
          reason !== undefined && 'left without an answer',
        ),
      })
    }
    case 'stun-sent': {
      const error = entry.message.attributes.find(attribute => attribute.error !== undefined)?.error
      const label = error === undefined ? entry.message.name : `${entry.message.name} ${error}`
      return message('datagram', toDevice, label, {
        note: noteOf(entry.because, entry.truthful === false && 'another address than the true one'),
        exchange: `stun ${entry.answers}`,
        asAnswer: error === undefined ? 'Response' : `Error ${error}`,
      })
    }
    case 'datagram-received':
      return message('datagram', fromDevice, `datagram of ${entry.raw.length} bytes`, { note: entry.problem })
    case 'datagrams-not-recorded':
      return { row: 'event', text: `${entry.count} more datagrams are not written down` }
    default:
      return undefined
  }
}

/** Attributes that tell one Binding Request from another. G.2.1.1 */
const telling = new Set(['BINDING-CHANGE', 'MESSAGE-INTEGRITY', 'RESPONSE-ADDRESS'])

const attributesOf = ({ message: { attributes } }: EntryOf<'stun-received'>) =>
  noteOf(...attributes.map(({ name }) => name).filter(name => telling.has(name)))
