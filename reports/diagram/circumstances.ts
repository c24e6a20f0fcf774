import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'

/** What else became of the messages on a timeline: whether an entry has a row of its own depends on it. */
export interface Circumstances {
  /** `connection/exchange` of HTTP requests that the entry of a session tells already. */
  toldRequests: ReadonlySet<string>
  /** The same, by `exchange`, for RPCs, whose entries do not name the connection. */
  toldExchanges: ReadonlySet<number>
  /** Connections to the ACS that were closed without a request. */
  idleConnections: ReadonlySet<number>
  /** Connection Requests over HTTP that were written. */
  writtenRequests: ReadonlySet<number>
  /** Entries of Binding Requests that were left without an answer, with the reason. */
  withheld: ReadonlyMap<number, string>
  /** When an XMPP connection was bound, by its number; what comes before is negotiation. */
  boundSeq: ReadonlyMap<number, number>
  /** XMPP connections of which more is known than that they were opened. */
  negotiated: ReadonlySet<number>
  /** Ids of stanzas that came over a stream of the embedded server. */
  receivedStanzas: ReadonlySet<string>
}

export const exchangeKey = ({ connection, exchange }: { connection: number; exchange: number }) =>
  `${connection}/${exchange}`

export function circumstancesOf(entries: readonly Entry[]): Circumstances {
  const toldRequests = new Set<string>()
  const toldExchanges = new Set<number>()
  const usedConnections = new Set<number>()
  const idleConnections = new Set<number>()
  const writtenRequests = new Set<number>()
  const withheld = new Map<number, string>()
  const boundSeq = new Map<number, number>()
  const negotiated = new Set<number>()
  const receivedStanzas = new Set<string>()
  for (const entry of entries) {
    switch (entry.type) {
      case 'session-opened':
      case 'inform-repeated':
      case 'empty-post':
        toldRequests.add(exchangeKey(entry))
        break
      case 'rpc-answered':
      case 'device-rpc':
        toldExchanges.add(entry.exchange)
        break
      case 'http-received':
      case 'http-refused':
        usedConnections.add(entry.connection)
        break
      case 'connection-closed':
        if (!usedConnections.has(entry.connection)) idleConnections.add(entry.connection)
        break
      case 'http-cr-sent':
        writtenRequests.add(entry.request)
        break
      case 'stun-withheld':
        withheld.set(entry.answers, entry.because)
        break
      case 'xmpp-bound':
        boundSeq.set(entry.connection, entry.seq)
        break
      case 'xmpp-tls-established':
      case 'xmpp-authenticated':
        negotiated.add(entry.connection)
        break
      case 'xmpp-received':
        if (entry.what === 'stanza') receivedStanzas.add(stanzaKey(entry))
        break
    }
  }
  return {
    toldRequests,
    toldExchanges,
    idleConnections,
    writtenRequests,
    withheld,
    boundSeq,
    negotiated,
    receivedStanzas,
  }
}

export const stanzaKey = ({ name, id }: Pick<EntryOf<'xmpp-received'>, 'name' | 'id'>) => `${name} ${id}`
