/**
 * What must not reach a terminal or a page as it is: controls, marks that turn the writing direction or are invisible,
 * line and paragraph separators, surrogates without their other half, noncharacters.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu

const shortEscapes = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

/** The text with everything invisible shown as an escape (`\x1b`, `\u202e`), so that one line stays one line. */
export function visibleText(text: string): string {
  return text.replace(invisible, character => shortEscapes.get(character) ?? escapeOf(character.codePointAt(0) ?? 0))
}

function escapeOf(codePoint: number): string {
  const digits = codePoint.toString(16)
  if (digits.length <= 2) return `\\x${digits.padStart(2, '0')}`
  return digits.length <= 4 ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`
}

/** At most `length` characters of the text, with `…` in the place of the rest. Never cuts a character in two. */
export function shortenedText(text: string, length: number): string {
  if (text.length <= length) return text
  const kept = text.slice(0, Math.max(0, length - 1))
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`
}
