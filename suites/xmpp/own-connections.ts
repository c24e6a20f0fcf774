import { prepareLocal } from '../../harness/xmpp-server/jid.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import type { XmppConnection } from '../../harness/timeline/xmpp-connections.ts'

/** The mark of what the device was told of its XMPP account; its data has `username`. */
export const accountMark = 'xmpp-account'

/**
 * Whether a name is that of the account that the scenario marked. Other devices, and other connections of the same
 * device, call the server too. A name that was never said may be any; without a mark all are the device's.
 */
export function isOwnName(timeline: Timeline, claimed: string): boolean {
  const username = markNamed(timeline, accountMark)?.data?.['username']
  return typeof username !== 'string' || claimed === '' || prepareLocal(claimed) === prepareLocal(username)
}

/** The streams that the marked account bound in `stretch`, in order. */
export const ownBounds = (timeline: Timeline, stretch: Timeline): EntryOf<'xmpp-bound'>[] =>
  entriesOf(stretch, 'xmpp-bound').filter(({ username }) => isOwnName(timeline, username))

/** Those that the device's account made, and those of which nobody can say whose they are. */
export interface AttributedConnections {
  own: XmppConnection[]
  /** They never authenticated, and their address is known for other accounts too. */
  unclear: XmppConnection[]
}

/**
 * Whose connections they are. One that never authenticates counts as the device's, unless another account
 * authenticated from its address anywhere in `timeline`: then it is nobody's, or unclear where both did.
 */
export function attributed(timeline: Timeline, connections: readonly XmppConnection[]): AttributedConnections {
  const addresses = new Map(
    entriesOf(timeline, 'xmpp-connection-accepted').map(({ connection, from }) => [connection, from.address]),
  )
  const own = new Set<string | undefined>()
  const foreign = new Set<string | undefined>()
  for (const { connection, username } of entriesOf(timeline, 'xmpp-authenticated'))
    (isOwnName(timeline, username) ? own : foreign).add(addresses.get(connection))
  const found: AttributedConnections = { own: [], unclear: [] }
  for (const connection of connections) {
    const { accepted, authentications } = connection
    const { address } = accepted.from
    if (authentications.length > 0) {
      if (authentications.some(({ username }) => isOwnName(timeline, username))) found.own.push(connection)
    } else if (!foreign.has(address)) found.own.push(connection)
    else if (own.has(address)) found.unclear.push(connection)
  }
  return found
}

/** Those of the device's account. */
export const ownConnections = (timeline: Timeline, connections: readonly XmppConnection[]): XmppConnection[] =>
  attributed(timeline, connections).own
