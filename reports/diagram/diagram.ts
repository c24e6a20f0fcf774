/** Who takes part, in the order of the lanes from left to right. */
export const lanes = ['device', 'acs', 'xmpp', 'stun'] as const
export type Lane = (typeof lanes)[number]

export const laneTitles: Record<Lane, string> = {
  device: 'Device',
  acs: 'ACS',
  xmpp: 'XMPP server',
  stun: 'STUN server',
}

export type MessageKind = 'request' | 'reply' | 'session' | 'stanza' | 'datagram' | 'connection'

interface RowOfEntry {
  /** The entry the row is for, of several the first. */
  seq: number
  /** Milliseconds since the first entry. */
  at: number
  /** Evidence of something broken. Such a row stands for one entry alone. */
  guilty: boolean
}

/** A message between two lanes, or several of a kind in one. */
export interface MessageRow extends RowOfEntry {
  row: 'message'
  kind: MessageKind
  from: Lane
  to: Lane
  /** In the standard's terms: `GET /cr → 401`. */
  label: string
  /** In the scenario's words or about the circumstances. */
  note?: string
  /** How many messages it stands for, and when the last of them went. */
  times: number
  until?: number
  /** The answer came back at once and stands in the label. */
  answered?: true
  /** It did not arrive or nothing came of it: `refused`, `no answer`. */
  lost?: string
}

/** The heading of a step. */
export interface StepRow extends RowOfEntry {
  row: 'step'
  text: string
}

/** The begin or the end of a window during which something must not happen. */
export interface WindowRow extends RowOfEntry {
  row: 'window-begun' | 'window-ended'
  text: string
}

/** Something that happened on no wire. */
export interface EventRow extends RowOfEntry {
  row: 'event'
  text: string
}

/** Nothing was shown for so long. */
export interface GapRow {
  row: 'gap'
  at: number
  ms: number
}

/** Messages that stand in the wire log only. */
export interface LeftOutRow {
  row: 'left-out'
  at: number
  until: number
  messages: number
}

export type EntryRow = MessageRow | StepRow | WindowRow | EventRow
export type DiagramRow = EntryRow | GapRow | LeftOutRow

/** A stretch of rows, by their indices, both included. */
export interface Stretch {
  first: number
  last: number
}

/** A watch window; `open` when its end is not among the entries. */
export interface WatchWindow extends Stretch {
  for: string
  ms: number
  how: 'over' | 'seen' | 'interrupted' | 'open'
}

/** What went on in a scenario, ready to be drawn: rows from top to bottom in the order of time. */
export interface Diagram {
  lanes: Lane[]
  rows: DiagramRow[]
  steps: Stretch[]
  windows: WatchWindow[]
  /** From the first entry to the last, in milliseconds. */
  lengthMs: number
}
