import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import type { SyntaxProblem } from '../timeline/entry.ts'
import { longestEnvelope } from '../cwmp/read-xml.ts'

/** A body without its Content-Encoding, or why it cannot be had. */
export type Decoded =
  | { body: Buffer; problem?: SyntaxProblem }
  | { refused: { status: 400 | 413 | 415; reason: string } }

/**
 * Undoes a Content-Encoding (RFC 9110 8.4): gzip, or deflate in either of the forms that are sent under this name.
 * Where the body is plain XML all the same, it is taken as it is.
 * Synchronous, and never more than 4 MB come out of it.
 */
export function decodeBody(body: Buffer, coding: string): Decoded {
  const name = coding.trim().toLowerCase()
  if (name === '' || name === 'identity') return { body }
  const decode = decoders.get(name)
  if (decode === undefined) {
    if (looksLikeXml(body)) return asItIs(body, coding)
    return { refused: { status: 415, reason: `The Content-Encoding "${coding}" is none of gzip and deflate.` } }
  }
  try {
    return { body: decode(body) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      return {
        refused: { status: 413, reason: `The body unpacks to more than ${longestEnvelope} bytes (Content-Encoding).` },
      }
    if (looksLikeXml(body)) return asItIs(body, coding)
    return { refused: { status: 400, reason: `The body is not ${name}: ${(error as Error).message}.` } }
  }
}

const asItIs = (body: Buffer, coding: string): Decoded => ({
  body,
  problem: { code: 'coding-not-applied', text: `The Content-Encoding says "${coding}", and the body is plain XML.` },
})

/** Also with a byte order mark, of UTF-8 or UTF-16; nothing that is packed with gzip or zlib begins so. */
const looksLikeXml = (body: Buffer) =>
  /^(?:\xef\xbb\xbf)?\s*<|^\xff\xfe|^\xfe\xff/.test(body.toString('latin1', 0, 256))

const bounded = { maxOutputLength: longestEnvelope }
/** RFC 1950: the method 8, and a header that is a multiple of 31. */
const hasZlibHeader = (body: Buffer) =>
  body.length >= 2 && ((body[0] ?? 0) & 15) === 8 && body.readUInt16BE(0) % 31 === 0

const gunzip = (body: Buffer) => gunzipSync(body, bounded)
const decoders = new Map<string, (body: Buffer) => Buffer>([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['deflate', body => (hasZlibHeader(body) ? inflateSync(body, bounded) : inflateRawSync(body, bounded))],
])
