import type { EntryOf, HeaderList } from '../../harness/timeline/entry.ts'
import type { Capture } from './capture.ts'
import type { Reading } from './reading.ts'

/** CW-SES-05: what the ACS set comes back in every later request of the session, also on another connection. */
export function readCookies({ timeline }: Capture): Record<'any' | 'another', Reading[]> {
  const inSession = new Map<number, number>()
  const openedOn = new Map<number, number>()
  const set = new Map<number, { cookies: Map<string, string>; seq: number }>()
  const readings: Record<'any' | 'another', Reading[]> = { any: [], another: [] }
  const received = new Map<number, EntryOf<'http-received'>>()
  for (const entry of timeline.entries) {
    if (entry.type === 'http-received') received.set(entry.exchange, entry)
    else if (entry.type === 'session-opened') {
      inSession.set(entry.exchange, entry.session)
      openedOn.set(entry.session, entry.connection)
    } else if (entry.type === 'empty-post' || entry.type === 'rpc-answered' || entry.type === 'device-rpc') {
      const request = received.get(entry.exchange)
      received.delete(entry.exchange)
      inSession.set(entry.exchange, entry.session)
      const known = set.get(entry.session)
      if (request === undefined || known === undefined || known.cookies.size === 0) continue
      const reading = readRequest(request, known)
      readings.any.push(reading)
      if (request.connection !== openedOn.get(entry.session)) readings.another.push(reading)
    } else if (entry.type === 'http-sent') {
      const session = entry.session ?? inSession.get(entry.exchange)
      if (session === undefined) continue
      const cookies = plainCookies(entry.headers)
      if (cookies.length === 0) continue
      const known = set.get(session) ?? { cookies: new Map<string, string>(), seq: entry.seq }
      for (const { name, value } of cookies) {
        if (value === undefined) known.cookies.delete(name)
        else known.cookies.set(name, value)
      }
      set.set(session, known)
    }
  }
  return readings
}

function readRequest(
  { headers, seq }: EntryOf<'http-received'>,
  { cookies, seq: setSeq }: { cookies: ReadonlyMap<string, string>; seq: number },
): Reading {
  const sent = headers
    .filter(([name]) => name.toLowerCase() === 'cookie')
    .flatMap(([, value]) => value.split(/\s*[;,]\s*/).map(pair => pair.trim().replaceAll('"', '')))
  const missing = [...cookies].filter(([name, value]) => !sent.includes(`${name}=${value}`)).map(([name]) => name)
  return {
    verdict: missing.length === 0 ? 'pass' : 'breach',
    expected: ['the cookies of the ACS in each later request of the session'],
    actual: missing.length === 0 ? `${[...cookies.keys()].join(', ')} in a request` : `${missing.join(', ')} missing`,
    evidence: [setSeq, seq],
  }
}

/**
 * Cookies that hold for every request of the session: without a domain, a path or a condition that would have to be
 * held against where the request goes. One that is to be forgotten has no value.
 */
function plainCookies(headers: HeaderList): { name: string; value: string | undefined }[] {
  return headers
    .filter(([name]) => name.toLowerCase() === 'set-cookie')
    .flatMap(([, text]) => {
      const [pair = '', ...attributes] = text.split(';').map(part => part.trim())
      const equals = pair.indexOf('=')
      if (equals <= 0) return []
      const name = pair.slice(0, equals)
      const value = pair.slice(equals + 1).replaceAll('"', '')
      const isPlain = attributes.every(each => /^(|path=\/|httponly|version=1|samesite=\w+)$/i.test(each))
      return [{ name, value: isPlain && value !== '' ? value : undefined }]
    })
}
