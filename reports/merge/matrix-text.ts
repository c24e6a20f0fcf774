import { shortenedText } from '../../harness/timeline/visible-text.ts'
import { indented, type Layout, plainText } from '../compare/text-layout.ts'
import { paint } from '../terminal/palette.ts'
import { type Standing, standings, standingWords } from '../standing.ts'
import type { MatrixRow } from './merged-runs.ts'

/** Where there are too many devices for words. */
const letters: Record<Standing, string> = {
  broken: 'B',
  error: 'E',
  undecided: 'U',
  warning: 'W',
  kept: 'k',
  'not-asked': 'o',
  'not-applicable': 'n',
  untested: '.',
}

const longestId = 16
const shortestSentence = 24
const wordGap = '  '

/**
 * A line for each requirement: its id, where it stands for each device (in words, or in letters with their meaning
 * above where words need too much room), and as much of its sentence as fits.
 */
export function matrixLines(rows: readonly MatrixRow[], deviceCount: number, layout: Layout): string[] {
  const shown = new Set(rows.flatMap(({ cells }) => cells.map(({ standing }) => standing)))
  const widestWord = Math.max(0, ...[...shown].map(standing => standingWords[standing].length))
  const idWidth = Math.min(longestId, Math.max(0, ...rows.map(({ id }) => plainText(id).length)))
  const room = layout.width - 2 - idWidth - shortestSentence
  const inWords = deviceCount * (widestWord + wordGap.length) <= room
  const sign = (standing: Standing) => (inWords ? standingWords[standing] : letters[standing])
  const gap = inWords ? wordGap : ' '
  const width = inWords ? widestWord : Math.max(1, String(deviceCount).length)
  const heads = Array.from({ length: deviceCount }, (_, index) => gap + String(index + 1).padEnd(width)).join('')
  const cells = (row: MatrixRow) =>
    row.cells.map(({ standing }) => gap + paint(layout.colors, standing, sign(standing).padEnd(width))).join('')
  const sentenceWidth = Math.max(shortestSentence, layout.width - 2 - idWidth - heads.length - wordGap.length)
  const line = (row: MatrixRow) =>
    `  ${shortenedText(plainText(row.id), idWidth).padEnd(idWidth)}${cells(row)}${wordGap}${shortenedText(plainText(row.sentence), sentenceWidth)}`
  return [
    ...(inWords ? [] : meaningLines(shown, layout)),
    ...(deviceCount > 1 ? [layout.colors.dim(`  ${' '.repeat(idWidth)}${heads}`.trimEnd())] : []),
    ...rows.map(line),
  ]
}

function meaningLines(shown: ReadonlySet<Standing>, layout: Layout): string[] {
  const meanings = standings
    .filter(standing => shown.has(standing))
    .map(each => `${letters[each]} ${standingWords[each]}`)
  return indented(meanings.join(', '), 2, 2, layout).map(layout.colors.dim)
}
