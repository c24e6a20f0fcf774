import { visibleText } from '../../harness/timeline/visible-text.ts'
import type { MergedRuns } from './merged-runs.ts'

/**
 * `matrix.csv` after RFC 4180: a header line, then a line a requirement with a column for each device, and a last one
 * with the devices' verdicts. No cell can be taken for a formula.
 */
export function matrixCsv({ devices, requirements }: MergedRuns): string {
  const lines = [
    ['requirement', 'clause', 'level', ...devices.map(({ label }) => label), 'sentence'],
    ...requirements.map(({ id, clause, level, sentence, cells }) => [
      ...[id, clause, level],
      ...cells.map(({ standing }) => standing),
      sentence,
    ]),
    ['verdict', '', '', ...devices.map(({ verdict }) => verdict), ''],
  ]
  return lines.map(cells => `${cells.map(cell).join(',')}\r\n`).join('')
}

/** A spreadsheet runs what begins with one of `= + - @`, also after white space; an apostrophe makes it text. */
function cell(value: string): string {
  const visible = visibleText(value)
  const inert = /^\s*[=+\-@|%]/.test(visible) ? `'${visible}` : visible
  return /[",]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}
