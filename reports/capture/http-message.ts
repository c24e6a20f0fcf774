import { STATUS_CODES } from 'node:http'
import type { EntryOf, HeaderList } from '../../harness/timeline/entry.ts'
import type { Body } from '../../harness/timeline/wire-data.ts'
import { keptBytes, type KeptBytes } from './body-bytes.ts'

/** A request of the device to the ACS, put together again from what was read of it. RFC 9112 */
export function receivedRequest({
  method,
  target,
  httpVersion,
  headers,
  body,
  coding,
}: EntryOf<'http-received'>): KeptBytes {
  const startLine = `${method} ${target} HTTP/${httpVersion}`
  if (coding === undefined) return message(startLine, headers, body)
  const decoded = headers
    .filter(([name]) => !isNamed(name, 'content-encoding'))
    .map(([name, value]): HeaderList[number] => [name, isNamed(name, 'content-length') ? String(body.length) : value])
  const { bytes, remarks } = message(startLine, decoded, body)
  return { bytes, remarks: [...remarks, `On the wire the body was ${coding.bytes} bytes of ${coding.name}.`] }
}

/** An answer of the ACS. */
export function sentResponse({ status, headers, body }: EntryOf<'http-sent'>): KeptBytes {
  return message(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}`, headers, body)
}

/** The device's answer to a Connection Request, put together again from what was read of it. */
export function receivedResponse(entry: EntryOf<'http-cr-answered'>): KeptBytes {
  const { httpVersion, status, reason, headers, body, bodyEnd, problems } = entry
  const end = bodyEnd === 'chunked' ? 'complete' : bodyEnd === 'none' ? 'no body' : 'broken off'
  const { bytes, remarks } = message(`HTTP/${httpVersion} ${status} ${reason}`, headers, body, end)
  return { bytes, remarks: [...remarks, ...problems.map(({ text }) => `On the wire: ${text}`)] }
}

/** @param chunksEnd how a body in chunks ended */
function message(
  startLine: string,
  headers: HeaderList,
  body: Body,
  chunksEnd: 'complete' | 'broken off' | 'no body' = 'complete',
): KeptBytes {
  const kept = keptBytes(body)
  const isRedacted = headers.some(([, value]) => value.includes('[redacted]'))
  const remarks = [...(isRedacted ? ['Redacted: credentials in the header.'] : []), ...kept.remarks]
  const chunked = isChunked(headers)
  const fields = chunked ? headers : fitting(headers, body, kept.bytes.length, remarks)
  const head = [startLine, ...fields.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n')
  if (chunked && kept.bytes.length > 0)
    remarks.push('How the body was divided into chunks is not on the timeline: here it is one chunk.')
  // What is read of a header has one character for each byte.
  const parts = chunksEnd !== 'no body' && chunked ? chunks(kept.bytes, chunksEnd) : [kept.bytes]
  return { bytes: Buffer.concat([Buffer.from(head, 'latin1'), ...parts]), remarks }
}

/** A Content-Length that was right is made right for the bytes that are kept; one that was wrong is evidence. */
function fitting(headers: HeaderList, body: Body, keptLength: number, remarks: string[]): HeaderList {
  const stated = valueOf(headers, 'content-length')
  if (keptLength === body.length || stated === undefined || Number(stated) !== body.length) return headers
  remarks.push(`Content-Length was ${stated}; here it is ${keptLength}, as long as the body that is shown.`)
  return headers.map(([name, value]) => [name, isNamed(name, 'content-length') ? String(keptLength) : value])
}

const isNamed = (name: string, wanted: string) => name.toLowerCase() === wanted
const valueOf = (headers: HeaderList, wanted: string) => headers.find(([name]) => isNamed(name, wanted))?.[1]

const isChunked = (headers: HeaderList) =>
  valueOf(headers, 'transfer-encoding')?.toLowerCase().trim().endsWith('chunked') ?? false

/** RFC 9112 7.1 */
function chunks(bytes: Buffer, end: 'complete' | 'broken off'): Buffer[] {
  const chunk = [Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]
  return [...(bytes.length === 0 ? [] : chunk), ...(end === 'complete' ? [Buffer.from('0\r\n\r\n')] : [])]
}
