import { shortenedText, visibleText } from '../../harness/timeline/visible-text.ts'
import { type Colors, colorsOf } from '../terminal/palette.ts'
import { wrapText } from '../terminal/wrap-text.ts'
import type { Change } from './comparison.ts'

export interface ComparisonTextOptions {
  color: boolean
  /** Width of the terminal; 100 unless told. */
  columns?: number
}

export interface Layout {
  colors: Colors
  width: number
}

export const layoutOf = ({ color, columns = 100 }: ComparisonTextOptions): Layout => ({
  colors: colorsOf(color),
  width: columns,
})

/** Nobody reads on in a longer text of a device. */
const longestText = 500

/** A text that may come from a device, fit for a terminal. */
export const plainText = (text: string) => visibleText(shortenedText(text, longestText))

/** A text in lines, the first behind `indent` spaces, the others behind `hanging`. */
export function indented(text: string, indent: number, hanging: number, { width }: Layout): string[] {
  return wrapText(text, width - hanging).map((line, index) => ' '.repeat(index === 0 ? indent : hanging) + line)
}

const indent = 4
const widestLabel = 9

/** `    before     kept: exactly one session` */
export function labelled(label: string, text: string, { colors, width }: Layout): string[] {
  const column = indent + widestLabel + 2
  const [first = '', ...rest] = wrapText(plainText(text), width - column)
  const head = ' '.repeat(indent) + colors.dim(label.padEnd(widestLabel))
  return [`${head}  ${first}`, ...rest.map(line => ' '.repeat(column) + line)]
}

/** A title with a count above lines; nothing where there are none. */
export const section = (title: string, count: number, lines: readonly string[]): string[] =>
  count === 0 ? [] : ['', `${title} (${count})`, ...lines]

/** `  firmware: 1.2.3 → 1.2.4` */
export const changeLines = ({ name, before, after }: Change, layout: Layout): string[] =>
  indented(`${plainText(name)}: ${valueText(before)} → ${valueText(after)}`, 2, 4, layout)

const valueText = (value: string | undefined) => (value === undefined ? 'not told' : plainText(value) || 'empty')
