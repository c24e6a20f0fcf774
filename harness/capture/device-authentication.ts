import type { DeviceAuthentication, HeaderList } from '../timeline/entry.ts'
import { headerValues } from './http-exchange.ts'

/**
 * How a request of the device authenticated itself. Whether the credentials were right nobody can tell who does not
 * know them: `ok` says that the ACS did not ask for others.
 */
export function authenticationOf(headers: HeaderList, outcome: 'let in' | 'refused'): DeviceAuthentication {
  const [authorization] = headerValues(headers, 'authorization')
  const ok = outcome === 'let in'
  if (authorization === undefined) return { scheme: 'none', ok, ...(ok ? {} : { problem: 'no Authorization header' }) }
  const scheme = schemeOf(authorization)
  const problem = ok ? {} : { problem: 'the ACS refused it' }
  if (scheme !== 'digest') return { scheme, ok, ...problem }
  const given = (name: string) =>
    new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]{0,200})"|([^\\s,"]{0,200}))`, 'i').exec(authorization)
  const optional = (key: 'algorithm' | 'cnonce' | 'nonceCount', name: string) => {
    const found = given(name)
    return found === null ? {} : { [key]: found[1] ?? found[2] ?? '' }
  }
  return {
    scheme,
    ok,
    ...problem,
    ...optional('algorithm', 'algorithm'),
    ...optional('cnonce', 'cnonce'),
    ...optional('nonceCount', 'nc'),
  }
}

/** The scheme of an Authorization header. */
export function schemeOf(authorization: string): 'basic' | 'digest' | 'other' {
  const scheme = /^\s*(\S*)/.exec(authorization)?.[1]?.toLowerCase()
  return scheme === 'basic' || scheme === 'digest' ? scheme : 'other'
}
