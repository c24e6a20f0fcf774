import { renderToString } from 'preact-render-to-string'
import type { Entry } from '../../harness/timeline/entry.ts'
import type { RunRecord } from '../run-record.ts'
import { Page } from './page.tsx'
import { linesOfEntries, type ReportContent, reportContent } from './report-content.ts'

/** The report stays below this, in bytes, so that every mail system and browser takes it. */
export const largestReport = 5_000_000

/** How many characters of an entry's line are shown: as many as leave room for the rest of the report. */
const lineLengths = [400, 200, 110, 60, 30]
const roomForPackedLogs = 3_000_000

/**
 * The whole report as one HTML document that needs nothing else: no network, and complete without its script but for
 * the longest wire logs. What came from the device is text in it, never markup.
 */
export function renderReport(
  record: RunRecord,
  entries: readonly Entry[],
  options: { timelineSha256?: string | undefined } = {},
): string {
  const drawn = reportContent(record, entries, options.timelineSha256)
  let html = ''
  for (const lineLength of lineLengths) {
    const content = { ...drawn, ...linesOfEntries(drawn, lineLength) }
    const isLast = lineLength === lineLengths.at(-1)
    if (packedSize(content) > roomForPackedLogs && !isLast) continue
    html = `<!doctype html>\n${renderToString(<Page content={isLast ? withoutLongestLogs(content) : content} />)}\n`
    if (Buffer.byteLength(html) < largestReport) break
  }
  return html
}

const packedSize = ({ packed }: ReportContent) =>
  [...packed.values()].reduce((size, { base64 }) => size + base64.length, 0)

/** What nobody could open any more: of each log that does not fit, nothing but what findings cite. */
function withoutLongestLogs(content: ReportContent): ReportContent {
  let room = roomForPackedLogs
  const smallestFirst = [...content.packed].sort(([, a], [, b]) => a.base64.length - b.base64.length)
  const packed = smallestFirst.map(([log, each]) => {
    room -= each.base64.length
    return [log, room < 0 ? { ...each, base64: '' } : each] as const
  })
  return { ...content, packed: new Map(packed) }
}
