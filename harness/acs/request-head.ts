import type { IncomingMessage } from 'node:http'
import type { SyntaxProblem } from '../timeline/entry.ts'

/** What is wrong with the head of a request. */
export interface HeadFaults {
  /** Two readers could take the request for two different ones, so nobody shall: it is not read on. */
  refused?: { status: 400 | 505; reason: string }
  problems: SyntaxProblem[]
}

/**
 * Looks for what the parser reads but RFC 9112 does not allow.
 * @param raw the bytes of the head as latin1, where they are known for sure
 */
export function headFaults(request: IncomingMessage, raw: string | undefined): HeadFaults {
  const problems: SyntaxProblem[] = []
  if (request.headers.host === undefined && request.httpVersion === '1.1')
    problems.push({ code: 'host-missing', text: 'The request has no Host header (RFC 9112 3.2).' })
  const isBare = raw !== undefined && /[^\r]\n/.test(raw)
  if (isBare) problems.push({ code: 'lf-line-ends', text: 'Lines of the head end with LF without CR (RFC 9112 2.2).' })
  if (raw !== undefined && fold.test(raw)) problems.push({ code: 'folded-lines', text: foldedText })
  if (request.httpVersionMajor !== 1)
    return { refused: { status: 505, reason: `HTTP/${request.httpVersion} is not spoken here.` }, problems }
  const reason = framingFault(request, isBare) ?? (raw === undefined ? undefined : lineFault(raw))
  return reason === undefined ? { problems } : { refused: { status: 400, reason }, problems }
}

function framingFault({ headers, httpVersion }: IncomingMessage, isBare: boolean): string | undefined {
  const coding = headers['transfer-encoding']
  if (coding === undefined) return undefined
  if (headers['content-length'] !== undefined)
    return 'The request has both Content-Length and Transfer-Encoding (RFC 9112 6.1).'
  if (coding.trim().toLowerCase() !== 'chunked')
    return `The Transfer-Encoding is "${coding}", not chunked alone (RFC 9112 6.1).`
  if (httpVersion === '1.0') return 'The request is HTTP/1.0 and has a Transfer-Encoding (RFC 9112 6.1).'
  return isBare ? 'Lines of a chunked request end with LF without CR (RFC 9112 7.1).' : undefined
}

/** RFC 2616 2.2, which TR-069 cites, lets a field go on in the next line; the parser joins them. */
const fold = /\r?\n[ \t]+/
const foldedText = 'A field of the head goes on in another line (RFC 2616 2.2; no more in RFC 9112 5.2).'

function lineFault(raw: string): string | undefined {
  if (raw.includes('\0')) return 'The head has a NUL character (RFC 9110 5.5).'
  if (/^[^\n]*\n[ \t]/.test(raw)) return 'White space stands before the first field (RFC 9112 2.2).'
  if (/\n(?:content-length|transfer-encoding)[^\n]*\n[ \t]/i.test(raw))
    return 'A field that tells where the body ends is folded (RFC 9112 5.2).'
  if (/\n[^:\r\n]*[ \t]:/.test(raw.replaceAll(new RegExp(fold, 'g'), ' ')))
    return 'A field name is followed by white space (RFC 9112 5.1).'
  return undefined
}
