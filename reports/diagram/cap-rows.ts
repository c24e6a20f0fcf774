import type { EntryRow, LeftOutRow } from './diagram.ts'

/** So many rows before and after a guilty one say how it came to it. */
const aroundGuilty = 4

/**
 * At most `longest` rows besides the guilty ones: steps and windows first, then what is around the guilty rows, then
 * what comes first. Each stretch that is cut leaves one row that counts its messages.
 */
export function capRows<Row extends EntryRow>(rows: readonly Row[], longest: number): (Row | LeftOutRow)[] {
  const kept = new Set(rows.flatMap((row, index) => (row.guilty ? [index] : [])))
  const most = kept.size + longest
  if (rows.length <= most) return [...rows]
  for (const index of byImportance(rows, kept)) {
    if (kept.size >= most) break
    kept.add(index)
  }
  const capped: (Row | LeftOutRow)[] = []
  for (const [index, row] of rows.entries()) {
    const last = capped.at(-1)
    if (kept.has(index)) capped.push(row)
    else if (last?.row === 'left-out') {
      last.messages += messagesOf(row)
      last.until = Math.max(last.until, endOf(row))
    } else capped.push({ row: 'left-out', at: row.at, until: endOf(row), messages: messagesOf(row) })
  }
  return capped
}

function* byImportance(rows: readonly EntryRow[], guilty: ReadonlySet<number>): Iterable<number> {
  for (const [index, { row }] of rows.entries()) if (row !== 'message' && row !== 'event') yield index
  for (const index of [...guilty])
    for (let near = Math.max(0, index - aroundGuilty); near <= index + aroundGuilty && near < rows.length; near++)
      yield near
  yield* rows.keys()
}

const messagesOf = (row: EntryRow) => (row.row === 'message' ? row.times * (row.answered ? 2 : 1) : 0)

/** When the last of what a row stands for happened. */
export const endOf = (row: EntryRow | LeftOutRow) => ('until' in row && row.until !== undefined ? row.until : row.at)
