/** One thing that must hold, and what was seen of it. */
export interface Check {
  ok: boolean
  /** What must hold. */
  text: string
  /** What was seen. */
  seen: string
}

/** The line of a check, as it is printed. */
export const checkLine = ({ ok, text, seen }: Check): string =>
  `${ok ? 'ok    ' : 'NOT ok'}  ${text}${seen === '' ? '' : `\n        ${seen.replaceAll('\n', '\n        ')}`}`
