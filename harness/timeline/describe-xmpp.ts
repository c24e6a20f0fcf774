import type { Body, Endpoint, EntryOf } from './entry.ts'
import { shortenedText } from './visible-text.ts'
import type { XmppConnectionRequestEntries, XmppStreamEntries } from './xmpp-entry.ts'

type XmppEntryType = keyof XmppStreamEntries | keyof XmppConnectionRequestEntries

const longestExcerpt = 120

/** What happened on the XMPP server and with XMPP Connection Requests, in one line each. */
export const xmppDescribers: { [T in XmppEntryType]: (entry: EntryOf<T>) => string } = {
  'xmpp-listening': e => `XMPP server for ${e.domain} listens on ${endpoint(e.listen)} for ${listeners[e.for]}`,
  'xmpp-connection-accepted': e =>
    `XMPP connection ${e.connection} from ${endpoint(e.from)}${e.handling === 'served' ? '' : `, ${e.handling}`}`,
  'xmpp-connection-closed': e =>
    `XMPP connection ${e.connection} closed by ${e.by === 'peer' ? 'the device' : 'the server'}${e.error === undefined ? '' : ` (${e.error})`}`,
  'xmpp-tls-established': e =>
    `XMPP connection ${e.connection}: TLS established, ${e.protocol}${e.how === 'starttls' ? ' by STARTTLS' : ''}`,
  'xmpp-tls-failed': e => `XMPP connection ${e.connection}: TLS failed, ${e.reason}`,
  'xmpp-stream-opened': e =>
    `XMPP stream ${e.stream} opened on connection ${e.connection} to "${e.to ?? ''}", ${e.tls ? 'under TLS' : 'in clear'}${e.restartAfter === undefined ? '' : `, restart after ${e.restartAfter.toUpperCase()}`}`,
  'xmpp-received': e => `XMPP ${e.connection} ${e.tls ? '(TLS) ' : ''}from ${e.jid ?? 'the device'}: ${traffic(e)}`,
  'xmpp-sent': e =>
    `XMPP ${e.connection} ${e.tls ? '(TLS) ' : ''}to ${e.jid ?? 'the device'}: ${traffic(e)}${e.because === undefined ? '' : ` (${e.because})`}`,
  'xmpp-authenticated': e =>
    `XMPP connection ${e.connection}: ${e.ok ? 'authenticated' : `refused (${e.condition ?? 'no condition'})`} as "${e.username}" by ${e.mechanism}${e.tls ? '' : ' in clear'}`,
  'xmpp-bound': e => `XMPP connection ${e.connection}: bound to ${e.jid}`,
  'xmpp-stream-error': e =>
    `XMPP connection ${e.connection}: stream error ${e.condition} from ${e.by === 'peer' ? 'the device' : 'the server'}${e.text === undefined ? '' : `: ${e.text}`}`,
  'xmpp-stream-ended': e => `XMPP stream ${e.stream}${e.jid === undefined ? '' : ` of ${e.jid}`} ended: ${e.how}`,
  'xmpp-cr-sent': e => `XMPP Connection Request ${e.request} (${e.label}): ${e.form} ${e.id} from ${e.from} to ${e.to}`,
  'xmpp-cr-answered': e =>
    `XMPP Connection Request ${e.request} answered${e.nth > 1 ? ` again (${e.nth})` : ''}${e.answeredBy === 'device' ? '' : ` by ${e.answeredBy === 'server' ? 'the server' : 'device or server'}`}: ${e.kind}${e.condition === undefined ? '' : ` ${e.condition}`}, after ${Math.round((e.receivedAt - e.sentAt) * 10) / 10} ms`,
  'xmpp-cr-unanswered': e =>
    `XMPP Connection Request ${e.request} not answered within ${Math.round(e.waitedMs) / 1000} s: ${e.reason}`,
  'xmpp-stray-stanza': e =>
    `Stanza from ${e.from ?? 'the device'} that answers nothing: ${e.name}${e.stanzaType === undefined ? '' : ` ${e.stanzaType}`}${e.id === undefined ? '' : ` ${e.id}`}`,
}

const listeners = {
  clients: 'devices',
  'clients-direct-tls': 'devices by direct TLS',
  components: 'components',
}

function traffic(e: EntryOf<'xmpp-received'> | EntryOf<'xmpp-sent'>): string {
  if (e.what === 'whitespace') return 'white space'
  if (e.what === 'end') return '</stream:stream>'
  if (e.what === 'header') return 'stream header'
  return excerpt(e.raw)
}

const excerpt = (raw: Body) => shortenedText(raw.text ?? `${raw.length} bytes`, longestExcerpt)
const endpoint = ({ address, port }: Endpoint) =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
