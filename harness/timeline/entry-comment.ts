import type { Entry, EntryType } from './entry.ts'

/** With what a comment in a capture begins that holds an entry for programs to read. */
export const entryComment = 'connreq-entry: '

/** What the packets themselves show of an entry: its comment does not say it again. */
const shownByPackets: Partial<Record<EntryType, readonly string[]>> = {
  'http-received': ['headers', 'body'],
  'http-sent': ['headers', 'body'],
  'session-opened': ['inform'],
  'inform-repeated': ['inform', 'cookies'],
  'rpc-sent': ['arguments'],
  'rpc-answered': ['result'],
  'http-cr-sent': ['headers', 'raw'],
  'http-cr-answered': ['headers', 'body'],
  'stun-received': ['message', 'raw'],
  'stun-sent': ['message', 'raw'],
  'udp-cr-sent': ['raw'],
  'xmpp-received': ['raw'],
  'xmpp-sent': ['raw'],
}

/** Whether packets show a part of such an entry, without which it is not whole. */
export const isShownByPackets = ({ type }: Pick<Entry, 'type'>): boolean => shownByPackets[type] !== undefined

/**
 * An entry as a comment, so that who judges the capture knows what no packet shows: what the run was about to do, and
 * the numbers of things. ASCII, on one line.
 */
export function commentOfEntry(entry: Entry): string {
  const shown = shownByPackets[entry.type] ?? []
  const fields = Object.entries(entry).filter(([name]) => !shown.includes(name))
  const json = JSON.stringify(Object.fromEntries(fields))
  return `${entryComment}${json.replace(/[^\x20-\x7e]/g, asEscape)}`
}

const asEscape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

/** The entry in such a comment, without what the packets show; `undefined` for any other comment. */
export function entryInComment(comment: string): Entry | undefined {
  if (!comment.startsWith(entryComment)) return undefined
  try {
    const value: unknown = JSON.parse(comment.slice(entryComment.length))
    if (value === null || typeof value !== 'object') return undefined
    const { seq, at, type } = value as Partial<Entry>
    return Number.isSafeInteger(seq) && Number.isFinite(at) && typeof type === 'string' ? (value as Entry) : undefined
  } catch {
    return undefined
  }
}
