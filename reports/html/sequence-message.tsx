import type { Lane, MessageRow } from '../diagram/diagram.ts'
import type { Layout } from '../diagram/layout.ts'
import { fontSize, noteText, padding } from '../diagram/row-texts.ts'
import { fittedText } from '../diagram/text-width.ts'

/** An arrow with its label above and the note beside it; what does not fit is in the title. */
export function Message({ row, layout }: { row: MessageRow; layout: Layout }) {
  const { laneX, notesX, width } = layout
  const x = (lane: Lane) => laneX.get(lane)!
  const left = Math.min(x(row.from), x(row.to))
  const neighbour = [...laneX.values()].find(lane => lane > left) ?? width
  const full = row.times > 1 ? `${row.label} ×${row.times}` : row.label
  const label = fittedText(full, neighbour - left - 2 * padding, 'mono', fontSize)
  const said = noteText(row)
  const note = fittedText(said, width - notesX, row.guilty ? 'bold' : 'sans', fontSize)
  const title = [...(label === full ? [] : [full]), ...(note === said ? [] : [said])].join('\n')
  return (
    <>
      {title !== '' && <title>{title}</title>}
      {arrow(x(row.from), x(row.to), row).map(path => (
        <path d={path} />
      ))}
      <text x={left + padding} y={15}>
        {label}
      </text>
      {note !== '' && (
        <text class="n" x={notesX} y={15}>
          {note}
        </text>
      )}
    </>
  )
}

/**
 * A line with an open head, with one at each end where the answer is in it, and with a cross where it broke off. The
 * head of a reply stands alone, because its line is dashed.
 */
function arrow(from: number, to: number, { kind, answered, lost }: MessageRow): string[] {
  const y = 22
  const ahead = to > from ? 1 : -1
  if (lost !== undefined) {
    const end = Math.round(from + 0.6 * (to - from))
    return [`M${from} ${y}H${end - 8 * ahead}`, `M${end - 4} ${y - 4}l8 8m0-8l-8 8`]
  }
  const line = `M${from} ${y}H${to}`
  const head = `M${to - 7 * ahead} ${y - 4}L${to} ${y}l${-7 * ahead} 4`
  const tail = answered ? `M${from + 7 * ahead} ${y - 4}L${from} ${y}l${7 * ahead} 4` : ''
  return kind === 'reply' ? [line, head] : [line + head + tail]
}
