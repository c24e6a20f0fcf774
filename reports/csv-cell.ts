import { visibleText } from '../harness/timeline/visible-text.ts'

/**
 * A cell after RFC 4180. A spreadsheet runs what begins with one of `= + - @`, also after white space; an apostrophe
 * makes it text.
 */
export function csvCell(value: string): string {
  const visible = visibleText(value)
  const isNumber = /^-?\d+(\.\d+)?$/.test(visible)
  const inert = !isNumber && /^\s*[=+\-@|%]/.test(visible) ? `'${visible}` : visible
  return /[",]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}
