import { describe } from '../../harness/timeline/describe.ts'
import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import { shortenedText, visibleText } from '../../harness/timeline/visible-text.ts'
import { durationText } from '../durations.ts'
import { type Circumstances, circumstancesOf } from './circumstances.ts'
import type { EntryRow, MessageRow } from './diagram.ts'
import type { Draft, MessageDraft } from './draft.ts'
import { acsDraft, httpDraft } from './http-drafts.ts'
import { otherDraft } from './other-drafts.ts'
import { sessionDraft } from './session-drafts.ts'
import { udpDraft } from './udp-drafts.ts'
import { xmppDraft } from './xmpp-drafts.ts'

/** A message with what folding goes by. */
export interface OpenMessage extends MessageRow {
  took?: { least: number; most: number }
  copyOf?: string
  exchange?: string
  asAnswer?: string
  rpcOf?: number
}
export type OpenRow = OpenMessage | Exclude<EntryRow, MessageRow>

const longestText = 300

/** One row for each entry that has something to say, in order; guilty ones always have. */
export function entryRows(entries: readonly Entry[], guilty: ReadonlySet<number>): OpenRow[] {
  const circumstances = circumstancesOf(entries)
  const begin = entries[0]?.at ?? 0
  const begunAt = new Map<string, number>()
  const rows: OpenRow[] = []
  for (const entry of entries) {
    const row = { seq: entry.seq, at: entry.at - begin, guilty: guilty.has(entry.seq) }
    if (entry.type === 'step-begun') rows.push({ row: 'step', ...row, text: shown(entry.text) })
    else if (entry.type === 'watch-begun') {
      begunAt.set(entry.for, entry.at)
      rows.push({ row: 'window-begun', ...row, text: shown(`Watching ${durationText(entry.ms)} for ${entry.for}`) })
    } else if (entry.type === 'watch-ended')
      rows.push({ row: 'window-ended', ...row, text: shown(windowEnd(entry, begunAt)) })
    else {
      const draft = draftOf(entry, circumstances) ?? (row.guilty ? { row: 'event', text: describe(entry) } : undefined)
      if (draft?.row === 'message') rows.push(openMessage(draft, row))
      else if (draft) rows.push({ row: 'event', ...row, text: shown(draft.text) })
    }
  }
  return rows
}

function windowEnd({ for: what, ms, how, at }: EntryOf<'watch-ended'>, begunAt: ReadonlyMap<string, number>): string {
  if (how === 'over') return `Watched ${durationText(ms)} for ${what}: not seen`
  const begun = begunAt.get(what)
  const after = begun === undefined ? '' : ` after ${durationText(at - begun)}`
  return how === 'seen' ? `Seen${after}: ${what}` : `Interrupted${after}: watching for ${what}`
}

/** A timeline of another version may hold entries with parts missing: those say nothing here. */
function draftOf(entry: Entry, circumstances: Circumstances): Draft | undefined {
  try {
    if (/^(http|connection)-/.test(entry.type)) return httpDraft(entry, circumstances) ?? acsDraft(entry, circumstances)
    if (/^(stun|udp|datagrams?)-/.test(entry.type)) return udpDraft(entry, circumstances)
    if (entry.type.startsWith('xmpp-')) return xmppDraft(entry, circumstances)
    return sessionDraft(entry) ?? otherDraft(entry)
  } catch {
    return undefined
  }
}

function openMessage(draft: MessageDraft, { seq, at, guilty }: Pick<OpenRow, 'seq' | 'at' | 'guilty'>): OpenMessage {
  const { kind, from, to, note, lost, took, copyOf, exchange, asAnswer, rpcOf } = draft
  const row: OpenMessage = { row: 'message', seq, at, guilty, kind, from, to, label: shown(draft.label), times: 1 }
  if (note !== undefined) row.note = shown(note)
  if (lost !== undefined) row.lost = shown(lost)
  if (took !== undefined) row.took = { least: took, most: took }
  if (copyOf !== undefined) row.copyOf = copyOf
  if (exchange !== undefined) row.exchange = exchange
  if (asAnswer !== undefined) row.asAnswer = shown(asAnswer)
  if (rpcOf !== undefined) row.rpcOf = rpcOf
  return row
}

/** What a device sent is text on one line, and nothing in it can turn the direction of the line. */
const shown = (text: string) => visibleText(shortenedText(text, longestText))
