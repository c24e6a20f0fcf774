import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import { longestEnvelope } from '../cwmp/read-xml.ts'

/** A body without its Content-Encoding, or why it cannot be had. */
export type Decoded = { body: Buffer } | { refused: { status: 400 | 413 | 415; reason: string } }

/**
 * Undoes a Content-Encoding (RFC 9110 8.4): gzip, or deflate in either of the forms that are sent under this name.
 * Synchronous, and never more than 4 MB come out of it.
 */
export function decodeBody(body: Buffer, coding: string): Decoded {
  const name = coding.trim().toLowerCase()
  if (name === '' || name === 'identity') return { body }
  const decode = decoders.get(name)
  if (decode === undefined)
    return { refused: { status: 415, reason: `The Content-Encoding "${coding}" is none of gzip and deflate.` } }
  try {
    return { body: decode(body) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      return {
        refused: { status: 413, reason: `The body unpacks to more than ${longestEnvelope} bytes (Content-Encoding).` },
      }
    return { refused: { status: 400, reason: `The body is not ${name}: ${(error as Error).message}.` } }
  }
}

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
