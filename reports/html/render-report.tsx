import { renderToString } from 'preact-render-to-string'
import { describe } from '../../harness/timeline/describe.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import type { RunRecord } from '../run-record.ts'
import { Page } from './page.tsx'
import { reportContent } from './report-content.ts'

/** The report stays below this, in bytes, so that every mail system and browser takes it. */
export const largestReport = 5_000_000

/** How many characters of an entry's line are shown: as many as leave room for the rest of the report. */
const lineLengths = [400, 200, 110, 60, 30]
const roomForTheLog = 4_000_000
const markupOfALine = 100

/**
 * The whole report as one HTML document that needs nothing else: no network, no scripts. What came from the device
 * is text in it, never markup.
 */
export function renderReport(record: RunRecord, entries: readonly Entry[]): string {
  const lines = entries.map(describe)
  const fitting = lineLengths.findIndex(length => logSize(lines, length) < roomForTheLog)
  let html = ''
  for (const lineLength of lineLengths.slice(fitting)) {
    html = `<!doctype html>\n${renderToString(<Page content={reportContent(record, entries, lineLength)} />)}\n`
    if (Buffer.byteLength(html) < largestReport) break
  }
  return html
}

function logSize(lines: readonly string[], lineLength: number): number {
  let bytes = 0
  for (const line of lines) {
    const shown = line.slice(0, lineLength)
    const entities = shown.length - shown.replaceAll(/[<>&"]/g, '').length
    bytes += markupOfALine + Buffer.byteLength(shown) + 5 * entities
  }
  return bytes
}
