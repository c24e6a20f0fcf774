import type { Entry } from '../../harness/timeline/entry.ts'

/** Shorter than what any capture resolves, so that no measured time changes. */
const instantMs = 0.001

/** A time as it was written down, and as it is told here. */
interface Moved {
  from: number
  to: number
}

const movedTo = (time: number, moved: Moved | undefined) => (moved?.from === time ? moved.to : time)

/**
 * The same entries, each at an instant of its own and none before the one above it: a capture that resolves
 * milliseconds, or one of virtual time, has many in one, of which the order tells what came first. Times within an
 * entry that are those of another one move with it.
 */
export function withOwnInstants(entries: readonly Entry[]): Entry[] {
  let last = Number.NEGATIVE_INFINITY
  const sent = new Map<string, Moved>()
  const accepted = new Map<number, Moved>()
  return entries.map(entry => {
    const at = entry.at > last ? entry.at : last + instantMs
    last = at
    const own = { from: entry.at, to: at }
    switch (entry.type) {
      case 'connection-accepted':
        accepted.set(entry.connection, own)
        break
      case 'http-cr-sent':
      case 'xmpp-cr-sent':
        sent.set(`${entry.type.slice(0, 4)} ${entry.request}`, own)
        break
      case 'http-cr-answered': {
        const sentAt = movedTo(entry.sentAt, sent.get(`http ${entry.request}`))
        if (at === entry.at && sentAt === entry.sentAt) return entry
        return { ...entry, at, sentAt, lastByteAt: movedTo(entry.lastByteAt, own) }
      }
      case 'xmpp-cr-answered': {
        const sentAt = movedTo(entry.sentAt, sent.get(`xmpp ${entry.request}`))
        if (at === entry.at && sentAt === entry.sentAt) return entry
        return { ...entry, at, sentAt, receivedAt: movedTo(entry.receivedAt, own) }
      }
      case 'session-opened': {
        const begun = entry.attemptBasis === 'connection' ? accepted.get(entry.connection) : own
        const attemptAt = movedTo(entry.attemptAt, begun)
        return at === entry.at && attemptAt === entry.attemptAt ? entry : { ...entry, at, attemptAt }
      }
      default:
    }
    return at === entry.at ? entry : { ...entry, at }
  })
}
