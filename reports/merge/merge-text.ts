import {
  type ComparisonTextOptions,
  indented,
  type Layout,
  layoutOf,
  plainText,
  section,
} from '../compare/text-layout.ts'
import { markText } from '../baseline/known-failures.ts'
import { paint } from '../terminal/palette.ts'
import { standings, standingWords } from '../standing.ts'
import { matrixLines } from './matrix-text.ts'
import { type Contradiction, type MergedDevice, type MergedRuns, needsLook } from './merged-runs.ts'
import { runFacts } from './run-facts.ts'

/** A merge for the terminal, what matters most first. Ends with a line end. */
export function mergeText(merge: MergedRuns, options: ComparisonTextOptions): string {
  const layout = layoutOf(options)
  const { devices, requirements, caveats, sentence } = merge
  const rows = requirements.filter(row => needsLook(row, devices))
  const contradictions = devices.flatMap(device =>
    device.contradictions.map(contradiction => ({ device, contradiction })),
  )
  const known = requirements.flatMap(({ id, cells }) =>
    cells.flatMap((cell, index) =>
      cell.known ? `${id}  ${devices[index]?.label ?? ''}: ${markText(cell.known)}` : [],
    ),
  )
  const title = (text: string) => layout.colors.bold(text)
  return [
    ...indented(plainText(sentence), 0, 0, layout).map(title),
    ...section(
      title('MIND'),
      caveats.length,
      caveats.flatMap(text => indented(plainText(text), 2, 4, layout)),
    ),
    ...devices.flatMap((device, index) => deviceLines(device, index + 1, devices.length, layout)),
    ...section(title('NOT KEPT BY ALL'), rows.length, matrixLines(rows, devices.length, layout)),
    ...section(
      title('BROKEN, BUT KNOWN'),
      known.length,
      known.flatMap(text => indented(plainText(text), 2, 4, layout)),
    ),
    ...section(
      title('WHAT RUNS OF ONE DEVICE SAY DIFFERENTLY'),
      contradictions.length,
      contradictions.flatMap(({ device, contradiction }) =>
        indented(plainText(contradictionText(contradiction, device)), 2, 4, layout),
      ),
    ),
    ...countLines(devices, layout),
    '',
  ].join('\n')
}

/** A single device's verdict is that of the whole and stands above already. */
function deviceLines({ label, sentence, runs }: MergedDevice, number: number, of: number, layout: Layout): string[] {
  const head = String(number).padEnd(4)
  return [
    '',
    ...indented(head + plainText(label), 0, head.length, layout).map(layout.colors.bold),
    ...(of > 1 ? indented(plainText(sentence), head.length, head.length, layout) : []),
    ...runs.flatMap(run => indented(plainText(`${run.path}: ${runFacts(run)}`), head.length, head.length + 2, layout)),
  ]
}

/** `CR-GEN-08 http-duplicates.onlyOne: broken (runs/a); kept (runs/b)` */
function contradictionText({ about, requirement, sayings }: Contradiction, { label }: MergedDevice): string {
  const said = sayings.map(({ says, runs }) => `${says} (${runs.join(', ')})`).join('; ')
  return `${label}: ${requirement === undefined ? '' : `${requirement} `}${about}: ${said}`
}

const countWidth = 5

/** How many requirements stand where, a column for each device. */
function countLines(devices: readonly MergedDevice[], { colors }: Layout): string[] {
  const head = devices.map((_, index) => String(index + 1).padStart(countWidth)).join('')
  return [
    '',
    colors.bold('REQUIREMENTS'),
    ...(devices.length > 1 ? [colors.dim(head)] : []),
    ...standings.map(standing => {
      const counts = devices.map(device => device.counts[standing])
      const line = `${counts.map(count => String(count).padStart(countWidth)).join('')}  ${standingWords[standing]}`
      return counts.every(count => count === 0) ? colors.dim(line) : paint(colors, standing, line)
    }),
  ]
}
