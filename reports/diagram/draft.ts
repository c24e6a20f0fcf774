import type { Lane, MessageKind } from './diagram.ts'

/** What one entry says in a diagram, before anything is folded. */
export type Draft =
  | {
      row: 'message'
      kind: MessageKind
      from: Lane
      to: Lane
      label: string
      note?: string | undefined
      lost?: string
      /** From the question to its answer, in milliseconds. */
      took?: number
      /** Messages with the same key stand in one row, as the copies of a request, wherever they are. */
      copyOf?: string
      /** What question and answer have in common. */
      exchange?: string
      /** Of an answer: what it adds to the label of the question, when it stands beside it. */
      asAnswer?: string
      /** The session whose RPC it is. */
      rpcOf?: number
    }
  | { row: 'event'; text: string }

export type MessageDraft = Extract<Draft, { row: 'message' }>

/** A message; what is `undefined` among `more` is left out. */
export const message = (
  kind: MessageKind,
  [from, to]: readonly [from: Lane, to: Lane],
  label: string,
  more: Omit<Partial<MessageDraft>, 'row' | 'kind' | 'from' | 'to' | 'label'> = {},
): MessageDraft => ({ row: 'message', kind, from, to, label, ...more })

/** Everything that is said, with commas between; `undefined` where nothing is. */
export function noteOf(...parts: (string | undefined | false)[]): string | undefined {
  const said = parts.filter(part => part !== undefined && part !== false && part !== '')
  return said.length === 0 ? undefined : said.join(', ')
}
