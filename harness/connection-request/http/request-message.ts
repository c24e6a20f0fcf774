import type { EntryOf, HeaderList } from '../../timeline/entry.ts'
import { bytesOf } from './digest.ts'
import { headerValue } from './response-head.ts'

export interface RequestMessage {
  method: string
  target: string
  httpVersion: '1.1' | '1.0'
  /** The Host header unless `headers` has one. */
  authority: string
  headers: HeaderList
  body: Uint8Array | undefined
}

/**
 * Writes a request: Host first, then the headers given, then Content-Length where there is a body and nothing else
 * says how long it is. No header besides.
 * @returns the headers as sent, and all bytes
 */
export function writeRequest(message: RequestMessage): { headers: HeaderList; bytes: Buffer } {
  const { method, target, httpVersion, authority, body } = message
  const given = (name: string) => headerValue(message.headers, name) !== undefined
  const headers: HeaderList = given('host') ? [...message.headers] : [['Host', authority], ...message.headers]
  const framed = given('content-length') || given('transfer-encoding')
  if (body && !framed) headers.push(['Content-Length', String(body.length)])
  const lines = [
    `${method} ${target} HTTP/${httpVersion}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ]
  const head = Buffer.from(singleBytes(lines.join('\r\n')), 'latin1')
  return { headers, bytes: body ? Buffer.concat([head, body]) : head }
}

/** What the Authorization header claims to be. */
export function credentialsIn(headers: HeaderList): EntryOf<'http-cr-sent'>['credentials'] {
  const authorization = headerValue(headers, 'authorization') ?? ''
  if (/^digest\b/i.test(authorization)) return 'digest'
  return /^basic\b/i.test(authorization) ? 'basic' : 'none'
}

/** Header text keeps one character a byte; text that is not of that kind goes out as UTF-8. */
const singleBytes = (text: string) => (/^[^\u0100-\uffff]*$/.test(text) ? text : bytesOf(text))
