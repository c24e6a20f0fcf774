import { durationText } from '../durations.ts'
import type { DiagramRow, MessageRow } from './diagram.ts'
import type { Layout } from './layout.ts'
import { fittedText, textWidth } from './text-width.ts'

export const fontSize = 12
export const headFontSize = 13
/** Between a lane and the text beside it. */
export const padding = 9

const guiltWord = 'evidence'

/** A moment of the scenario, with its milliseconds. */
export const secondsText = (ms: number) => (ms / 1000).toFixed(3)

/** The text of a row that stands on the lanes themselves, and from where to where. */
export function textOn(row: DiagramRow, layout: Layout): { text: string; left: number; right: number } | undefined {
  const free = freeText(row)
  if (free === undefined) return undefined
  const text = 'guilty' in row && row.guilty ? `${guiltWord}: ${free}` : free
  const left = layout.laneX.get('device')! + padding
  const lettering = row.row === 'event' ? 'sans' : 'bold'
  const fitted = fittedText(text, layout.width - left, lettering, fontSize)
  return { text: fitted, left, right: left + textWidth(fitted, lettering, fontSize) + 4 }
}

function freeText(row: DiagramRow): string | undefined {
  switch (row.row) {
    case 'event':
    case 'window-begun':
    case 'window-ended':
      return row.text
    case 'left-out':
      return `${row.messages === 1 ? '1 more message' : `${row.messages} more messages`} in the wire log`
    case 'gap':
      return durationText(row.ms)
    default:
      return undefined
  }
}

/** What stands beside a message. */
export const noteText = (row: MessageRow) =>
  [
    row.guilty ? guiltWord : undefined,
    row.lost === row.label ? undefined : row.lost,
    row.note,
    row.until === undefined || row.until === row.at ? undefined : `until ${secondsText(row.until)}`,
  ]
    .filter(part => part !== undefined && part !== '')
    .join(', ')
