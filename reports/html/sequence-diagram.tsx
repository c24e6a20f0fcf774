import type { ComponentChildren } from 'preact'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import { type Diagram, type DiagramRow, type EntryRow, laneTitles, type MessageRow } from '../diagram/diagram.ts'
import { type Layout, layoutOf } from '../diagram/layout.ts'
import { headFontSize, secondsText, textOn } from '../diagram/row-texts.ts'
import { fittedText } from '../diagram/text-width.ts'
import { durationText } from '../durations.ts'
import { entryAnchor } from './anchors.ts'
import { Lifelines, StepSpans, WindowBars } from './sequence-lanes.tsx'
import { Message } from './sequence-message.tsx'
import { TableFrame } from './text.tsx'

export interface SequenceDiagramProps {
  diagram: Diagram
  /** What it shows, for those who do not see it. */
  title: string
  /** Unique on its page. */
  id: string
}

/** The course of a scenario: lanes, messages, steps, watch windows. Every message leads to its line in the wire log. */
export const SequenceDiagram = ({ diagram, title, id }: SequenceDiagramProps) => (
  <TableFrame label={title}>
    <SequencePicture diagram={diagram} title={title} id={id} links="entries" />
  </TableFrame>
)

/** The drawing alone. With links it is a group of them, else one image. */
export function SequencePicture(
  props: SequenceDiagramProps & { links: 'entries' | 'none'; children?: ComponentChildren },
) {
  const { diagram, id, links } = props
  const title = visibleText(props.title)
  const layout = layoutOf(diagram)
  const { width, height } = layout
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      class="sequence"
      role={links === 'none' ? 'img' : 'group'}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-desc`}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
    >
      <title id={`${id}-title`}>{title}</title>
      <desc id={`${id}-desc`}>{descriptionOf(diagram)}</desc>
      {props.children}
      <Lifelines diagram={diagram} layout={layout} />
      <StepSpans diagram={diagram} layout={layout} />
      <WindowBars diagram={diagram} layout={layout} />
      {diagram.rows.map((row, index) => (
        <Row
          row={row}
          layout={layout}
          y={layout.rows[index]!.y}
          height={layout.rows[index]!.height}
          time={timeOf(diagram.rows, index)}
          links={links}
        />
      ))}
    </svg>
  )
}

function descriptionOf({ lanes, rows, windows, lengthMs }: Diagram): string {
  const messages = rows.filter(row => row.row === 'message')
  const guilty = rows.filter(row => 'guilty' in row && row.guilty).length
  return [
    `${messages.length} rows of messages between ${lanes.map(lane => laneTitles[lane]).join(', ')} in ${durationText(lengthMs)}`,
    ...(windows.length > 0 ? [windows.length === 1 ? 'one watch window' : `${windows.length} watch windows`] : []),
    ...(guilty > 0 ? [`${guilty === 1 ? 'one row is' : `${guilty} rows are`} evidence of what was broken`] : []),
    'the wire log has every entry as text.',
  ].join('; ')
}

/** A time is written once, not again on each row of the same millisecond. */
function timeOf(rows: readonly DiagramRow[], index: number): string {
  const text = secondsText(rows[index]!.at)
  const before = rows[index - 1]
  return before && 'seq' in before && secondsText(before.at) === text ? '' : text
}

interface RowProps {
  row: DiagramRow
  layout: Layout
  y: number
  height: number
  time: string
  links: 'entries' | 'none'
}

function Row({ row, layout, y, height, time, links }: RowProps) {
  const text = textOn(row, layout)
  if (row.row === 'gap' || row.row === 'left-out')
    return (
      <text class="p" x={text!.left} y={y + height / 2 + 4}>
        {text!.text}
      </text>
    )
  const inside = (
    <>
      {row.guilty && <rect width={layout.width} height={height} />}
      {time !== '' && (
        <text class="t" x={layout.timeEnd} y={row.row === 'step' ? 20 : 15}>
          {time}
        </text>
      )}
      {row.row === 'message' && <Message row={row} layout={layout} />}
      {row.row === 'step' && <Step text={row.text} layout={layout} />}
      {text && (
        <text x={text.left} y={15}>
          {text.text}
        </text>
      )}
      {row.guilty && <path d={cross} />}
    </>
  )
  const place = { transform: `translate(0 ${y})`, ...classOf(row) }
  return links === 'none' ? (
    <g {...place}>{inside}</g>
  ) : (
    <a href={`#${entryAnchor(row.seq)}`} {...place}>
      {inside}
    </a>
  )
}

function classOf(row: EntryRow): { class?: string } {
  const names = [
    row.row === 'step' ? 'step' : '',
    row.row === 'event' ? 'e' : '',
    row.row === 'window-begun' || row.row === 'window-ended' ? 'w' : '',
    row.row === 'message' ? (isBackground(row) ? 'q' : (kindClasses[row.kind] ?? '')) : '',
    row.guilty ? 'g' : '',
  ].filter(name => name !== '')
  return names.length === 0 ? {} : { class: names.join(' ') }
}

/** The ordinary keep-alive of a binding goes on beside everything else. */
const isBackground = ({ kind, answered, note }: MessageRow) =>
  kind === 'datagram' && answered === true && note === undefined

const kindClasses: Partial<Record<MessageRow['kind'], string>> = { session: 's', reply: 'r', connection: 'q' }

/** The sign of guilt, at the left edge; the word stands in the row. */
const cross = 'M5 8l8 8m0-8l-8 8'

function Step({ text, layout }: { text: string; layout: Layout }) {
  const x = layout.timeEnd + 12
  return (
    <>
      <rect x={layout.timeEnd + 6} y={4} width={layout.width - layout.timeEnd - 6} height={24} />
      <text x={x} y={20}>
        {fittedText(text, layout.width - x - 8, 'bold', headFontSize)}
      </text>
    </>
  )
}
