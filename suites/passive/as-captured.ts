import type { Entry, EntryOf, EntryType } from '../../harness/timeline/entry.ts'
import { withOwnInstants } from './instants.ts'

/** What a capture never shows: the intentions of a run, and what it knew of the device. */
const neverShown: readonly EntryType[] = [
  'acs-listening',
  'waiting-for-device',
  'probed',
  'planned',
  'provisioned',
  'restored',
  'run-ended',
  'scenario-begun',
  'scenario-ended',
  'step-begun',
  'step-ended',
  'watch-begun',
  'watch-ended',
  'mark',
  'limit-used',
  'wait-timed-out',
  'harness-error',
  'loop-delay',
  'suspended',
  'clock-set',
  'control',
  'device-authenticated',
  'xmpp-listening',
  'stun-listening',
  'stun-withheld',
]

/**
 * The entries of a recorded run as a capture of it would give them: for tests of what judges captures.
 * @param options.decrypted TLS is read by the keys of the session, as with a key log
 */
export function asCaptured(entries: readonly Entry[], { decrypted }: { decrypted: boolean }): Entry[] {
  const hidden = decrypted ? new Set<number>() : connectionsInTls(entries)
  const readable = entries.filter(entry => !neverShown.includes(entry.type) && isReadable(entry, hidden))
  const accepted = new Set(
    readable.flatMap(entry =>
      entry.type === 'http-cr-answered' && entry.status >= 200 && entry.status < 300 ? [entry.request] : [],
    ),
  )
  const captured: EntryOf<'run-started'>['captured'] = { file: 'run.pcapng', sha256: '', packets: readable.length }
  const renumbered = new Map(readable.map(({ seq }, index) => [seq, index + 1]))
  const entriesOfCapture = readable.map((entry, index) => {
    const changed = withoutIntentions(entry, { accepted, renumbered })
    return {
      ...changed,
      ...(changed.type === 'run-started' ? { captured, profile: {}, clock: 'real' as const } : {}),
      seq: index + 1,
      at: entry.at,
    }
  })
  return withOwnInstants(entriesOfCapture)
}

/** Connections of the device to the ACS and to the XMPP server that are, or become, unreadable. */
function connectionsInTls(entries: readonly Entry[]): Set<number> {
  return new Set(
    entries.flatMap(entry =>
      (entry.type === 'connection-accepted' && entry.tls) || entry.type === 'xmpp-tls-established'
        ? [keyOf(entry.type, entry.connection)]
        : [],
    ),
  )
}

/** Connections to the XMPP server are numbered by themselves. */
const keyOf = (type: EntryType, connection: number) => (type.startsWith('xmpp-') ? -connection : connection)

function isReadable(entry: Entry, hidden: ReadonlySet<number>): boolean {
  if (hidden.size === 0) return true
  if (entry.type === 'connection-accepted' || entry.type === 'xmpp-connection-accepted') return true
  if (entry.type.startsWith('xmpp-cr-') || entry.type === 'xmpp-stray-stanza') return false
  if ('session' in entry && [...hidden].some(connection => connection > 0)) return false
  return !('connection' in entry) || !hidden.has(keyOf(entry.type, entry.connection))
}

interface Known {
  accepted: ReadonlySet<number>
  renumbered: ReadonlyMap<number, number>
}

function withoutIntentions(entry: Entry, { accepted, renumbered }: Known): Entry {
  switch (entry.type) {
    case 'http-cr-sent':
      return { ...entry, label: 'captured', authorised: accepted.has(entry.request) }
    case 'udp-cr-sent':
    case 'xmpp-cr-sent':
      return { ...entry, label: 'captured', authorised: true }
    case 'stun-sent':
      return { ...entry, answers: renumbered.get(entry.answers) ?? 0 }
    case 'stun-received':
      return entry.retransmissionOf === undefined
        ? entry
        : { ...entry, retransmissionOf: renumbered.get(entry.retransmissionOf) ?? 0 }
    default:
      return entry
  }
}
