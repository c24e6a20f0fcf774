import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import { measuredText } from '../durations.ts'
import { type Circumstances, stanzaKey } from './circumstances.ts'
import { type Draft, message, noteOf } from './draft.ts'

const fromDevice = ['device', 'xmpp'] as const
const toDevice = ['xmpp', 'device'] as const
const fromAcs = ['acs', 'xmpp'] as const
const toAcs = ['xmpp', 'acs'] as const

/** Streams of the device, as far as they are more than their ordinary course, and the stanzas on them. */
export function xmppDraft(entry: Entry, circumstances: Circumstances): Draft | undefined {
  switch (entry.type) {
    case 'xmpp-connection-accepted':
      if (entry.for === 'components') return undefined
      if (entry.handling === 'reset') return message('connection', fromDevice, 'TCP connection', { lost: 'reset' })
      return message('connection', fromDevice, 'TCP connection', {
        note: entry.handling === 'silent' ? 'the server stays silent' : undefined,
      })
    case 'xmpp-stream-opened':
      if (circumstances.negotiated.has(entry.connection)) return undefined
      return message('connection', fromDevice, 'stream header', {
        note: entry.to === undefined ? 'to nobody' : `to ${entry.to}`,
      })
    case 'xmpp-tls-established':
      return message('connection', fromDevice, entry.how === 'starttls' ? 'STARTTLS' : 'TLS', { note: entry.protocol })
    case 'xmpp-tls-failed':
      return message('connection', fromDevice, 'TLS', { lost: 'failed', note: entry.reason })
    case 'xmpp-authenticated':
      return message(
        'connection',
        fromDevice,
        `SASL ${entry.mechanism} → ${entry.ok ? 'success' : (entry.condition ?? 'failure')}`,
        {
          note: noteOf(`as ${entry.username}`, !entry.tls && 'in clear'),
        },
      )
    case 'xmpp-bound':
      return message('connection', fromDevice, 'bind → result', { note: entry.jid })
    case 'xmpp-stream-error':
      return message('stanza', entry.by === 'peer' ? fromDevice : toDevice, `stream error ${entry.condition}`, {
        note: entry.text,
      })
    case 'xmpp-stream-ended': {
      const how = { dropped: 'cut by the harness', lost: 'lost without </stream:stream>' }[entry.how as string]
      return how === undefined ? undefined : { row: 'event', text: `XMPP stream ${how}` }
    }
    case 'xmpp-received':
    case 'xmpp-sent':
      return trafficDraft(entry, circumstances)
    case 'xmpp-cr-sent':
      return message('stanza', fromAcs, entry.form === 'iq get' ? 'iq connectionRequest' : entry.form, {
        note: entry.label,
      })
    case 'xmpp-cr-answered':
      return message('stanza', toAcs, entry.kind === 'result' ? 'result' : entry.condition || 'error', {
        took: entry.receivedAt - entry.sentAt,
        note: noteOf(entry.answeredBy === 'server' && 'by the server', entry.nth > 1 && `answer ${entry.nth}`),
      })
    case 'xmpp-cr-unanswered':
      return message('stanza', toAcs, 'no answer', {
        lost: 'no answer',
        note: entry.reason === 'timeout' ? `in ${measuredText(entry.waitedMs)}` : 'the stream ended',
      })
    case 'xmpp-stray-stanza':
      if (circumstances.receivedStanzas.has(stanzaKey(entry))) return undefined
      return message('stanza', toAcs, stanzaLabel(entry), { note: 'answers nothing' })
    default:
      return undefined
  }
}

function trafficDraft(
  entry: EntryOf<'xmpp-received'> | EntryOf<'xmpp-sent'>,
  { boundSeq }: Circumstances,
): Draft | undefined {
  const ways = entry.type === 'xmpp-received' ? fromDevice : toDevice
  if (entry.what === 'whitespace') return message('stanza', ways, 'white space')
  if (entry.what === 'end') return message('stanza', ways, '</stream:stream>')
  if (entry.what !== 'stanza') return undefined
  const bound = boundSeq.get(entry.connection)
  if (bound !== undefined && entry.seq < bound) return undefined
  const answer = entry.stanzaType === 'result' || entry.stanzaType === 'error'
  return message('stanza', ways, stanzaLabel({ ...entry, content: contentOf(entry.raw.text) }), {
    ...(entry.id === undefined ? {} : { exchange: `stanza ${entry.connection} ${entry.id}` }),
    ...(answer ? { asAnswer: entry.stanzaType ?? '' } : {}),
    note: entry.type === 'xmpp-sent' ? entry.because : undefined,
  })
}

const stanzaLabel = ({ name, stanzaType, content }: { name?: string; stanzaType?: string; content: string[] }) =>
  [name ?? 'stanza', stanzaType, content[0]].filter(part => part !== undefined && part !== '').join(' ')

/** The local name of the first element in a stanza. */
function contentOf(raw: string | undefined): string[] {
  const found = raw === undefined ? null : /^[^>]*[^>/]>\s*<(?:[\w.-]+:)?([\w.-]+)/.exec(raw)
  return found?.[1] === undefined ? [] : [found[1]]
}
