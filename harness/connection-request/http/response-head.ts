import type { HeaderList } from '../../timeline/entry.ts'
import type { NoteProblem } from './syntax-problems.ts'

export interface StatusLine {
  httpVersion: string
  status: number
  reason: string
}

export interface ResponseHead extends StatusLine {
  /** Values as ISO-8859-1, so that a realm can be sent back byte by byte. */
  headers: HeaderList
}

/** Reads a status line (RFC 9112 4). @returns undefined when it is none. */
export function parseStatusLine(line: string, note: NoteProblem): StatusLine | undefined {
  const parts = /^HTTP\/(\d+(?:\.\d+)?)([ \t]+)(\d{3})(?:([ \t]+)(.*))?$/i.exec(line)
  if (!parts) return undefined
  const [, httpVersion = '', gap, status, gapBeforeReason, reason = ''] = parts
  if (gapBeforeReason === undefined) note('status-line-without-reason', 'The status line ends after the status code.')
  else if (gap !== ' ' || gapBeforeReason !== ' ' || !line.startsWith('HTTP/'))
    note('odd-status-line', `The status line is not spelled as RFC 9112 4 asks: "${line}".`)
  return { httpVersion, status: Number(status), reason: reason.trimEnd() }
}

/** Reads one header line and adds it to `headers`, or to its last value when the line is a continuation. */
export function addHeaderLine(headers: HeaderList, line: string, note: NoteProblem): void {
  const last = headers.at(-1)
  if (/^[ \t]/.test(line)) {
    note('folded-header', 'A header is folded over several lines, which RFC 9112 5.2 no longer allows.')
    if (last) last[1] = `${last[1]} ${line.trim()}`.trim()
    return
  }
  const colon = line.indexOf(':')
  if (colon < 0) {
    note('header-without-colon', `A header line has no colon: "${line.slice(0, 80)}".`)
    return
  }
  const name = line.slice(0, colon)
  if (/[ \t]$/.test(name)) note('space-before-colon', `There is white space before the colon of "${name.trimEnd()}".`)
  else if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
    note('odd-header-name', `"${name.slice(0, 80)}" is not a header name.`)
  headers.push([name.trim(), line.slice(colon + 1).trim()])
}

/** All values of a header, in order. */
export function headerValues(headers: HeaderList, name: string): string[] {
  const wanted = name.toLowerCase()
  return headers.filter(([given]) => given.toLowerCase() === wanted).map(([, value]) => value)
}

/** The values of a header in one line, or undefined when it is not there. */
export function headerValue(headers: HeaderList, name: string): string | undefined {
  const values = headerValues(headers, name)
  return values.length > 0 ? values.join(', ') : undefined
}

/** Whether a list header such as Connection names the token. */
export function hasToken(headers: HeaderList, name: string, token: string): boolean {
  return headerValues(headers, name).some(value => value.split(',').some(item => item.trim().toLowerCase() === token))
}
