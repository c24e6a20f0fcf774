import type { Endpoint, EntryOf } from './entry.ts'
import type { IntegrityVariant, StunEntries, StunMessageRecord, UdpConnectionRequestEntries } from './udp-entry.ts'
import { shortenedText } from './visible-text.ts'

type UdpEntryType = keyof StunEntries | keyof UdpConnectionRequestEntries

const longestExcerpt = 120

/** What happened on the STUN server and with UDP Connection Requests, in one line each. */
export const udpDescribers: { [T in UdpEntryType]: (entry: EntryOf<T>) => string } = {
  'stun-listening': e => `STUN server listens on ${endpoint(e.listen)}`,
  'stun-received': e =>
    `STUN from ${endpoint(e.from)}${e.ofDeviceUnderTest ? '' : ' (another device)'}: ${messageText(e.message)}` +
    (e.username === undefined ? '' : `, user "${shortenedText(e.username, longestExcerpt)}"`) +
    (e.integrity === undefined ? '' : `, ${integrityText(e.integrity)}`) +
    (e.retransmissionOf === undefined ? '' : `, again (first in ${e.retransmissionOf})`),
  'stun-sent': e =>
    `STUN to ${endpoint(e.to)}: ${messageText(e.message)}` +
    (e.mapped === undefined ? '' : `, mapped ${endpoint(e.mapped)}${e.truthful === false ? ' (not the truth)' : ''}`) +
    (e.because === undefined ? '' : ` (${e.because})`),
  'stun-withheld': e => `STUN request in ${e.answers} is left without an answer: ${e.because}`,
  'datagram-received': e =>
    `Datagram of ${e.raw.length} bytes from ${endpoint(e.from)} that is no STUN message (${e.problem}): ${shortenedText(e.raw.text ?? 'binary', longestExcerpt)}`,
  'datagrams-not-recorded': e => `${e.count} more datagrams, the last from ${endpoint(e.from)}, are not written down`,
  'udp-cr-sent': e =>
    `UDP Connection Request ${e.request} (${e.label}), copy ${e.copy} of ${e.copies}, to ${endpoint(e.to)}: ts ${e.ts ?? 'none'}, id ${e.id ?? 'none'}`,
  'udp-cr-failed': e => `UDP Connection Request ${e.request} did not reach ${endpoint(e.to)}: ${e.problem}`,
}

function messageText({ name, attributes }: StunMessageRecord): string {
  const names = attributes.map(attribute =>
    attribute.error === undefined ? attribute.name : `${attribute.name} ${attribute.error}`,
  )
  return names.length === 0 ? name : `${name} with ${names.join(', ')}`
}

const integrityText = (variants: readonly IntegrityVariant[]) =>
  variants.length === 0
    ? 'integrity that matches nothing'
    : `integrity ${variants.map(({ padded }) => (padded ? 'padded' : 'unpadded')).join(' or ')}`

const endpoint = ({ address, port }: Endpoint) =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
