/**
 * How wide a text can get, so that nothing overlaps whatever fonts the reader has: DejaVu's are the widest of those
 * that the report asks for.
 */
export type Lettering = 'mono' | 'sans' | 'bold'

/** Advance widths of DejaVu Sans for U+0020 to U+007E, in thousandths of the font size. */
const sansWidths = [
  318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
  636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
  748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
  615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
  337, 636, 838,
]
const monoWidth = 602
/** Letters of other scripts and signs may come from any font. */
const foreignWidth = 1250
const boldFactor = 1.2
/** Our own signs are in every font of the lists. */
const ownSigns = new Set(['→', '…', '×', '·'])

/** The width in pixels that the text does not exceed. */
export function textWidth(text: string, lettering: Lettering, fontSize: number): number {
  let thousandths = 0
  for (const character of text) thousandths += characterWidth(character, lettering)
  return (thousandths * fontSize) / 1000
}

/** As much of the text as fits, with `…` in the place of the rest. */
export function fittedText(text: string, width: number, lettering: Lettering, fontSize: number): string {
  if (textWidth(text, lettering, fontSize) <= width) return text
  const room = (width * 1000) / fontSize - characterWidth('…', lettering)
  let kept = ''
  let used = 0
  for (const character of text) {
    used += characterWidth(character, lettering)
    if (used > room) break
    kept += character
  }
  return `${kept.trimEnd()}…`
}

function characterWidth(character: string, lettering: Lettering): number {
  const ascii = sansWidths[(character.codePointAt(0) ?? 0) - 32]
  if (lettering === 'mono') return ascii !== undefined || ownSigns.has(character) ? monoWidth : foreignWidth
  const width = ascii ?? (ownSigns.has(character) ? 1000 : foreignWidth)
  return lettering === 'bold' ? width * boldFactor : width
}
