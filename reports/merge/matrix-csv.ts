import { csvCell } from '../csv-cell.ts'
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
  return lines.map(cells => `${cells.map(csvCell).join(',')}\r\n`).join('')
}
