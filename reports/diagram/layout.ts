import type { Diagram, DiagramRow, Lane, WatchWindow } from './diagram.ts'

/** Where everything of a diagram stands, in pixels. */
export interface Layout {
  width: number
  height: number
  /** The time column ends here. */
  timeEnd: number
  laneX: ReadonlyMap<Lane, number>
  /** Where the notes beside the messages begin. */
  notesX: number
  /** For each row of the diagram its upper edge and height. */
  rows: { y: number; height: number }[]
  /** For each window of the diagram the left edge of its bar. */
  windowX: number[]
  /** Upper edges of the lane heads: at the top, and again where the last are out of sight. */
  heads: number[]
}

export const headHeight = 34
const headsAgainAfter = 800

const width = 944
const timeEnd = 76
const windowWidth = 12
/** From the lane before, in pixels. Labels of messages with the device stand before the second lane. */
const laneDistances: Record<Lane, number> = { device: 16, acs: 336, xmpp: 165, stun: 112 }
const noteDistance = 16

export function layoutOf({ lanes, rows, windows }: Diagram): Layout {
  const columns = columnsOf(windows)
  let x = timeEnd + 12 + windowWidth * (Math.max(-1, ...columns) + 1)
  const laneX = new Map(lanes.map((lane): [Lane, number] => [lane, (x += laneDistances[lane])]))
  let y = headHeight
  const heads = [0]
  const placed = rows.map(row => {
    if (y - heads.at(-1)! > headsAgainAfter && (row.row === 'step' || row.row === 'gap')) {
      heads.push(y)
      y += headHeight
    }
    const height = heightOf(row)
    const place = { y, height }
    y += height
    return place
  })
  return {
    width,
    height: y + 10,
    timeEnd,
    laneX,
    notesX: x + noteDistance,
    rows: placed,
    windowX: columns.map(column => timeEnd + 12 + windowWidth * column),
    heads,
  }
}

function heightOf(row: DiagramRow): number {
  switch (row.row) {
    case 'message':
      return 28
    case 'step':
      return 34
    case 'gap':
      return gapHeight(row.ms)
    default:
      return 26
  }
}

/** A silence of a minute stands out from one of five seconds without filling the screen. */
const gapHeight = (ms: number) => Math.min(88, Math.round(22 + 9 * Math.log2(ms / 3000)))

/** Windows that overlap stand beside each other. */
function columnsOf(windows: readonly WatchWindow[]): number[] {
  const ends: number[] = []
  return windows.map(({ first, last }) => {
    const free = ends.findIndex(end => end < first)
    const column = free < 0 ? ends.length : free
    ends[column] = last
    return column
  })
}
